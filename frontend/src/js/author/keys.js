// What keys do inside an article that the editor does not know by itself: boxes, cells, signs, the menu.
import { around, blockAt, cellAt, goInto, textAfter, textBefore } from "./places.js";
import { step } from "./tables.js";
import { takesSign } from "./tools.js";

const stop = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

/** An empty line at the end of a tip or warning leads out of it. */
function leavesBox(editor) {
  const box = around(editor, "aside");
  const block = blockAt(editor);
  const isBlank = block && !block.textContent.replace(/\u200B/g, "").trim() && !block.querySelector("img");
  if (!box || !isBlank || block.parentElement !== box || block !== box.lastElementChild) return false;
  editor.saveUndoState();
  box.after(block);
  if (!box.children.length) box.remove();
  goInto(editor, block);
  return true;
}

/** At the start of a box the paragraphs become plain; at the start of a cell nothing is joined. */
function takesBackspace(editor) {
  if (textBefore(editor) !== "") return false;
  if (cellAt(editor)) return true;
  const box = around(editor, "aside");
  const block = blockAt(editor);
  if (!box || block !== box.firstElementChild) return false;
  editor.saveUndoState();
  box.replaceWith(...box.childNodes);
  goInto(editor, block);
  return true;
}

export function bindKeys(author) {
  const { body, editor } = author;
  body.addEventListener("keydown", (event) => {
    if (author.slash.takesKey(event)) return stop(event);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.isComposing) return;
    if (event.key === "Enter" && plain && !event.shiftKey && leavesBox(editor)) stop(event);
    else if (event.key === "Tab" && plain && step(editor, event.shiftKey ? -1 : 1)) stop(event);
    else if (event.key === "Backspace" && plain && takesBackspace(editor)) stop(event);
    else if (event.key === "Delete" && plain && cellAt(editor) && textAfter(editor) === "") stop(event);
    else if (event.key === " " && plain && takesSign(author, textBefore(editor) ?? "")) stop(event);
  }, true);
}
