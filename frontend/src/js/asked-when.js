// Fields of a form that are asked only with certain answers. Without this file all are there, each with its condition
// in words, and the server decides; with it those that are not asked are out of sight.
const rowOf = (box, name) => box.querySelector(`[name="${CSS.escape(name)}"]`)?.closest(".own-field");

function answers(box, name) {
  const found = [...box.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  return found.filter((input) => input.type !== "checkbox" || input.checked).map((input) => input.value);
}

function isAsked(box, row, path = []) {
  if (!row?.dataset.askedWhen || path.includes(row)) return Boolean(row) && !path.includes(row);
  return Object.entries(JSON.parse(row.dataset.askedWhen)).every(
    ([name, values]) =>
      isAsked(box, rowOf(box, name), [...path, row]) && answers(box, name).some((answer) => values.includes(answer)),
  );
}

function look(box) {
  box.dataset.follows = "";
  for (const row of box.querySelectorAll("[data-asked-when]")) row.hidden = !isAsked(box, row);
}

const lookAt = (root) => root.querySelectorAll("[data-own-fields]").forEach(look);
document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-own-fields]");
  if (box) look(box);
});
document.addEventListener("htmx:load", (event) => lookAt(event.detail.elt.parentElement ?? document));
window.addEventListener("pageshow", () => lookAt(document)); // who goes back finds what they chose
lookAt(document);
