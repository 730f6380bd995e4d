// The open conversation: mail frames as tall as their mail, folded quotes, pictures on demand, answers about to leave.
import { Idiomorph } from "idiomorph/dist/idiomorph-ext.esm.js";
import { on } from "./page.js";

/* --- scroll: a ticket opens at its end and stays there while one is at the end --- */

const scroller = () => document.getElementById("conversation-scroll");
const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;
const toEnd = () => {
  const box = scroller();
  if (box) box.scrollTop = box.scrollHeight;
};
let staysAtEnd = true;

document.addEventListener("scroll", (event) => {
  if (event.target === scroller()) staysAtEnd = isAtEnd(event.target);
}, true);

// The composer grows with what is written and with what it has to say.
const sizes = new ResizeObserver(() => {
  if (staysAtEnd) toEnd();
});
function watchSize() {
  sizes.disconnect();
  if (scroller()) sizes.observe(scroller());
}

/* --- frames --- */

const grown = new WeakMap();

function fit(frame) {
  const page = frame.contentDocument;
  if (!page?.body) return;
  const height = Math.max(page.body.scrollHeight, 24);
  frame.style.height = `${Math.min(height + 2, 20_000)}px`;
  if (staysAtEnd) toEnd();
}

function watchFrame(frame) {
  fit(frame);
  grown.get(frame)?.disconnect();
  const page = frame.contentDocument;
  if (!page?.body) return;
  const observer = new ResizeObserver(() => fit(frame));
  observer.observe(page.body);
  grown.set(frame, observer);
  for (const picture of page.images) picture.addEventListener("load", () => fit(frame));
}

document.addEventListener("load", (event) => {
  if (event.target instanceof HTMLIFrameElement && event.target.classList.contains("mail-frame")) watchFrame(event.target);
}, true);

on("click", "[data-show-body]", (_event, button) => {
  const body = button.closest("[data-mail-body]");
  const wanted = button.dataset.showBody;
  const frame = body.querySelector("iframe");
  if (wanted === "html" && frame.dataset.src) {
    frame.src = frame.dataset.src;
    delete frame.dataset.src;
  }
  for (const part of body.querySelectorAll("[data-body]")) part.hidden = part.dataset.body !== wanted;
  for (const extra of body.querySelectorAll("[data-load-pictures]")) extra.hidden = wanted !== "html";
  for (const extra of body.querySelectorAll("[data-toggle-quoted]")) extra.hidden = wanted === "html";
  const label = button.textContent;
  button.textContent = button.dataset.otherLabel;
  button.dataset.otherLabel = label;
  button.dataset.showBody = wanted === "html" ? "text" : "html";
});

on("click", "[data-load-pictures]", (_event, button) => {
  button.closest("[data-mail-body]").querySelector("iframe").src = button.dataset.loadPictures;
  button.remove();
});

on("click", "[data-toggle-quoted]", (_event, button) => {
  const quoted = document.getElementById(button.dataset.toggleQuoted);
  quoted.hidden = !quoted.hidden;
  button.setAttribute("aria-expanded", String(!quoted.hidden));
});

/* --- the conversation looks again when told, and by itself while an answer is under way --- */

const list = () => document.getElementById("conversation");

export function refreshConversation(ticket) {
  const open = document.querySelector("#ticket-pane[data-ticket]")?.dataset.ticket;
  if (open && (!ticket || String(ticket) === open)) list()?.dispatchEvent(new Event("refresh"));
}
document.addEventListener("ticket-changed", (event) => refreshConversation(event.detail?.ticket));

// What was asked for one ticket may come when the next is open: its head does not go over theirs.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { fragment } = event.detail;
  const of = fragment.dataset?.of ?? fragment.firstElementChild?.dataset.of;
  const open = document.getElementById("ticket-pane")?.dataset.ticket;
  if (of && open && of !== open) event.detail.shouldSwap = false;
});

// The oldest message shown is where the next look starts from, so earlier pages stay.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "conversation") return;
  const first = event.detail.elt.querySelector(".message")?.id.replace("message-", "") ?? "";
  event.detail.parameters.since = first;
});

// A message's text never changes, but its frame has grown and the person may have opened it: a morph leaves it as it is.
Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeMorphed: (before) => !(before instanceof Element && before.matches("[data-mail-body]")),
  beforeAttributeUpdated: (name, element) => !(name === "open" && element instanceof HTMLDetailsElement),
});

document.addEventListener("htmx:load", () => {
  if (staysAtEnd) toEnd();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "ticket-pane") {
    staysAtEnd = true;
    toEnd();
    watchSize();
  }
});

// A button that is pressed and then no longer there ("Take") leaves the keyboard in the conversation, not nowhere.
let lastFocused = null;
document.addEventListener("focusin", (event) => (lastFocused = event.target.closest("#ticket-pane") ? event.target : null));
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement !== document.body || !lastFocused || lastFocused.isConnected) return;
  lastFocused = null;
  scroller()?.focus({ preventScroll: true });
});

let ticks = 0;
setInterval(() => {
  for (const left of document.querySelectorAll("[data-countdown]")) {
    left.textContent = String(Math.max(0, Number(left.textContent) - 1));
    if (left.textContent === "0") ticks = 100;
  }
  if (!document.querySelector("[data-under-way]")) return;
  ticks += 1;
  if (ticks < 5) return;
  ticks = 0;
  refreshConversation();
}, 1000);

document.addEventListener("DOMContentLoaded", () => {
  toEnd();
  watchSize();
  for (const frame of document.querySelectorAll("iframe.mail-frame")) {
    if (frame.contentDocument?.readyState === "complete") watchFrame(frame);
  }
});
