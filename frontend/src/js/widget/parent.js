// The page that shows us: it may open, close, and say who is signed in; it never sees what is said.
import { $ } from "./dom.js";

export function openParent({ settings, onHello, onOpen, onClose, onPage }) {
  const isFramed = window.parent !== window;
  let around = null; // the origin that spoke to us first, and was allowed to
  let opened = !isFramed;

  const fits = (pattern, origin) =>
    pattern === origin || (pattern.includes("://*.") && origin.startsWith(pattern.split("*")[0]) && origin.endsWith(pattern.split("*")[1]));
  const mayAsk = (origin) => origin === location.origin || settings.origins.some((pattern) => fits(pattern, origin));

  function tell(type, more = {}) {
    if (isFramed && around) window.parent.postMessage({ carecenter: 1, type, ...more }, around);
  }

  const asked = {
    hello: onHello,
    page: onPage,
    open(message) {
      opened = true;
      onOpen(message);
    },
    close() {
      opened = false;
      onClose();
    },
  };

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.carecenter !== 1 || !mayAsk(event.origin)) return;
    around = event.origin;
    if (Object.hasOwn(asked, event.data.type)) asked[event.data.type](event.data);
  });

  function start(look) {
    document.documentElement.classList.toggle("framed", isFramed);
    $("close").hidden = !isFramed;
    $("close").addEventListener("click", close);
    // tells nothing but our colour: whoever frames us is bound by frame-ancestors already
    if (isFramed) window.parent.postMessage({ carecenter: 1, type: "ready", ...look }, "*");
    else onHello({ page_url: "", page_title: "", referrer: document.referrer, user_token: "" });
  }

  function close() {
    opened = false;
    tell("close");
    onClose();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && isFramed) close();
    if (event.key === "Tab") keepInside(event);
  });

  /** Tab goes round inside the chat; Esc is the way out. */
  function keepInside(event) {
    const all = [...document.querySelectorAll("a[href],button,input,textarea,[tabindex='0']")].filter(
      (one) => one.tabIndex >= 0 && !one.disabled && one.getClientRects().length,
    );
    const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (document.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  return { tell, start, close, isOpen: () => opened };
}
