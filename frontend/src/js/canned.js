// Ready-made replies at "/": a list above the field, filtered while one types, Enter puts one in. The server fills the
// placeholders; what it could not fill is told, and never stands in the text.
import { post } from "./page.js";

const TYPED = /(?:^|\s)\/([^\s/]{0,40})$/u;
const SHOWN = 8;
const known = new Map();
let open = null;
let awaited = null; // its replies are on their way: Enter means one of them and must not send "/thanks" as it stands
let numbered = 0;

const tell = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "warning", key: "canned" } }));

async function fetchReplies(url) {
  if (!known.has(url)) {
    const asked = fetch(url, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : { replies: [] }));
    known.set(url, asked.then((found) => found.replies).catch(() => { known.delete(url); return []; }));
    setTimeout(() => known.delete(url), 60_000);
  }
  return known.get(url);
}

function fits(reply, words) {
  const all = `${reply.shortcut} ${reply.title} ${reply.preview}`.toLowerCase();
  return words.every((word) => all.includes(word));
}

/** Shortcuts that begin with what was typed come first. */
function filtered(replies, typed) {
  const wanted = typed.toLowerCase();
  const words = wanted.split(/[-_]/).filter(Boolean);
  const rank = (reply) => (reply.shortcut.toLowerCase().startsWith(wanted) && wanted ? 0 : reply.title.toLowerCase().startsWith(wanted) ? 1 : 2);
  return replies.filter((reply) => fits(reply, words)).sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
}

/** Only what changes: the rich editor takes every attribute set on it for typing, and asks again. */
function put(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

class Popup {
  constructor(slot) {
    this.slot = slot;
    this.id = `canned-${(numbered += 1)}`;
    this.at = 0;
    this.found = [];
    this.list = document.createElement("ul");
    this.list.className = "canned-popup";
    this.list.id = this.id;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", slot.label);
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose(Number(item.dataset.at));
    });
    slot.holder.append(this.list);
    put(slot.field, "aria-controls", this.id);
    put(slot.field, "aria-autocomplete", "list");
  }

  show(found) {
    this.found = found;
    this.at = 0;
    if (!found.length) {
      const empty = document.createElement("li");
      empty.className = "canned-empty";
      empty.setAttribute("role", "option");
      empty.setAttribute("aria-disabled", "true");
      empty.setAttribute("aria-selected", "false");
      empty.textContent = this.slot.empty;
      this.list.replaceChildren(empty);
      put(this.slot.field, "aria-activedescendant", null);
      return;
    }
    this.list.replaceChildren(...found.map((reply, at) => this.row(reply, at)));
    this.mark();
  }

  row(reply, at) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `${this.id}-${at}`;
    item.dataset.at = String(at);
    const title = document.createElement("span");
    title.className = "canned-title";
    title.dir = "auto";
    title.textContent = reply.title;
    const head = document.createElement("span");
    head.className = "canned-head";
    head.append(title);
    if (reply.shortcut) {
      const key = document.createElement("kbd");
      key.className = "kbd";
      key.textContent = `/${reply.shortcut}`;
      head.append(key);
    }
    const preview = document.createElement("span");
    preview.className = "canned-preview";
    preview.dir = "auto";
    preview.textContent = reply.preview;
    item.append(head, preview);
    return item;
  }

  mark() {
    for (const item of this.list.children) item.setAttribute("aria-selected", String(Number(item.dataset.at) === this.at));
    const chosen = this.list.children[this.at];
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen?.id) put(this.slot.field, "aria-activedescendant", chosen.id);
  }

  move(step) {
    if (!this.found.length) return;
    this.at = (this.at + step + this.found.length) % this.found.length;
    this.mark();
  }

  async choose(at = this.at) {
    const reply = this.found[at];
    if (!reply) return;
    const { slot } = this;
    close();
    const answer = await post(`${slot.url()}${reply.id}/`).catch(() => null);
    if (!answer?.ok) {
      tell(slot.failed);
      return;
    }
    const filled = await answer.json();
    slot.insert(filled);
    if (filled.warning) tell(filled.warning);
  }

  remove() {
    this.list.remove();
    for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) put(this.slot.field, name, null);
  }
}

function close() {
  open?.remove();
  open = null;
}

/** Called with every change: what stands before the cursor decides whether the list is there. */
async function look(slot) {
  const typed = TYPED.exec(slot.before())?.[1];
  if (typed === undefined) {
    slot.looked = undefined;
    if (open?.slot === slot) close();
    return;
  }
  if (slot.looked === typed) return;
  slot.looked = typed;
  awaited = slot;
  const replies = await fetchReplies(slot.url());
  if (awaited === slot) awaited = null;
  const still = TYPED.exec(slot.before())?.[1];
  if (still === undefined || !slot.field.isConnected) return;
  if (open?.slot !== slot) {
    close();
    open = new Popup(slot);
  }
  open.show(filtered(replies, still));
}

// On the window and capturing: before the editor and before what sends with Enter.
window.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !open && awaited?.field.contains(event.target)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (!open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const acts = {
    ArrowDown: () => open.move(1),
    ArrowUp: () => open.move(-1),
    Enter: () => (open.found.length ? open.choose() : close()),
    Tab: () => (open.found.length ? open.choose() : close()),
    Escape: close,
  };
  if (!acts[event.key] || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  acts[event.key]();
}, true);
document.addEventListener("focusout", (event) => {
  if (open && event.target === open.slot.field) setTimeout(() => open && document.activeElement !== open.slot.field && close(), 150);
});

const wordsOf = (holder) => ({ label: holder.dataset.cannedLabel, empty: holder.dataset.cannedEmpty, failed: holder.dataset.cannedFailed });

/** A textarea inside a holder that carries the words and the address (data-canned-*). */
export function cannedForTextarea(field, holder) {
  const slot = {
    field,
    holder,
    ...wordsOf(holder),
    url: () => holder.dataset.cannedUrl,
    before: () => field.value.slice(0, field.selectionStart),
    insert({ text }) {
      const before = this.before().replace(/\/[^\s/]*$/u, "");
      const after = field.value.slice(field.selectionStart);
      field.value = before + text + after;
      field.setSelectionRange(before.length + text.length, before.length + text.length);
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
  field.addEventListener("input", () => look(slot));
  field.addEventListener("click", () => open?.slot === slot && look(slot));
}

/** The rich editor of the ticket page. */
export function cannedForEditor(editor, holder) {
  const place = () => {
    const range = editor.getSelection();
    const node = range?.startContainer;
    return range?.collapsed && node?.nodeType === Node.TEXT_NODE ? { node, to: range.startOffset } : null;
  };
  let last = null;
  const slot = {
    field: editor.getRoot(),
    holder,
    ...wordsOf(holder),
    url: () => holder.dataset.cannedUrl,
    before() {
      const now = place();
      if (now) last = now;
      return now ? now.node.textContent.slice(0, now.to).replace(/\u200b/g, "") : "";
    },
    insert({ html, text }) {
      editor.focus();
      const spot = place() ?? last;
      if (spot?.node.isConnected) {
        const typed = /\/[^\s/]*$/u.exec(spot.node.textContent.slice(0, spot.to));
        if (typed) {
          const range = document.createRange();
          range.setStart(spot.node, spot.to - typed[0].length);
          range.setEnd(spot.node, spot.to);
          editor.setSelection(range);
        }
      }
      if (text.includes("\n") || /https?:/.test(text)) editor.insertHTML(html);
      else editor.insertPlainText(text, false);
    },
  };
  editor.addEventListener("input", () => look(slot));
  editor.addEventListener("cursor", () => open?.slot === slot && look(slot));
}
