// One conversation on the chat page: its lines, what is written in it, who sits at the other end.
import { cannedForTextarea } from "./canned.js";
import { emojiBox } from "./chat-emoji.js";
import { Lines } from "./chat-lines.js";
import { newId, Outbox } from "./chat-outbox.js";
import { browserOf, initials, languageOf } from "./chat-visitor.js";
import { post, word } from "./page.js";

const TYPING_EVERY = 3000;
const TYPING_SHOWN = 6000;
const send = (message) => document.dispatchEvent(new CustomEvent("desk-send", { detail: message }));
const toast = (text, tone = "warning") => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone, key: "chat" } }));
const days = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

export class Column {
  constructor(page, chat) {
    this.page = page;
    this.contact = chat.contact;
    this.root = document.getElementById("chat-column").content.firstElementChild.cloneNode(true);
    this.root.dataset.contact = String(chat.contact);
    this.url = page.chatUrl(chat.contact);
    this.find = (name) => this.root.querySelector(`[${name}]`);
    this.field = this.root.querySelector("textarea");
    this.form = this.root.querySelector("form");
    this.scroller = this.root.querySelector(".chat-lines");
    this.lines = new Lines(this.find("data-lines"), page.name);
    this.draftKey = `carecenter-chat-draft-${chat.contact}`;
    this.atEnd = true;
    this.outbox = new Outbox(chat.contact, `${this.url}say/`, {
      confirmed: (id, line) => {
        if (line) this.take(line);
        else this.lines.drop(id);
      },
      waiting: (id) => this.lines.mark(id, word("chat-waiting")),
      failed: (id, reason) => this.showFailed(id, reason),
    });
    this.wire();
    this.apply(chat);
    this.restore();
  }

  /* --- what the server knows of it --- */

  apply(chat) {
    this.chat = chat;
    const name = chat.name || word("chat-visitor");
    this.name = name;
    for (const box of this.root.querySelectorAll("[data-name]")) box.textContent = name;
    this.find("data-initials").textContent = initials(name);
    this.root.setAttribute("aria-label", name);
    this.find("data-evidence").textContent = this.evidence(chat);
    this.find("data-evidence").dataset.evidence = chat.evidence;
    this.find("data-evidence").title = this.evidence(chat);
    this.find("data-open-ticket").href = this.page.ticketUrl(chat.ticket);
    this.form.dataset.articlesUrl = this.page.articlesUrl(chat.ticket);
    this.form.dataset.cannedUrl = this.page.cannedUrl(chat.ticket);
    this.lines.readTo = Math.max(this.lines.readTo, chat.read_to);
    this.lines.seenTo = Math.max(this.lines.seenTo, chat.agent_read_to);
    this.lines.marks();
    this.showHanded(chat.handed);
    this.showFacts(chat);
    this.showState();
  }

  evidence(chat) {
    const who =
      chat.evidence === "verified" ? word("chat-verified")
      : chat.evidence === "claimed" ? word("chat-claimed").replace("%s", chat.email || chat.name)
      : word("chat-anonymous");
    return chat.page_title ? `${who} · ${chat.page_title}` : who;
  }

  showHanded(handed) {
    const box = this.find("data-handed");
    const fromElse = handed && handed.by && handed.by !== this.page.name;
    box.hidden = !fromElse;
    if (!fromElse) return;
    box.textContent = handed.note
      ? word("chat-handed-note").replace("%(name)s", handed.by).replace("%(note)s", handed.note)
      : word("chat-handed").replace("%s", handed.by);
  }

