// The order of categories: by buttons, or dragged. The server answers with the tree and a way back.
import { on } from "../page.js";

const treeOf = () => document.querySelector("[data-category-tree]");
let dragged = null;

function store(focus) {
  const ids = [...treeOf().querySelectorAll("[data-category]")].map((item) => item.dataset.category);
  const sent = window.htmx.ajax("POST", treeOf().dataset.orderUrl, { values: { ids }, target: "#category-tree", swap: "outerHTML" });
  sent.then(() => {
    const row = focus && document.querySelector(`[data-category="${focus.id}"] > .category-row`);
    (row?.querySelector(`[data-move="${focus.step}"]`) ?? row?.querySelector("[data-move]"))?.focus();
  });
}

on("click", "[data-move]", (_event, button) => {
  const item = button.closest("[data-category]");
  const step = Number(button.dataset.move);
  if (step < 0) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  store({ id: item.dataset.category, step: button.dataset.move });
});

const unmark = () => {
  for (const item of document.querySelectorAll(".is-before, .is-after")) item.classList.remove("is-before", "is-after");
};

on("dragstart", ".category-row", (event, row) => {
  dragged = row.closest("[data-category]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.category);
  requestAnimationFrame(() => dragged?.classList.add("is-moving"));
});
on("dragover", "[data-category]", (event, item) => {
  if (!dragged || item === dragged || item.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  event.stopPropagation();
  unmark();
  const { top, height } = item.getBoundingClientRect();
  item.classList.add(event.clientY < top + height / 2 ? "is-before" : "is-after");
});
on("drop", "[data-category]", (event, item) => {
  if (!dragged || item.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  const before = item.classList.contains("is-before");
  unmark();
  if (item === dragged) return;
  if (before) item.before(dragged);
  else item.after(dragged);
  store(null);
});
document.addEventListener("dragend", () => {
  unmark();
  dragged?.classList.remove("is-moving");
  dragged = null;
});
