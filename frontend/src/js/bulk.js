// Many tickets at once: ticking rows (mouse, Shift for a range, X), the bar with what can be done, and the job's progress.
// Rows are replaced while they are ticked, so what is chosen is kept here by id and shown on whatever rows there are.
import { openAction } from "./actions.js";
import { on } from "./page.js";

const pane = () => document.getElementById("list-pane");
const bar = () => document.getElementById("bulk-bar");
const boxes = () => [...document.querySelectorAll("#list-pane [data-pick-row]")];
const picked = new Set();
let all = false; // everything in the view, also what is not on the page
let lastPicked = null;

function show() {
  const box = bar();
  if (!box) return;
  const shown = boxes();
  for (const one of shown) one.checked = all || picked.has(one.dataset.pickRow);
  const count = all ? shown.length : picked.size;
  box.hidden = count === 0;
  pane().toggleAttribute("data-picking", count > 0 || pane().hasAttribute("data-select"));
  const words = box.querySelector("[data-picked-count]");
  const text = words.dataset;
  const most = Number(box.dataset.most);
  const inView = box.dataset.viewCount;
  if (all) words.textContent = (inView.includes("+") ? text.first.replace("%s", most.toLocaleString()) : text.all.replace("%s", inView));
  else words.textContent = count === 1 ? text.one : text.many.replace("%s", String(count));
  const everyShown = shown.length > 0 && shown.every((one) => one.checked);
  box.querySelector("[data-pick-shown]").hidden = everyShown;
  box.querySelector("[data-pick-all]").hidden = all || !inView || !everyShown || !document.getElementById("more-rows");
}

function set(box, on) {
  if (on) picked.add(box.dataset.pickRow);
  else picked.delete(box.dataset.pickRow);
}

function clear() {
  picked.clear();
  all = false;
  lastPicked = null;
  pane()?.removeAttribute("data-select");
  pane()?.querySelector("[data-select-mode]")?.setAttribute("aria-pressed", "false");
  show();
}

/** Ticks or unticks one; with Shift all from the last one to it. */
function pick(box, { range = false } = {}) {
  if (all) for (const one of boxes()) picked.add(one.dataset.pickRow);
  all = false;
  const shown = boxes();
  const from = range ? shown.findIndex((one) => one.dataset.pickRow === lastPicked) : -1;
  const to = shown.indexOf(box);
  if (from >= 0) for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) set(one, box.checked);
  else set(box, box.checked);
  lastPicked = box.dataset.pickRow;
  show();
}
on("click", "[data-pick-row]", (event, box) => pick(box, { range: event.shiftKey }));
// A ticked list takes Shift + click on the row itself too.
on("click", "#list-pane [data-row]", (event, row) => {
  if (!event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  const box = row.parentElement.querySelector("[data-pick-row]");
  box.checked = true;
  pick(box, { range: true });
}, true);

/** X: the row the keyboard is on, else the open one. */
export function pickFocused() {
  const item = document.activeElement?.closest(".row-item") ?? document.querySelector(".row-item:has([aria-current])");
  const box = item?.querySelector("[data-pick-row]");
  if (!box) return;
  box.checked = !box.checked;
  pick(box);
}

export function selectMode() {
  const list = pane();
  if (!list) return;
  const on = list.toggleAttribute("data-select");
  list.querySelector("[data-select-mode]")?.setAttribute("aria-pressed", String(on));
  if (!on) clear();
  else show();
}
on("click", "[data-select-mode]", selectMode);
on("click", "[data-pick-none]", () => {
  clear();
  document.querySelector("#list-pane [data-row]")?.focus();
});
on("click", "[data-pick-shown]", () => {
  for (const one of boxes()) picked.add(one.dataset.pickRow);
  show();
  bar().querySelector("[data-bulk-pick]").focus();
});
on("click", "[data-pick-all]", () => {
  all = true;
  show();
  bar().querySelector("[data-bulk-pick]").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (picked.size || all || pane()?.hasAttribute("data-select")) clear();
});

// Another list has nothing ticked; the same rows drawn anew keep their ticks.
let listKey = null;
const keyOf = () => `${pane()?.dataset.view}/${pane()?.dataset.state}`;
document.addEventListener("htmx:afterSettle", (event) => {
  if (!pane()) return;
  if (event.detail.target?.id === "list-pane" && keyOf() !== listKey) clear();
  listKey = keyOf();
  if (picked.size || all) show();
});
document.addEventListener("htmx:oobAfterSwap", () => {
  if (picked.size || all) show();
});

/* --- what to do --- */

const chosen = () => [...picked].join(",");
on("click", "[data-bulk-merge]", (_event, button) => {
  const ids = all ? boxes().map((one) => one.dataset.pickRow).join(",") : chosen();
  openAction(`${button.dataset.bulkMerge}?${new URLSearchParams({ ids })}`, button);
});

// Every request that begins a job carries what is ticked.
const begins = (path) => /\/bulk\/(\?|$)/.test(path);
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "post" || !begins(event.detail.path)) return;
  const values = event.detail.parameters;
  const verb = values.verb ?? new URL(event.detail.path, location.href).searchParams.get("verb");
  if (all && verb !== "merge") Object.assign(values, { all: "1", view: pane().dataset.view, state: pane().dataset.state });
  else values.ids = all ? boxes().map((one) => one.dataset.pickRow).join(",") : chosen();
});

/* --- how far it is --- */

const holder = () => document.getElementById("bulk-progress");
const fetchInto = (url) => window.htmx.ajax("GET", url, { target: holder(), swap: "innerHTML" }).catch(() => {});

document.addEventListener("bulk-started", (event) => {
  clear();
  document.getElementById("picker")?.close();
  sessionStorage.setItem("bulk-job", event.detail.url);
  fetchInto(event.detail.url).then(() => holder()?.querySelector("button")?.focus());
});
document.addEventListener("bulk-ended", () => {
  sessionStorage.removeItem("bulk-job");
  document.dispatchEvent(new CustomEvent("desk-fact", { detail: { name: "desk.missed" } }));
});
on("click", "[data-close-bulk]", () => {
  holder().replaceChildren();
  document.querySelector("#list-pane [data-row]")?.focus();
});
document.addEventListener("DOMContentLoaded", () => {
  listKey = keyOf();
  const url = sessionStorage.getItem("bulk-job");
  if (url && holder()) fetchInto(url);
  show();
});
