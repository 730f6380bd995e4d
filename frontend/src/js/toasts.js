// Short messages at the corner. Texts are set as text, never as markup. A toast with an action stays as long as the
// action works; the pointer or the focus on it stops its clock.
import { on, post, word } from "./page.js";

const TIMES = { success: 4000, info: 5000, warning: 8000, error: 10000 };
const holder = () => document.getElementById("toasts");

function iconFor(tone) {
  const template = document.querySelector(`template[data-toast-icon="${tone}"]`);
  return template ? template.content.cloneNode(true) : document.createDocumentFragment();
}

function startClock(card, milliseconds) {
  let left = milliseconds;
  let begun = performance.now();
  let timer = setTimeout(() => card.remove(), left);
  const pause = () => {
    clearTimeout(timer);
    left -= performance.now() - begun;
  };
  const go = () => {
    begun = performance.now();
    timer = setTimeout(() => card.remove(), Math.max(left, 800));
  };
  card.addEventListener("mouseenter", pause);
  card.addEventListener("mouseleave", go);
  card.addEventListener("focusin", pause);
  card.addEventListener("focusout", go);
}

/** Shows {tone, text, action: {label, url}, seconds, key}. A second toast with the same key replaces the first. */
export function showToast({ tone = "success", text = "", action = null, seconds = null, key = "" }) {
  const box = holder();
  if (!box) return;
  if (key) box.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
  const card = document.createElement("div");
  card.className = "toast-card";
  card.dataset.tone = tone;
  card.dataset.key = key;
  card.append(iconFor(tone));
  const words = document.createElement("p");
  words.className = "min-w-0 flex-1 wrap-anywhere";
  words.dir = "auto";
  words.textContent = text;
  card.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn -my-0.5";
    button.dataset.variant = "outline";
    button.dataset.size = "xs";
    button.dataset.toastAction = action.url;
    button.textContent = action.label;
    card.append(button);
  }
  box.append(card);
  startClock(card, seconds ? seconds * 1000 : TIMES[tone]);
}

on("click", "[data-toast-action]", async (_event, button) => {
  const card = button.closest(".toast-card");
  button.disabled = true;
  const response = await post(button.dataset.toastAction).catch(() => null);
  card?.remove();
  if (response?.ok) {
    const facts = response.headers.get("HX-Trigger");
    if (facts) announce(facts);
  } else {
    const told = response ? (await response.text()).slice(0, 300) : "";
    const plain = response?.headers.get("content-type")?.startsWith("text/plain");
    showToast({ tone: "error", text: plain && told ? told : word("not-undone", "This could not be undone.") });
  }
});

// What was undone elsewhere on the page is not offered here any longer.
document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, successful } = event.detail;
  if (!successful || requestConfig?.verb !== "post") return;
  for (const button of holder()?.querySelectorAll("[data-toast-action]") ?? []) {
    if (button.dataset.toastAction === requestConfig.path) button.closest(".toast-card").remove();
  }
});

/** Fires the events of an HX-Trigger header on the body, as htmx does for its own requests. */
export function announce(header) {
  const facts = header.trim().startsWith("{") ? JSON.parse(header) : { [header]: {} };
  for (const [name, detail] of Object.entries(facts)) {
    document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

document.addEventListener("toast", (event) => showToast(event.detail));

/** Django's messages arrive in the page; without scripts they stay where they stand. */
function adoptMessages() {
  for (const message of document.querySelectorAll("[data-message]")) {
    showToast({ tone: message.dataset.message, text: message.textContent.trim() });
    message.remove();
  }
}
document.addEventListener("DOMContentLoaded", adoptMessages);
