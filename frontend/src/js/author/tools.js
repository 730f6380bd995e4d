// The tools of the editor: buttons, the "/" menu, signs at the start of a line and keys all run these.
import { on } from "../page.js";
import { renamed } from "./html.js";
import { askForLink } from "./links.js";
import { chosenPicture, editPicture } from "./pictures.js";
import { around, blockAt, goInto } from "./places.js";
import { insertTable } from "./tables.js";

function heading(tag) {
  return ({ editor }) => {
    const wanted = editor.hasFormat(tag) ? "p" : tag.toLowerCase();
    if (around(editor, "li, td, th, pre")) return;
    editor.modifyBlocks((fragment) => {
      for (const block of fragment.querySelectorAll("p, h2, h3, h4, div")) renamed(block, wanted);
      return fragment;
    });
  };
}

function inline(tag, add, remove) {
  return ({ editor }) => (editor.hasFormat(tag) ? editor[remove]() : editor[add]());
}

/** A tip or a warning around the paragraphs; pressed again, they are plain. */
function box(kind) {
  return ({ editor }) => {
    const box = around(editor, "aside");
    if (box) {
      editor.saveUndoState();
      if (box.className === kind) {
        const first = box.firstElementChild;
        box.replaceWith(...box.childNodes);
        if (first) goInto(editor, first);
      } else box.className = kind;
      return;
    }
    if (around(editor, "li, td, th, pre, blockquote")) return;
    editor.modifyBlocks((fragment) => {
      const box = document.createElement("aside");
      box.className = kind;
      box.setAttribute("role", "note");
      box.append(fragment);
      return box;
    });
  };
}

const TOOLS = {
  h2: heading("H2"),
  h3: heading("H3"),
  bold: inline("B", "bold", "removeBold"),
  italic: inline("I", "italic", "removeItalic"),
  list: inline("UL", "makeUnorderedList", "removeList"),
  numbers: inline("OL", "makeOrderedList", "removeList"),
  quote: inline("BLOCKQUOTE", "increaseQuoteLevel", "removeQuote"),
  code: ({ editor }) => editor.toggleCode(),
  tip: box("tip"),
  warning: box("warning"),
  table: ({ editor }) => insertTable(editor),
  link: (author) => askForLink(author),
  picture: (author) => {
    const chosen = chosenPicture(author.editor);
    if (chosen) editPicture(author, chosen);
    else author.form.querySelector("[data-picture-input]").click();
  },
  plain: ({ editor }) => editor.removeAllFormatting(),
  undo: ({ editor }) => editor.undo(),
  redo: ({ editor }) => editor.redo(),
};
const LEAVES_FOCUS = new Set(["link", "picture"]);

export function run(author, name) {
  TOOLS[name](author);
  if (!LEAVES_FOCUS.has(name)) author.editor.focus();
  look(author);
}

const PRESSED = {
  h2: "H2", h3: "H3", bold: "B", italic: "I", list: "UL", numbers: "OL", quote: "BLOCKQUOTE", link: "A",
};

function isOn(editor, name) {
  if (name === "code") return editor.hasFormat("PRE") || editor.hasFormat("CODE");
  if (name === "tip" || name === "warning") return around(editor, "aside")?.className === name;
  return editor.hasFormat(PRESSED[name]);
}

/** The buttons say what the text at the cursor is. */
export function look(author) {
  for (const button of author.form.querySelectorAll(".author-tools [aria-pressed]")) {
    const state = String(Boolean(isOn(author.editor, button.dataset.tool)));
    if (button.getAttribute("aria-pressed") !== state) button.setAttribute("aria-pressed", state);
  }
}

// The selection stays in the editor while the pointer presses a button.
on("mousedown", ".author-tools button, .table-tools button", (event) => event.preventDefault());

/* --- signs at the start of a line --- */

const SIGNS = { "##": "h2", "###": "h3", "-": "list", ">": "quote", "```": "code" };

/** "## " makes a heading; returns whether the blank was such a sign. */
export function takesSign(author, before) {
  const tool = SIGNS[before];
  const block = blockAt(author.editor);
  if (!tool || block?.tagName !== "P" || block.textContent.replace(/\u200B/g, "") !== before) return false;
  author.editor.saveUndoState();
  block.replaceChildren(document.createElement("br"));
  goInto(author.editor, block);
  run(author, tool);
  return true;
}
