// Tables: put in, walked through with Tab, rows and columns added and taken away.
import { cellAt, goInto } from "./places.js";

function row(cells, tag) {
  const line = document.createElement("tr");
  for (let index = 0; index < cells; index += 1) {
    const cell = document.createElement(tag);
    cell.append(document.createElement("br"));
    line.append(cell);
  }
  return line;
}

export function insertTable(editor) {
  if (cellAt(editor)) return;
  const table = document.createElement("table");
  const body = document.createElement("tbody");
  body.append(row(3, "th"), row(3, "td"), row(3, "td"));
  table.append(body);
  editor.saveUndoState();
  editor.insertElement(table);
  goInto(editor, table.querySelector("th"));
}

/** Tab goes to the next cell, and from the last one to a new row. Returns whether the cursor was in a table. */
export function step(editor, direction) {
  const cell = cellAt(editor);
  if (!cell) return false;
  const cells = [...cell.closest("table").querySelectorAll("td, th")];
  const next = cells[cells.indexOf(cell) + direction];
  if (next) goInto(editor, next);
  else if (direction > 0) addRow(editor, cells.at(-1), 0);
  return true;
}

function addRow(editor, cell, column = cell.cellIndex) {
  const line = cell.parentElement;
  editor.saveUndoState();
  const fresh = row(line.cells.length, "td");
  const head = line.parentElement.tagName === "THEAD" ? line.closest("table").tBodies[0] : null;
  if (head) head.prepend(fresh);
  else line.after(fresh);
  goInto(editor, fresh.cells[Math.min(column, fresh.cells.length - 1)]);
}

function addColumn(editor, cell) {
  const at = cell.cellIndex;
  editor.saveUndoState();
  for (const line of cell.closest("table").rows) {
    const beside = line.cells[Math.min(at, line.cells.length - 1)];
    const fresh = document.createElement(beside?.tagName ?? "td");
    fresh.append(document.createElement("br"));
    if (beside) beside.after(fresh);
    else line.append(fresh);
  }
  goInto(editor, cell.nextElementSibling);
}

function drop(editor, table) {
  editor.saveUndoState();
  const line = document.createElement("p");
  line.append(document.createElement("br"));
  table.replaceWith(line);
  goInto(editor, line);
}

function dropRow(editor, cell) {
  const table = cell.closest("table");
  if (table.rows.length < 2) return drop(editor, table);
  const line = cell.parentElement;
  const next = table.rows[line.rowIndex + 1] ?? table.rows[line.rowIndex - 1];
  editor.saveUndoState();
  line.remove();
  goInto(editor, next.cells[Math.min(cell.cellIndex, next.cells.length - 1)] ?? next);
}

function dropColumn(editor, cell) {
  const table = cell.closest("table");
  if (cell.parentElement.cells.length < 2) return drop(editor, table);
  const at = cell.cellIndex;
  const next = cell.nextElementSibling ?? cell.previousElementSibling;
  editor.saveUndoState();
  for (const line of table.rows) line.cells[at]?.remove();
  goInto(editor, next);
}

const ACTS = { row: addRow, column: addColumn, "drop-row": dropRow, "drop-column": dropColumn };

export function tableTool(editor, name) {
  const cell = cellAt(editor);
  if (!cell) return;
  if (name === "drop") drop(editor, cell.closest("table"));
  else ACTS[name](editor, cell);
}
