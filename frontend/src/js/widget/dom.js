// Small things of the page.
export const $ = (id) => document.getElementById(id);

export function make(tag, props = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside);
  return made;
}

const dictionary = () => $("words").dataset;

/** The words of the page's language, with their {places} filled. */
export function word(name, places = {}) {
  return (dictionary()[name] ?? name).replace(/\{(\w+)\}/g, (_all, place) => places[place] ?? "");
}

const LINK = /\bhttps?:\/\/[^\s<>"]{1,2000}(?<![.,;:!?)\]'’])/g;

/** Text with its links, as nodes: nothing a stranger writes is ever read as HTML. */
export function withLinks(text) {
  const nodes = [];
  let position = 0;
  for (const match of text.matchAll(LINK)) {
    nodes.push(text.slice(position, match.index));
    nodes.push(make("a", { href: match[0], target: "_blank", rel: "noopener noreferrer nofollow" }, match[0]));
    position = match.index + match[0].length;
  }
  nodes.push(text.slice(position));
  return nodes;
}

// Words are in the page's language; how a day or an hour is written, in the visitor's kind of it.
const language = () => {
  const spoken = document.documentElement.lang;
  return navigator.languages?.find((one) => one.split("-")[0] === spoken) ?? spoken;
};

export const clock = (at) => new Intl.DateTimeFormat(language(), { hour: "numeric", minute: "2-digit" }).format(at);

/** "Today", "Yesterday", or the date. */
export function day(at) {
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
  if (days > -2 && days < 1) {
    const said = new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(days, "day");
    return said.charAt(0).toLocaleUpperCase(language()) + said.slice(1);
  }
  return new Intl.DateTimeFormat(language(), { day: "numeric", month: "long" }).format(at);
}

/** When we are back, in the visitor's own time zone. */
export function moment(iso) {
  const at = new Date(iso);
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
  if (days < 2) {
    const when = new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(days, "day");
    return `${when}, ${clock(at)}`;
  }
  return new Intl.DateTimeFormat(language(), { weekday: "long", hour: "numeric", minute: "2-digit" }).format(at);
}

export function size(bytes) {
  const unit = bytes < 1_000_000 ? "kilobyte" : "megabyte";
  const value = bytes / (unit === "kilobyte" ? 1_000 : 1_000_000);
  const digits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(value);
}

/** Black or white, whichever reads better on the colour; and the colour itself, if it is one. */
export function inkOn(color) {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (!parts) return "#ffffff";
  const [red, green, blue] = parts.slice(1).map((part) => {
    const value = parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.0628 ? "#ffffff" : "#111418";
}
