// Office hours: the week is painted with mouse, finger or keys into the fields below it; days of one's own are added.
import { clock, fill, join, paint, readSpans, writeSpans } from "./hours/spans.js";

const STEP = 30;
const COLUMNS = 1440 / STEP;
const week = document.querySelector("[data-week]");
const fields = [...week.querySelectorAll(".week-fields input")];
const names = fields.map((field) => field.labels[0].textContent.trim());
const words = week.dataset;
const part = (name) => week.querySelector(`[data-${name}]`);
const grid = part("grid");
const cells = [];
const past = [];
let spans = fields.map(() => []);
let drag = null; // {day, column, open, before}: from where it is painted, and the week as it was

function build() {
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", words.label);
  grid.setAttribute("aria-describedby", "week-how");
  grid.setAttribute("aria-multiselectable", "true");
  const head = make("div", "week-hours");
  head.setAttribute("aria-hidden", "true");
  for (let hour = 0; hour < 24; hour += 3) head.append(make("span", "", clock(hour * 60)));
  grid.append(head);
  names.forEach((name, day) => {
    const row = make("div", "week-row");
    row.setAttribute("role", "row");
    const label = make("span", "", name.slice(0, 2));
    label.setAttribute("role", "rowheader");
    label.setAttribute("aria-label", name);
    row.append(label);
    cells.push([]);
    for (let column = 0; column < COLUMNS; column += 1) {
      const cell = make("div", "week-cell");
      cell.setAttribute("role", "gridcell");
      cell.tabIndex = day === 0 && column === 18 ? 0 : -1;
      Object.assign(cell.dataset, { day, column });
      cells[day].push(cell);
      row.append(cell);
    }
    grid.append(row);
  });
  part("paint").hidden = false;
}

function make(tag, name, text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = text;
  return made;
}

function said(day, first, last, open) {
  return `${names[day]}, ${clock(first * STEP)} ${words.to} ${clock((last + 1) * STEP)}: ${open ? words.open : words.closed}`;
}

function show() {
  cells.forEach((row, day) =>
    row.forEach((cell, column) => {
      const filled = fill(spans[day], column * STEP, (column + 1) * STEP);
      if (cell.dataset.fill === filled) return;
      cell.dataset.fill = filled;
      cell.setAttribute("aria-selected", String(filled === "full"));
      cell.setAttribute("aria-label", said(day, column, column, filled !== "none"));
    }),
  );
}

function readFields() {
  const read = fields.map((field) => readSpans(field.value));
  spans = read.map((one, day) => (one ? one[0] : spans[day]));
  read.forEach((one, day) => {
    if (!one?.[1].length) return;
    const next = (day + 1) % 7;
    spans[next] = join([...spans[next], ...one[1]]);
  });
  fields.forEach((field, day) => {
    if (read[day]) field.value = writeSpans(spans[day]);
  });
  show();
}

function writeFields() {
  fields.forEach((field, day) => {
    field.value = writeSpans(spans[day]);
  });
  fields[0].dispatchEvent(new Event("change", { bubbles: true }));
}

/* A change is one step of undoing, from the week as it was before it. */
function done(before) {
  if (JSON.stringify(before) === JSON.stringify(spans)) return;
  past.push(before);
  part("undo").disabled = false;
  writeFields();
}

function undo() {
  const before = past.pop();
  if (!before) return;
  spans = before;
  part("undo").disabled = past.length === 0;
  show();
  writeFields();
  say(words.undone);
}

function say(text) {
  part("say").textContent = text;
  part("read").textContent = text || " ";
}

function begin(cell) {
  const [day, column] = [Number(cell.dataset.day), Number(cell.dataset.column)];
  drag = { day, column, open: cell.dataset.fill !== "full", before: structuredClone(spans) };
  part("copy-from").value = String(day);
}

