// The page's one dialog for acts that need more than a click: fetched when opened, its form answered by the server.
import { on } from "./page.js";

const dialog = () => document.getElementById("action-dialog");
let openedFrom = null;

export async function openAction(url, from = null) {
  const box = dialog();
  if (!box || box.open) return;
  document.getElementById("picker")?.close();
  openedFrom = from;
  const came = window.htmx.ajax("GET", url, { target: box, swap: "innerHTML" }).then(() => true);
  if (!(await came.catch(() => false)) || !box.firstElementChild) return;
  box.showModal();
  (box.querySelector("[autofocus]") ?? box.querySelector("input:not([type=hidden]), button"))?.focus();
  weigh();
}
on("click", "[data-dialog-url]", (_event, button) => openAction(button.dataset.dialogUrl, button));

document.addEventListener("close", (event) => {
  if (event.target.id !== "action-dialog") return;
  // Its form stays until the next one: htmx tells the answer on the form that asked.
  if (openedFrom?.isConnected && !openedFrom.hidden) openedFrom.focus();
  else document.getElementById("conversation-scroll")?.focus({ preventScroll: true });
}, true);

/** A form that needs something chosen can be sent when something is. */
function weigh() {
  const button = dialog()?.querySelector("[data-needs-choice]");
  if (button) button.disabled = !dialog().querySelector("input[type=radio]:checked, input[type=checkbox]:checked");
}
on("change", "#action-dialog input", weigh);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "merge-options") weigh();
});

// The page goes on with another ticket: a colleague merged this one while one wrote on it, or a split was taken back.
document.addEventListener("ticket-moved", (event) => {
  window.htmx.ajax("GET", event.detail.url, { target: "#ticket-pane", swap: "outerHTML" }).then(() => {
    history.pushState(history.state, "", event.detail.url);
  });
});

document.addEventListener("row-changed", (event) => {
  document.dispatchEvent(new CustomEvent("desk-fact", { detail: { name: "own", ticket: event.detail.ticket } }));
});
