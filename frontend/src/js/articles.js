// The authors' pages: the editor saves by itself and tells what became of it; nothing written is lost.
import Squire from "squire-rte";
import { csrfToken, on } from "./page.js";
import { cleaned, stored } from "./author/html.js";
import { bindKeys } from "./author/keys.js";
import { editPicture, picturesIn, takePasted, takePictures } from "./author/pictures.js";
import { cellAt } from "./author/places.js";
import { SlashMenu } from "./author/slash.js";
import { tableTool } from "./author/tables.js";
import { look, run } from "./author/tools.js";
import "./author/tree.js";

const SAVE_AFTER = 1000;
const TRY_AGAIN = 5000;
const KEPT_ALIVE = 60_000; // bytes that a browser sends on after its page is gone

class Author {
  constructor(root) {
    this.root = root;
    this.form = root.querySelector("[data-draft]");
    this.body = this.form.querySelector("[data-draft-body]");
    this.uploads = 0;
    this.saving = null;
    const html = this.body.innerHTML.trim();
    this.editor = new Squire(this.body, { blockTag: "P", sanitizeToDOMFragment: cleaned });
    this.editor._imageResizer.destroy(); // pictures have a dialog of their own
    this.editor.setHTML(html);
    this.slash = new SlashMenu(this);
    this.saved = this.words();
    bindKeys(this);
    this.listen();
    this.grow();
    this.see();
  }

