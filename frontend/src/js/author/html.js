// What an article may hold, as the server will store it: cleaned when it comes in, tidied when it goes out.
import DOMPurify from "dompurify";

const OWN_PICTURE = /^\/help\/[-\w]+\/pictures\/[a-z2-7]{26}\/?$/;
const PASTED_PICTURE = /^data:image\/(png|jpeg|gif|webp);/;
const ALLOWED = {
  ALLOWED_TAGS: [
    "a", "abbr", "aside", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption",
    "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "mark", "ol", "p", "pre", "q", "s", "small",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
  ],
  ALLOWED_ATTR: ["href", "src", "alt", "width", "height", "colspan", "rowspan", "dir", "lang", "class", "start"],
  RETURN_DOM_FRAGMENT: true,
};
const HEADINGS = { H1: "h2", H5: "h4", H6: "h4" };

export const isOwnPicture = (image) => OWN_PICTURE.test(image.getAttribute("src") ?? "");
export const isPastedPicture = (image) => PASTED_PICTURE.test(image.getAttribute("src") ?? "");

export function renamed(element, tag) {
  const other = document.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

/** What is pasted or loaded, as a fragment: nothing of the look it had elsewhere. */
export function cleaned(html) {
  const fragment = DOMPurify.sanitize(html, ALLOWED);
  for (const element of fragment.querySelectorAll("[class]")) {
    const fits = element.matches("aside.tip, aside.warning") || /^language-[\w+#-]{1,20}$/.test(element.className);
    if (!fits) element.removeAttribute("class");
  }
  for (const box of fragment.querySelectorAll("aside")) box.setAttribute("role", "note");
  for (const heading of fragment.querySelectorAll("h1, h5, h6")) renamed(heading, HEADINGS[heading.tagName]);
  for (const image of fragment.querySelectorAll("img")) {
    if (!isOwnPicture(image) && !isPastedPicture(image)) image.remove();
  }
  return fragment;
}

const isBlank = (block) => !block.textContent.replace(/[\u200B\s]/g, "") && !block.querySelector("img, table, hr");

/** The editor's text as it is stored: bold and italic by their meaning, no empty lines at the end, nothing half done. */
export function stored(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  const page = box.content;
  for (const image of page.querySelectorAll("img")) {
    if (!isOwnPicture(image)) image.remove();
    else for (const name of ["class", "style"]) image.removeAttribute(name);
  }
  for (const bold of page.querySelectorAll("b")) renamed(bold, "strong");
  for (const italic of page.querySelectorAll("i")) renamed(italic, "em");
  for (const rule of page.querySelectorAll("p > hr:only-child")) rule.parentElement.replaceWith(rule);
  while (page.lastElementChild && page.lastChild === page.lastElementChild && isBlank(page.lastElementChild)) {
    page.lastElementChild.remove();
  }
  return box.innerHTML.trim();
}