function reach(cell) {
  const [day, column] = [Number(cell.dataset.day), Number(cell.dataset.column)];
  const [top, bottom] = [Math.min(day, drag.day), Math.max(day, drag.day)];
  const [first, last] = [Math.min(column, drag.column), Math.max(column, drag.column)];
  spans = drag.before.map((one, index) =>
    index < top || index > bottom ? one : paint(one, first * STEP, (last + 1) * STEP, drag.open),
  );
  show();
  say(said(day, first, last, drag.open));
}

function end(keep = true) {
  if (!drag) return;
  const { before } = drag;
  drag = null;
  if (keep) done(before);
  else {
    spans = before;
    show();
  }
}

function go(cell) {
  grid.querySelector("[tabindex='0']").tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
}

function watchPointer() {
  grid.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest(".week-cell");
    if (!cell || event.button !== 0) return;
    event.preventDefault();
    go(cell);
    begin(cell);
    grid.setPointerCapture(event.pointerId);
    reach(cell);
  });
  grid.addEventListener("pointermove", (event) => {
    const below = drag && document.elementFromPoint(event.clientX, event.clientY)?.closest(".week-cell");
    if (below) reach(below);
  });
  grid.addEventListener("pointerup", () => end());
  grid.addEventListener("pointercancel", () => end(false));
}

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -COLUMNS], End: [0, COLUMNS] };

function watchKeys() {
  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".week-cell");
    if (!cell) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      begin(cell);
      reach(cell);
      end();
    } else if (event.key === "Escape") end(false);
    else if (MOVES[event.key]) {
      event.preventDefault();
      const [down, right] = MOVES[event.key];
      const day = Math.min(6, Math.max(0, Number(cell.dataset.day) + down));
      const column = Math.min(COLUMNS - 1, Math.max(0, Number(cell.dataset.column) + right));
      if (event.shiftKey && !drag) begin(cell);
      go(cells[day][column]);
      if (event.shiftKey) reach(cells[day][column]);
      else part("read").textContent = cells[day][column].getAttribute("aria-label");
    } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      undo();
    }
  });
  grid.addEventListener("keyup", (event) => event.key === "Shift" && end());
  grid.addEventListener("focusout", (event) => grid.contains(event.relatedTarget) || end());
}

function watchTools() {
  part("undo").addEventListener("click", undo);
  part("copy-day").addEventListener("click", () => {
    const before = structuredClone(spans);
    const from = before[Number(part("copy-from").value)];
    for (const day of part("copy-to").value.split(",")) spans[Number(day)] = structuredClone(from);
    show();
    done(before);
    say(words.copied);
  });
  for (const field of fields) {
    field.addEventListener("change", (event) => {
      if (!event.isTrusted) return;
      const before = structuredClone(spans);
      readFields();
      if (JSON.stringify(before) === JSON.stringify(spans)) return;
      past.push(before);
      part("undo").disabled = false;
    });
  }
}

function watchDays() {
  const list = document.querySelector("[data-special-days]");
  const empty = document.querySelector("[data-special-empty]");
  const add = document.querySelector("[data-add-day]");
  const total = list.querySelector("[name$='TOTAL_FORMS']");
  const bare = () => list.querySelectorAll("[data-drop-day]").forEach((button) => (button.hidden = false));
  add.hidden = false;
  bare();
  add.addEventListener("click", () => {
    const made = make("div", "");
    made.innerHTML = empty.innerHTML.replaceAll("__prefix__", total.value);
    total.value = Number(total.value) + 1;
    const row = made.firstElementChild;
    list.append(row);
    bare();
    row.querySelector("input").focus();
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-drop-day]")?.closest("[data-special-day]");
    if (!row) return;
    for (const input of row.querySelectorAll("input")) input.type === "checkbox" ? (input.checked = false) : (input.value = "");
    row.hidden = true;
    total.dispatchEvent(new Event("change", { bubbles: true }));
    add.focus();
  });
}

build();
readFields();
watchPointer();
watchKeys();
watchTools();
watchDays();