  listen() {
    this.editor.addEventListener("input", () => this.changed());
    for (const type of ["pathChange", "select", "cursor"]) this.editor.addEventListener(type, () => this.see());
    this.editor.addEventListener("blur", () => setTimeout(() => this.slash.close(), 150));
    this.form.addEventListener("input", (event) => {
      if (event.target.name) this.changed();
      if ("draftLine" in event.target.dataset) this.grow();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  /** Buttons and lists say where the cursor is. */
  see() {
    const empty = !this.body.textContent.trim() && !this.body.querySelector("li, img, table, pre, aside, blockquote, h2, h3");
    if (this.body.hasAttribute("data-empty") !== empty) this.body.toggleAttribute("data-empty", empty);
    this.form.querySelector("[data-table-tools]").hidden = !cellAt(this.editor);
    look(this);
  }

  /** A title is as high as its lines. */
  grow() {
    for (const line of this.form.querySelectorAll("[data-draft-line]")) {
      line.style.height = "auto";
      line.style.height = `${line.scrollHeight}px`;
    }
  }

  /* what is written */

  get fields() {
    const { title, summary, phrases } = this.form.elements;
    return { title: title.value, summary: summary.value, phrases: phrases.value, html: stored(this.editor.getHTML()) };
  }

  words() {
    return JSON.stringify(this.fields);
  }

  get isDirty() {
    return this.uploads > 0 || this.words() !== this.saved;
  }

  changed() {
    this.see();
    this.slash.look();
    takePasted(this);
    if (!this.isDirty) return;
    this.tell("unsaved");
    this.later(SAVE_AFTER);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /* saving */

  tell(state) {
    const box = this.root.querySelector("[data-draft-state]");
    if (box) box.textContent = box.dataset[state] ?? "";
  }

  /** Resolves to true when the server has what is written now. */
  async save() {
    clearTimeout(this.timer);
    if (this.saving) await this.saving;
    if (this.words() === this.saved) {
      if (!this.uploads) this.tell("saved");
      return true;
    }
    this.saving = this.send().finally(() => (this.saving = null));
    return this.saving;
  }

  async send() {
    const words = this.words();
    this.tell("saving");
    let response = null;
    try {
      response = await this.post(JSON.parse(words));
    } catch {
      // No connection: it stays here and is tried again.
    }
    if (response?.ok && !response.redirected) {
      this.saved = words;
      this.show(await response.text());
      this.tell(this.isDirty ? "unsaved" : "saved");
      if (this.isDirty) this.later(SAVE_AFTER);
      return true;
    }
    if (response?.status === 409) this.conflict(await response.text());
    else if (response?.status === 422) this.complain(await response.text());
    else this.later(TRY_AGAIN);
    this.tell("failed");
    return false;
  }

  post(fields, options = {}) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set("version", this.form.elements.version.value);
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    return fetch(this.root.dataset.draftUrl, { method: "POST", body, headers, ...options });
  }

  show(bar) {
    const target = document.getElementById("article-bar");
    window.htmx.swap(target, bar, { swapStyle: "morph:outerHTML", swapDelay: 0, settleDelay: 0 }, { contextElement: target });
    this.sync();
  }

  /** The bar knows which text it is of. */
  sync() {
    const bar = document.getElementById("article-bar");
    if (!bar) return;
    this.form.elements.version.value = bar.dataset.version;
    // The address follows the title until it is published; nobody's own choice is written over.
    const address = document.getElementById("article-properties")?.elements.slug;
    if (!address || address === document.activeElement) return;
    address.value = bar.dataset.slug;
    address.disabled = "settled" in bar.dataset;
  }

  complain(text) {
    document.dispatchEvent(new CustomEvent("toast", { detail: { tone: "error", text: text.slice(0, 300), key: "article" } }));
  }

  /** A colleague saved meanwhile: both are shown, and one is chosen. */
  conflict(html) {
    const dialog = document.getElementById("conflict-dialog");
    if (dialog.open) return;
    window.htmx.swap(dialog, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    this.isChoosing = true;
    dialog.showModal();
  }

  /** The page goes: what can still be sent is sent. Returns whether something may be lost. */
  leave() {
    if (this.isChoosing || !this.isDirty) return false;
    const fields = this.fields;
    const small = JSON.stringify(fields).length < KEPT_ALIVE;
    this.post(fields, { keepalive: small }).catch(() => null);
    return !small || this.uploads > 0;
  }
}

let author = null;

document.addEventListener("DOMContentLoaded", () => {
  const root = document.querySelector("[data-author]");
  if (root?.querySelector("[data-draft]")) author = new Author(root);
});

/* --- buttons, keys --- */

on("click", ".author-tools [data-tool]", (_event, button) => author && run(author, button.dataset.tool));
on("click", "[data-table-tool]", (_event, button) => {
  tableTool(author.editor, button.dataset.tableTool);
  author.see();
});
on("click", "[data-draft-body] img", (_event, image) => author && editPicture(author, image));
on("click", "[data-draft-body] a", (event) => event.preventDefault());
on("click", "[data-author-side]", (_event, button) => {
  const open = button.closest("[data-author]").toggleAttribute("data-side");
  button.setAttribute("aria-expanded", String(open));
});
on("keydown", "[data-draft-line]", (event, line) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  if (line.name === "title") author.form.elements.summary.focus();
  else author.editor.focus();
});
document.addEventListener("keydown", (event) => {
  if (!author || !(event.ctrlKey || event.metaKey)) return;
  if (event.key.toLowerCase() === "s") {
    event.preventDefault();
    author.save();
  } else if (event.key.toLowerCase() === "k" && author.body.contains(event.target)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    run(author, "link");
  } else if (event.key === "Enter" && event.shiftKey) {
    event.preventDefault();
    document.querySelector("[data-publish]:not(:disabled)")?.click();
  }
}, true);

/* --- pictures --- */

on("change", "[data-picture-input]", (_event, input) => {
  takePictures(author, picturesIn(input.files));
  input.value = "";
});
document.addEventListener("paste", (event) => {
  const pictures = picturesIn(event.clipboardData?.files);
  // A copied table brings a picture of itself along: text wins.
  if (!author?.body.contains(event.target) || !pictures.length || event.clipboardData.types.includes("text/html")) return;
  event.preventDefault();
  event.stopPropagation();
  takePictures(author, pictures);
}, true);
for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    if (!author?.form.contains(event.target) || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    author.body.classList.toggle("is-target", type === "dragover");
    if (type !== "drop") return;
    const range = document.caretRangeFromPoint?.(event.clientX, event.clientY);
    if (range && author.body.contains(range.startContainer)) author.editor.setSelection(range);
    takePictures(author, picturesIn(event.dataTransfer.files));
  }, true);
}

/* --- publishing: what is written goes first --- */

document.addEventListener("htmx:confirm", (event) => {
  if (!author || !event.detail.elt.matches("[data-needs-saved]")) return;
  event.preventDefault();
  author.save().then((done) => done && event.detail.issueRequest(true));
});
document.addEventListener("htmx:configRequest", (event) => {
  if (author && event.detail.elt.matches("[data-needs-saved]")) {
    event.detail.parameters.version = author.form.elements.version.value;
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "article-bar") author?.sync();
});
document.addEventListener("draft-conflict", () => {
  author.saved = "";
  author.save();
});
window.addEventListener("beforeunload", (event) => {
  if (author?.leave()) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  if (event.target.closest("#conflict-dialog") && author) author.isChoosing = true;
});
document.addEventListener("close", (event) => {
  if (event.target.id !== "conflict-dialog" || !author) return;
  author.isChoosing = false;
}, true);

/* --- beside the text --- */

on("click", "[data-review-months]", (_event, button) => {
  const day = new Date();
  day.setMonth(day.getMonth() + Number(button.dataset.reviewMonths));
  const field = button.form.elements.review_on;
  field.value = day.toISOString().slice(0, 10);
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("go-to", (event) => location.assign(event.detail.url));
