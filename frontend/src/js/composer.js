// The editor of a ticket: answer and note, each with its own text, files and draft. The server sanitises what it gets;
// the cleaning here only keeps a paste from looking wild.
import DOMPurify from "dompurify";
import Squire from "squire-rte";
import { toolbar } from "./composer-toolbar.js";
import { takeFiles, uploadsOf } from "./composer-files.js";
import { cannedForEditor } from "./canned.js";
import { csrfToken, on } from "./page.js";

const SAVE_AFTER = 800;
const ALLOWED = {
  ALLOWED_TAGS: [
    "a", "b", "strong", "i", "em", "u", "s", "p", "div", "br", "ul", "ol", "li", "blockquote", "code", "pre", "span",
    "h1", "h2", "h3", "table", "thead", "tbody", "tr", "td", "th",
  ],
  ALLOWED_ATTR: ["href", "colspan", "rowspan", "dir"],
  RETURN_DOM_FRAGMENT: true,
};

const composers = new WeakMap();
const usualCopies = () => document.getElementById("composer-to")?.dataset.usualCopies ?? "";
const current = () => composers.get(document.querySelector("[data-composer]"));

class Composer {
  constructor(form) {
    this.form = form;
    this.editors = new Map();
    this.timers = new Map();
    this.saving = new Map();
    this.dirty = new Set();
    this.untouched = new Map();
    for (const box of form.querySelectorAll("[data-editor]")) this.mount(box);
    this.usual = usualCopies();
    toolbar(this);
  }

  get mode() {
    return this.form.dataset.mode;
  }

  get editor() {
    return this.editors.get(this.mode);
  }

  mount(box) {
    const mode = box.dataset.editor;
    const html = box.innerHTML.trim();
    const editor = new Squire(box, {
      blockTag: "P",
      sanitizeToDOMFragment: (text) => DOMPurify.sanitize(text, ALLOWED),
    });
    this.put(editor, html);
    const look = () => box.toggleAttribute("data-empty", !box.textContent.trim() && !box.querySelector("li, img, table"));
    look();
    editor.addEventListener("input", () => {
      look();
      if (editor.getHTML() === this.untouched.get(editor)) return;
      this.untouched.delete(editor);
      this.changed(mode);
    });
    this.editors.set(mode, editor);
    if (mode === "public" && this.form.dataset.cannedUrl) cannedForEditor(editor, this.form);
  }

  /** Sets a text that nobody typed: the editor tells of it a moment later, and it is no draft. */
  put(editor, html) {
    editor.setHTML(html);
    this.untouched.set(editor, editor.getHTML());
    editor.moveCursorToEnd(); // a draft goes on where it stopped
  }

  /* drafts */

  changed(mode) {
    this.dirty.add(mode);
    clearTimeout(this.timers.get(mode));
    this.timers.set(mode, setTimeout(() => this.save(mode), SAVE_AFTER));
  }

  body(mode) {
    const body = new FormData();
    body.set("audience", mode);
    body.set("html", this.textOf(mode));
    if (mode === "public") body.set("cc", this.form.querySelector("[data-copies]")?.value ?? "");
    return body;
  }

  textOf(mode) {
    const editor = this.editors.get(mode);
    const empty = editor.getRoot().hasAttribute("data-empty");
    return empty ? "" : editor.getHTML();
  }

  save(mode) {
    clearTimeout(this.timers.get(mode));
    this.dirty.delete(mode);
    this.tell("saving");
    const save = fetch(this.form.dataset.draftUrl, {
      method: "POST",
      body: this.body(mode),
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
      keepalive: true,
    })
      .then((response) => {
        if (!response.ok) throw new Error(String(response.status));
        this.tell(this.textOf(mode) ? "saved" : "");
      })
      .catch(() => {
        this.tell("failed");
        this.changed(mode);
      })
      .finally(() => {
        if (this.saving.get(mode) === save) this.saving.delete(mode);
      });
    this.saving.set(mode, save);
    return save;
  }

  flush() {
    return Promise.all([...this.dirty].map((mode) => this.save(mode)));
  }

  tell(state) {
    const box = this.form.querySelector("[data-draft-state]");
    if (!box) return;
    box.textContent = state ? box.dataset[state] : "";
    box.dataset.draftState = state;
  }

  /** Before sending: a draft still on its way would come back as a ghost after the answer, files must be up. */
  async settle() {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.dirty.clear();
    await Promise.all([...this.saving.values(), ...uploadsOf(this.form)]);
  }

  /** Who takes part may change while one writes. A line that somebody changed by hand stays theirs. */
  followCopies() {
    const line = this.form.querySelector("[data-copies]");
    const now = usualCopies();
    if (!line || now === this.usual) return;
    if (line.value === this.usual) {
      line.value = now;
      line.closest(".composer-copies").hidden = !now;
      this.form.querySelector("[data-show-copies]")?.toggleAttribute("hidden", Boolean(now));
      if (this.textOf("public")) this.changed("public");
    }
    this.usual = now;
  }

  /* modes */

