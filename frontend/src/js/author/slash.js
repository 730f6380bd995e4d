// "/" at the start of an empty line: what to put in, filtered while one types. The editor keeps the focus.
import { word } from "../page.js";
import { blockAt, emptyBlock, textBefore } from "./places.js";
import { run } from "./tools.js";

const TYPED = /^\/([\p{L}\d-]{0,20})$/u;
const WIDTH = 240;
const HEIGHT = 300;

/** Only what changes: the editor takes every attribute set on it for typing, and asks again. */
function put(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export class SlashMenu {
  constructor(author) {
    this.author = author;
    this.at = 0;
    this.box = null;
    this.shown = null; // what was typed when the list was made
    this.dropped = ""; // what stood there when it was closed with Escape
  }

  /** Looks at what is typed; called after every change. */
  look() {
    const before = textBefore(this.author.editor);
    const typed = before === null ? null : TYPED.exec(before);
    const block = blockAt(this.author.editor);
    const alone = typed && block?.tagName === "P" && block.textContent.replace(/\u200B/g, "") === before;
    if (!alone || before === this.dropped) {
      if (!alone) this.dropped = "";
      this.close();
      return;
    }
    this.show(typed[1].toLowerCase());
  }

  show(typed) {
    if (this.box && typed === this.shown) return;
    this.shown = typed;
    const source = this.author.form.querySelector("[data-slash-menu]").content.cloneNode(true);
    const found = [...source.querySelectorAll("[role=option]")].filter((item) => {
      const words = `${item.textContent} ${item.dataset.words}`.toLowerCase();
      return words.split(/\s+/).some((one) => one.startsWith(typed)) || item.textContent.trim().toLowerCase().includes(typed);
    });
    if (!found.length) return this.close();
    if (!this.box) this.open();
    found.forEach((item, index) => {
      item.id = `slash-${index}`;
      item.tabIndex = -1;
    });
    this.box.replaceChildren(...found);
    this.at = 0;
    this.mark();
  }

  open() {
    this.box = document.createElement("div");
    this.box.className = "slash-menu";
    this.box.id = "slash-menu";
    this.box.setAttribute("role", "listbox");
    this.box.setAttribute("aria-label", word("slash-label"));
    const place = this.author.editor.getCursorPosition();
    const left = Math.min(place.left, window.innerWidth - WIDTH - 8);
    this.box.style.left = `${Math.max(8, left)}px`;
    if (place.bottom + HEIGHT < window.innerHeight) this.box.style.top = `${place.bottom + 6}px`;
    else this.box.style.bottom = `${window.innerHeight - place.top + 6}px`;
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose(item);
    });
    document.body.append(this.box);
    put(this.author.body, "aria-controls", this.box.id);
  }

  mark() {
    [...this.box.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    const chosen = this.box.children[this.at];
    chosen.scrollIntoView({ block: "nearest" });
    put(this.author.body, "aria-activedescendant", chosen.id);
  }

  close() {
    if (!this.box) return;
    this.box.remove();
    this.box = null;
    for (const name of ["aria-activedescendant", "aria-controls"]) put(this.author.body, name, null);
  }

  choose(item) {
    const tool = item.dataset.tool;
    this.close();
    this.author.editor.saveUndoState();
    emptyBlock(this.author.editor);
    run(this.author, tool);
  }

  /** Returns whether the key was meant for the menu. */
  takesKey(event) {
    if (!this.box || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.box.children.length) % this.box.children.length;
      this.mark();
    } else if (event.key === "Enter" || event.key === "Tab") this.choose(this.box.children[this.at]);
    else if (event.key === "Escape") {
      this.dropped = textBefore(this.author.editor) ?? "";
      this.close();
    } else return false;
    return true;
  }
}
