// Dialogs open by data-open-dialog="id", close by data-close-dialog (with its value), the backdrop or Escape; focus returns by itself.
// One question dialog serves hx-confirm and <form data-confirm>.
import { on } from "./page.js";

on("click", "[data-open-dialog]", (event, trigger) => {
  const dialog = document.getElementById(trigger.dataset.openDialog);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
});

on("click", "[data-close-dialog]", (event, trigger) => {
  event.preventDefault();
  trigger.closest("dialog")?.close(trigger.dataset.closeDialog);
});

on("submit", "form[data-closes-dialog]", (_event, form) => form.closest("dialog")?.close());

document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

/** Asks; resolves to true when the person agrees. */
export function ask({ question, button, danger = false }) {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog) return Promise.resolve(window.confirm(question));
  dialog.querySelector("[data-confirm-question]").textContent = question;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = button || yes.dataset.label;
  yes.dataset.variant = danger ? "destructive" : "primary";
  dialog.returnValue = "";
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const questionOf = (element, question) => ({
  question,
  button: element.dataset.confirmButton,
  danger: "confirmDanger" in element.dataset,
});

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask(questionOf(event.detail.elt, event.detail.question)).then((agreed) => {
    if (agreed) event.detail.issueRequest(true);
  });
});

on("submit", "form[data-confirm]", (event, form) => {
  if (form.dataset.confirmed) return;
  event.preventDefault();
  ask(questionOf(form, form.dataset.confirm)).then((agreed) => {
    if (!agreed) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter ?? undefined);
  });
});