  show(mode, focus = true) {
    if (!this.editors.has(mode)) return;
    this.form.dataset.mode = mode;
    this.form.querySelector("[name=audience]").value = mode;
    this.form.removeAttribute("data-folded");
    for (const tab of this.form.querySelectorAll("[data-compose]")) {
      const chosen = tab.dataset.compose === mode;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    for (const panel of this.form.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== mode;
    if (focus) this.editor.focus();
  }

  clear(mode) {
    const editor = this.editors.get(mode);
    this.put(editor, "");
    editor.getRoot().setAttribute("data-empty", "");
    this.dirty.delete(mode);
    clearTimeout(this.timers.get(mode));
    this.form.querySelector(`[data-files="${mode}"]`).replaceChildren();
    this.form.querySelector(`[data-compose="${mode}"] .draft-dot`)?.remove();
    this.form.querySelector("[name=then]").value = "";
    this.tell("");
  }

  destroy() {
    this.flush();
    for (const editor of this.editors.values()) editor.destroy();
  }
}

function start(root) {
  const forms = root.matches?.("[data-composer]") ? [root] : root.querySelectorAll?.("[data-composer]") ?? [];
  for (const form of forms) {
    if (!composers.has(form)) composers.set(form, new Composer(form));
  }
}
document.addEventListener("DOMContentLoaded", () => start(document.body));
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  const gone = composers.get(event.detail.elt);
  if (!gone) return;
  gone.destroy();
  composers.delete(event.detail.elt);
});
window.addEventListener("pagehide", () => current()?.flush());

/* --- sending --- */

const composerOf = (element) => composers.get(element.closest("[data-composer]"));

document.addEventListener("htmx:confirm", (event) => {
  const composer = event.detail.elt.matches("[data-composer]") && composers.get(event.detail.elt);
  if (!composer) return;
  event.preventDefault();
  composer.settle().then(() => event.detail.issueRequest(true));
});
document.addEventListener("htmx:configRequest", (event) => {
  const composer = event.detail.elt.matches?.("[data-composer]") && composers.get(event.detail.elt);
  if (composer) event.detail.parameters.html = composer.textOf(composer.mode);
});
document.addEventListener("htmx:beforeRequest", (event) => setBusy(event, true));
document.addEventListener("htmx:afterRequest", (event) => setBusy(event, false));
function setBusy(event, busy) {
  if (!event.detail.elt.matches?.("[data-composer]")) return;
  for (const button of event.detail.elt.querySelectorAll("[data-send]")) button.disabled = busy;
  // "Send and solve" is meant once: an answer that was refused must not solve at the next try.
  if (!busy) event.detail.elt.querySelector("[name=then]").value = "";
  // Whatever was refused is still being written.
  const composer = composers.get(event.detail.elt);
  if (!busy && !event.detail.successful) composer?.changed(composer.mode);
}

document.addEventListener("composer-sent", (event) => current()?.clear(event.detail.audience));
document.addEventListener("composer-restore", async (event) => {
  const form = document.querySelector("[data-composer]");
  if (!form || form.dataset.ticket !== String(event.detail.ticket)) return;
  current()?.settle();
  await window.htmx.ajax("GET", form.dataset.composerUrl, { target: form, swap: "outerHTML" });
  start(document.querySelector("[data-composer]")); // htmx tells of it a moment later, the focus is wanted now
  current()?.show("public");
});

// An answer taken back comes before what is being written now: that has to be on the server first.
document.addEventListener("click", (event) => {
  if (event.target.closest?.('[data-toast-action*="take-back"], [hx-post*="take-back"]')) current()?.flush();
}, true);

on("click", "[data-show-copies]", (_event, button) => {
  const line = button.form.querySelector(".composer-copies");
  line.hidden = false;
  button.hidden = true;
  line.querySelector("input").focus();
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id === "composer-to") current()?.followCopies();
});
on("input", "[data-copies]", (_event, input) => composerOf(input)?.changed("public"));

on("click", "[data-send-then]", (_event, item) => {
  const form = item.closest("form");
  form.querySelector("[name=then]").value = item.dataset.sendThen;
  form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Escape" && event.target.closest("[data-editor]")) {
    document.getElementById("conversation-scroll")?.focus();
  }
}, true);

// From the toolbar it goes where one writes, from beside the ticket into the answer.
document.addEventListener("article-chosen", (event) => {
  const composer = composerOf(event.target);
  if (!composer) return;
  composer.show(event.target === composer.form && composer.editors.has("public") ? "public" : composer.mode);
  const { html } = event.detail;
  composer.editor.insertHTML(html.startsWith("<a ") ? `${html}&nbsp;` : html);
});

/* --- tabs, folding, focus from elsewhere --- */

on("click", "[data-compose]", (_event, tab) => composerOf(tab)?.show(tab.dataset.compose));
on("keydown", "[data-compose]", (event, tab) => {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const tabs = [...tab.parentElement.querySelectorAll("[data-compose]")];
  const next = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
  composerOf(tab)?.show(next.dataset.compose, false);
  next.focus();
});
on("click", "[data-fold-composer]", (_event, button) => {
  const folded = button.closest("form").toggleAttribute("data-folded");
  button.setAttribute("aria-expanded", String(!folded));
});
document.addEventListener("compose", (event) => current()?.show(event.detail.mode));

/* --- files --- */

on("click", "[data-attach]", (_event, button) => button.closest("form").querySelector("[data-file-input]").click());
on("change", "[data-file-input]", (_event, input) => {
  takeFiles(input.closest("form"), input.files);
  input.value = "";
});
document.addEventListener("paste", (event) => {
  const form = event.target.closest?.("[data-composer]");
  const files = event.clipboardData?.files;
  // A copied table brings a picture of itself along: text wins.
  if (!form || !files?.length || event.clipboardData.types.includes("text/html")) return;
  event.preventDefault();
  event.stopPropagation();
  takeFiles(form, files);
}, true);
for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const form = event.target.closest?.(".thread")?.querySelector("[data-composer]");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.toggleAttribute("data-dragging", type === "dragover");
    if (type === "drop") takeFiles(form, event.dataTransfer.files);
  });
}