  showFacts(chat) {
    const list = this.find("data-facts");
    const facts = [
      ["chat-page", chat.page_url, true],
      ["chat-referrer", chat.referrer, true],
      ["chat-language", languageOf(chat.language)],
      ["chat-email", chat.email],
      ["chat-inbox", [chat.brand, chat.inbox].filter(Boolean).join(", ")],
      ["chat-browser", browserOf(chat.browser)],
    ];
    list.replaceChildren(...facts.filter(([, value]) => value).flatMap(([key, value, isAddress]) => {
      const term = document.createElement("dt");
      term.textContent = word(key);
      const told = document.createElement("dd");
      told.dir = "auto";
      // Only what is an address of the web becomes a link: a visitor's page chooses these words.
      if (isAddress && /^https?:\/\//.test(value)) {
        const link = document.createElement("a");
        Object.assign(link, { href: value, textContent: value.replace(/^https?:\/\//, ""), target: "_blank", rel: "noopener noreferrer" });
        told.append(link);
      } else told.textContent = value;
      if (key === "chat-browser") told.title = chat.browser;
      return [term, told];
    }));
  }

  /** Whether one can write in it, and if not why. `away` is who has it now, when it is no longer ours. */
  showState(away) {
    if (away !== undefined) this.away = away;
    const over = this.find("data-over");
    const isOver = this.chat.ended || this.away !== undefined;
    over.hidden = !isOver;
    this.form.hidden = isOver;
    for (const name of ["data-hand-over", "data-end"]) this.find(name).hidden = isOver;
    if (!isOver) return;
    const words =
      this.away !== undefined ? (this.away ? word("chat-gone").replace("%s", this.away) : word("chat-in-queue"))
      : this.chat.end_reason === "left" ? word("chat-left")
      : word("chat-ended");
    this.find("data-over-words").textContent = words;
  }

  /** Ours again, after it was with somebody else. */
  back() {
    this.away = undefined;
    this.showState();
  }

  /* --- lines --- */

  /** A line from the socket or an answer; true when it is new. */
  take(line) {
    const isNew = this.lines.put(line);
    if (!isNew) return false;
    if (line.side === "in") this.stopTyping();
    this.settle();
    return true;
  }

  async catchUp() {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    try {
      let more = true;
      while (more) {
        const answer = await fetch(`${this.url}?after=${this.lines.last}`, { headers: { Accept: "application/json" } });
        if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) break;
        const found = await answer.json();
        this.showEarlier(found.earlier ?? []);
        for (const line of found.lines) this.take(line);
        this.lines.last = Math.max(this.lines.last, ...found.lines.map((line) => line.position));
        this.apply(found.chat);
        more = found.more;
      }
    } catch {
      // No connection: the next gap's end asks again.
    } finally {
      this.asking = false;
    }
    if (this.askAgain) {
      this.askAgain = false;
      this.catchUp();
    }
  }

  /** What was said before this chat began, above its lines: the customer wrote again after an end. */
  showEarlier(lines) {
    const box = this.find("data-earlier");
    if (!lines.length || !box.hidden) return;
    box.querySelector("ol").replaceChildren(...lines.map((line) => this.lines.draw(line)));
    const ended = box.querySelector("[data-ended]");
    ended.dateTime = lines.at(-1).at;
    ended.textContent = days.format(new Date(lines.at(-1).at));
    box.hidden = false;
  }

  settle() {
    const newer = this.find("data-newer");
    if (this.atEnd) {
      this.toEnd();
      newer.hidden = true;
    } else newer.hidden = false;
    this.markRead();
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Read is what stands on a screen somebody looks at. */
  markRead() {
    const looks = !this.root.hidden && document.hasFocus() && document.visibilityState === "visible" && this.atEnd;
    const newest = this.lines.newestIn;
    if (looks && newest > this.lines.seenTo && !this.chat.ended && this.away === undefined) {
      this.lines.seenTo = newest;
      send({ type: "chat.read", contact: this.contact, to: newest });
    } else if (looks) this.lines.seenTo = Math.max(this.lines.seenTo, newest);
    this.find("data-dot").hidden = this.lines.unread === 0;
    this.page.showUnread();
  }

  readByVisitor(to) {
    this.lines.readTo = Math.max(this.lines.readTo, to);
    this.lines.marks();
  }

  showTyping() {
    const box = this.find("data-typing");
    box.textContent = word("chat-typing").replace("%s", this.name);
    box.hidden = false;
    if (this.atEnd) this.toEnd();
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.stopTyping(), TYPING_SHOWN);
  }

  stopTyping() {
    clearTimeout(this.typingTimer);
    this.find("data-typing").hidden = true;
  }

  /* --- writing --- */

  restore() {
    this.field.value = localStorage.getItem(this.draftKey) ?? "";
    this.grow();
    for (const item of this.outbox.items) {
      this.lines.echo(item.id, item.text, this.page.name);
      if (item.failed) this.showFailed(item.id, item.failed);
    }
  }

  insert(text) {
    const { field } = this;
    field.setRangeText(text.slice(0, field.maxLength - field.value.length), field.selectionStart, field.selectionEnd, "end");
    field.focus();
    this.typed();
  }

  keepDraft() {
    try {
      if (this.field.value) localStorage.setItem(this.draftKey, this.field.value);
      else localStorage.removeItem(this.draftKey);
    } catch {
      // A full storage: the text is still in the field.
    }
  }

  say() {
    const text = this.field.value.trim();
    if (!text || this.form.hidden) return;
    const item = this.outbox.add(text);
    this.field.value = "";
    this.keepDraft();
    this.grow();
    this.lines.echo(item.id, text, this.page.name);
    this.atEnd = true;
    this.toEnd();
    this.outbox.pump();
  }

  showFailed(id, reason) {
    const item = this.lines.pending.get(id);
    if (!item) return;
    item.dataset.failed = "";
    const mark = item.querySelector("[data-mark]");
    const again = this.button(word("chat-again"), () => {
      delete item.dataset.failed;
      this.lines.mark(id, word("chat-sending"));
      this.outbox.retry(id);
    });
    const drop = this.button(word("chat-drop"), () => {
      this.outbox.drop(id);
      this.lines.drop(id);
    });
    mark.replaceChildren(`${word("chat-failed")}${reason ? `: ${reason}` : ""} `, again, " ", drop);
  }

  button(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet-link";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  async sendFile(file) {
    const id = newId();
    this.lines.echo(id, file.name, this.page.name);
    this.toEnd();
    const body = new FormData();
    body.set("id", id);
    body.set("file", file);
    const answer = await post(`${this.url}file/`, body).catch(() => null);
    if (answer?.ok) {
      this.take((await answer.json()).line);
      return;
    }
    this.lines.drop(id);
    const plain = answer?.headers.get("content-type")?.startsWith("text/plain");
    toast(plain ? await answer.text() : word("chat-file-failed").replace("%s", file.name), "error");
    this.catchUp();
  }

  typed() {
    this.keepDraft();
    this.grow();
    const now = Date.now();
    if (this.field.value && now - (this.toldTyping ?? 0) > TYPING_EVERY) {
      this.toldTyping = now;
      send({ type: "chat.typing", contact: this.contact });
    }
  }

  grow() {
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, 160)}px`;
  }

  /* --- the other end --- */

  toggleAbout() {
    const about = this.find("data-about");
    about.hidden = !about.hidden;
    this.find("data-details").setAttribute("aria-expanded", String(!about.hidden));
    const panel = this.find("data-panel");
    if (about.hidden || panel.dataset.of === this.chat.panel_url || !this.chat.panel_url) return;
    panel.dataset.of = this.chat.panel_url;
    window.htmx.ajax("GET", this.chat.panel_url, { target: panel, swap: "innerHTML" });
  }

  wire() {
    const { field, form, scroller } = this;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
      field.focus();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.say();
    });
    field.addEventListener("input", () => this.typed());
    cannedForTextarea(field, form);
    form.addEventListener("article-chosen", (event) => this.insert(event.detail.text));
    emojiBox(this.find("data-emoji"), this.find("data-emoji-box"), field);
    const files = form.querySelector("input[type=file]");
    this.find("data-file").addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      for (const file of files.files) this.sendFile(file);
      files.value = "";
    });
    field.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length || event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      for (const file of event.clipboardData.files) this.sendFile(file);
    });
    for (const type of ["dragover", "drop"]) {
      this.root.addEventListener(type, (event) => {
        if (form.hidden || !event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        if (type === "drop") for (const file of event.dataTransfer.files) this.sendFile(file);
      });
    }
    scroller.addEventListener("scroll", () => {
      this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
      if (this.atEnd) {
        this.find("data-newer").hidden = true;
        this.markRead();
      }
    });
    this.find("data-newer").addEventListener("click", () => {
      this.atEnd = true;
      this.settle();
    });
    this.find("data-details").addEventListener("click", () => this.toggleAbout());
    this.find("data-hand-over").addEventListener("click", () => this.page.handOver(this));
    this.find("data-end").addEventListener("click", () => this.page.endChat(this));
    this.find("data-dismiss").addEventListener("click", () => this.page.dismiss(this));
    this.root.addEventListener("focusin", () => this.page.activate(this.contact, false));
  }

  forget() {
    localStorage.removeItem(this.draftKey);
  }
}
