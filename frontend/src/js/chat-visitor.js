// Who sits at the other end, as people call it: browser, language, initials. What is not known is shown as it came.
const NAMES = [
  [/Edg(?:e|A|iOS)?\/(\d+)/, "Edge"],
  [/OPR\/(\d+)/, "Opera"],
  [/SamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/(?:Headless)?(?:Chrome|CriOS)\/(\d+)/, "Chrome"],
  [/Version\/(\d+).*Safari\//, "Safari"],
];
const SYSTEMS = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

export function browserOf(told) {
  if (!told) return "";
  const [match, name] = NAMES.map(([sign, called]) => [sign.exec(told), called]).find(([found]) => found) ?? [];
  const system = SYSTEMS.find(([sign]) => sign.test(told))?.[1];
  return name ? [`${name} ${match[1]}`, system].filter(Boolean).join(", ") : told;
}

/** "American English" for "en-US", in the language of the desk. */
const languages = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" });
export function languageOf(code) {
  try {
    return languages.of(code);
  } catch {
    return code;
  }
}

export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return words.length ? words[0][0] + (words.length > 1 ? words.at(-1)[0] : (words[0][1] ?? "")) : "?";
}
