// Where the cursor is: the paragraph, the cell, the box around it.

const BLOCKS = "p, h2, h3, h4, li, td, th, pre, div, figcaption, dt, dd, caption";

export function elementAt(editor) {
  const node = editor.getSelection().startContainer;
  return node instanceof Element ? node : node.parentElement;
}

/** The nearest element of this kind around the cursor, inside the editor. */
export function around(editor, selector) {
  const found = elementAt(editor)?.closest(selector);
  return found && found !== editor.getRoot() && editor.getRoot().contains(found) ? found : null;
}

export const blockAt = (editor) => around(editor, BLOCKS);
export const cellAt = (editor) => around(editor, "td, th");

/** The text of the cursor's paragraph up to the cursor; null when something is selected. */
export function textBefore(editor) {
  const range = editor.getSelection();
  const block = blockAt(editor);
  if (!range.collapsed || !block) return null;
  const before = range.cloneRange();
  before.setStart(block, 0);
  return before.toString().replace(/\u200B/g, "");
}

export function textAfter(editor) {
  const range = editor.getSelection();
  const block = blockAt(editor);
  if (!range.collapsed || !block) return null;
  const after = range.cloneRange();
  after.setEnd(block, block.childNodes.length);
  return after.toString().replace(/\u200B/g, "");
}

/** Puts the cursor at the start of an element. */
export function goInto(editor, element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  range.collapse(true);
  editor.focus();
  editor.setSelection(range);
}

/** Takes away what stands in the cursor's paragraph. */
export function emptyBlock(editor) {
  const block = blockAt(editor);
  if (!block) return;
  block.replaceChildren(document.createElement("br"));
  goInto(editor, block);
}
