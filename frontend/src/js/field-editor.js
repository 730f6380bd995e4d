// The firm's own fields: their order by dragging (buttons do the same), and rows for more choices.
import { on } from "./page.js";

const listOf = (row) => row.closest("[data-field-order]");
const isBeside = (row) => dragged && row !== dragged && listOf(row) === listOf(dragged);
let dragged = null;

const unmark = () => {
  for (const row of document.querySelectorAll(".field-row")) row.classList.remove("is-before", "is-after", "is-moving");
};

on("dragstart", ".field-row", (event, row) => {
  dragged = row;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", row.dataset.field);
  requestAnimationFrame(() => dragged?.classList.add("is-moving"));
});
on("dragover", ".field-row", (event, row) => {
  if (!isBeside(row)) return;
  event.preventDefault();
  for (const other of document.querySelectorAll(".field-row")) other.classList.remove("is-before", "is-after");
  const { top, height } = row.getBoundingClientRect();
  row.classList.add(event.clientY < top + height / 2 ? "is-before" : "is-after");
});
on("drop", ".field-row", (event, row) => {
  if (!isBeside(row)) return;
  event.preventDefault();
  if (row.classList.contains("is-before")) row.before(dragged);
  else row.after(dragged);
  const list = listOf(row);
  const ids = [...list.children].map((one) => one.dataset.field);
  unmark();
  window.htmx.ajax("POST", list.dataset.fieldOrder, { values: { ids }, target: "#field-list", swap: "outerHTML" });
});
document.addEventListener("dragend", () => {
  unmark();
  dragged = null;
});

on("change", "[data-field-editor] [name=kind]", (_event, select) => {
  const choices = select.form.querySelector("[data-choices]");
  choices.toggleAttribute("data-unused", !["choice", "choices"].includes(select.value));
});
on("click", "[data-add-choice]", (_event, button) => {
  const list = button.closest("[data-choices]").querySelector("ol");
  const row = list.lastElementChild.cloneNode(true);
  for (const input of row.querySelectorAll("input")) input.value = "";
  list.append(row);
  row.querySelector("[name=choice_name]").focus();
});
