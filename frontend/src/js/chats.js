// The chat page of an agent: who waits, up to three conversations side by side, each with its own lines and draft.
// Lines come by the desk's socket and are drawn at once; requests only catch up after a gap and act.
import { Column } from "./chat-column.js";
import { initials, languageOf } from "./chat-visitor.js";
import { post, word } from "./page.js";

const LOOK_AFTER = 250;
const HEAL_EVERY = 45_000;
const GIVEN_UP = "carecenter-chats-closed";
const toast = (text, tone = "warning") => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone, key: "chat" } }));
const numbered = (url, number) => url.replace("/0/", `/${number}/`);

class Page {
  constructor(root) {
    this.root = root;
    this.columns = new Map();
    this.active = null;
    this.recent = []; // contacts, the one used last first
    this.title = document.title;
    const state = JSON.parse(root.dataset.state);
    Object.assign(this, { me: state.me, name: state.name });
    for (const [name, selector] of [["strip", "[data-strip]"], ["queue", "[data-queue]"], ["holder", "[data-columns]"]]) {
      this[name] = root.querySelector(selector);
    }
    this.said = document.querySelector("[data-chat-said]");
    this.apply(state);
    const wanted = Number(new URLSearchParams(location.search).get("chat"));
    const first = this.columns.has(wanted) ? wanted : this.columns.keys().next().value;
    // On a phone one of them is seen: the chat that was asked for, or the queue while somebody waits in it.
    this.activate(first ?? null, false, this.columns.has(wanted) || state.waiting.length === 0);
    this.listen();
  }

  chatUrl = (contact) => numbered(this.root.dataset.chatUrl, contact);
  ticketUrl = (ticket) => numbered(this.root.dataset.ticketUrl, ticket);
  articlesUrl = (ticket) => numbered(this.root.dataset.articlesUrl, ticket);
  cannedUrl = (ticket) => numbered(this.root.dataset.cannedUrl, ticket);

  /* --- the state of both lists --- */

  look() {
    this.looking ??= setTimeout(async () => {
      this.looking = null;
      const answer = await fetch(this.root.dataset.stateUrl, { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok && answer.headers.get("content-type")?.includes("json")) this.apply(await answer.json());
    }, LOOK_AFTER);
  }

  apply(state) {
    this.state = state;
    const closed = new Set(JSON.parse(localStorage.getItem(GIVEN_UP) ?? "[]"));
    const mine = new Set();
    for (const chat of state.mine) {
      if (chat.ended && closed.has(chat.contact)) continue;
      mine.add(chat.contact);
      const column = this.columns.get(chat.contact);
      if (!column) this.open(chat);
      else {
        column.back();
        column.apply(chat);
        column.catchUp();
      }
    }
    for (const [contact, column] of this.columns) if (!mine.has(contact)) this.lose(column);
    this.drawQueue(state.waiting);
    this.layout();
  }

  /** No longer ours: a colleague has it, or it is over. What was said stays until it is closed. */
  async lose(column) {
    const answer = await fetch(`${column.url}?after=${column.lines.last}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) {
      if (answer) this.remove(column);
      return;
    }
    const { chat } = await answer.json();
    column.apply(chat);
    if (!chat.ended) column.showState(chat.agent || "");
  }

  open(chat, lines = []) {
    const column = new Column(this, chat);
    this.columns.set(chat.contact, column);
    this.recent.push(chat.contact);
    this.holder.append(column.root);
    const tab = document.getElementById("strip-tab").content.firstElementChild.cloneNode(true);
    tab.dataset.contact = String(chat.contact);
    tab.addEventListener("click", () => this.activate(chat.contact));
    column.tab = tab;
    this.strip.append(tab);
    for (const line of lines) column.take(line);
    column.catchUp().then(() => {
      column.toEnd();
      column.markRead();
      column.outbox.pump();
    });
    return column;
  }

  remove(column) {
    column.root.remove();
    column.tab.remove();
    this.columns.delete(column.contact);
    this.recent = this.recent.filter((contact) => contact !== column.contact);
    if (this.active === column.contact) this.activate(this.recent[0] ?? null, false);
    else this.layout();
  }

  dismiss(column) {
    const closed = JSON.parse(localStorage.getItem(GIVEN_UP) ?? "[]");
    localStorage.setItem(GIVEN_UP, JSON.stringify([...closed, column.contact].slice(-100)));
    column.forget();
    this.remove(column);
  }

  /* --- what is on the screen --- */

  get room() {
    const width = window.innerWidth;
    return width >= 1400 ? 3 : width >= 1100 ? 2 : 1;
  }

  activate(contact, focus = true, show = true) {
    if (contact !== null && contact !== undefined) {
      this.recent = [contact, ...this.recent.filter((other) => other !== contact)];
    }
    const changed = this.active !== contact;
    this.active = contact ?? null;
    if (show || contact === null) this.root.dataset.shown = contact === null ? "queue" : "chat";
    if (changed || show) this.layout();
    const column = this.columns.get(contact);
    if (!column) return;
    if (focus) (column.form.hidden ? column.root : column.field).focus({ preventScroll: true });
  }

  layout() {
    const shown = new Set(this.recent.slice(0, this.room));
    for (const [contact, column] of this.columns) {
      const hidden = !shown.has(contact);
      if (hidden !== column.root.hidden) {
        column.root.hidden = hidden;
        if (!hidden) {
          column.atEnd = true;
          column.toEnd();
        }
      }
      column.tab.setAttribute("aria-pressed", String(this.root.dataset.shown === "chat" && this.active === contact));
      column.tab.querySelector("[data-name]").textContent = column.name;
      column.root.toggleAttribute("data-active", this.active === contact);
    }
    this.root.dataset.open = String(Math.min(this.columns.size, this.room));
    this.root.toggleAttribute("data-crowded", this.columns.size > this.room);
    this.root.querySelector("[data-none]").hidden = this.columns.size > 0;
    this.root.querySelector("[data-show-queue]").setAttribute("aria-pressed", String(this.root.dataset.shown === "queue"));
    for (const column of this.columns.values()) if (!column.root.hidden) column.markRead();
    this.showUnread();
  }

  showUnread() {
    let all = 0;
    for (const column of this.columns.values()) {
      const count = column.lines.unread;
      all += count;
      if (!column.tab) continue;
      column.tab.querySelector("[data-dot]").hidden = count === 0;
      column.tab.querySelector("[data-unread-words]").textContent = count ? word("chat-unread").replace("%s", String(count)) : "";
    }
    document.title = all ? `(${all}) ${this.title}` : this.title;
  }

  /* --- the queue --- */

  drawQueue(waiting) {
    const rows = waiting.map((chat) => this.rowOf(chat));
    this.queue.replaceChildren(...rows);
    this.root.querySelector("[data-queue-empty]").hidden = waiting.length > 0;
    for (const count of this.root.querySelectorAll("[data-waiting-count]")) {
      count.textContent = String(waiting.length);
      count.hidden = waiting.length === 0;
    }
    const held = this.state.mine.filter((chat) => !chat.ended).length;
    const load = this.root.querySelector("[data-load]");
    load.textContent = load.dataset.text.replace("%(held)s", String(held)).replace("%(most)s", String(this.state.most));
    const isFull = held >= this.state.most;
    for (const button of this.queue.querySelectorAll("[data-take]")) button.disabled = isFull;
    document.dispatchEvent(new CustomEvent("chats-waiting", { detail: waiting.length }));
    this.tick();
  }

  rowOf(chat) {
    const known = this.queue.querySelector(`[data-contact="${chat.contact}"]`);
    const row = known ?? document.getElementById("queue-row").content.firstElementChild.cloneNode(true);
    const name = chat.name || word("chat-visitor");
    const put = (selector, text) => (row.querySelector(selector).textContent = text);
    row.dataset.contact = String(chat.contact);
    put("[data-initials]", initials(name));
    put("[data-name]", name);
    put("[data-first]", chat.first);
    const page = chat.page_title || chat.page_url.replace(/^https?:\/\//, "");
    put("[data-place]", [chat.brand, page, languageOf(chat.language)].filter(Boolean).join(" · "));
    row.querySelector("[data-since]").dateTime = chat.since;
    const handed = row.querySelector("[data-handed]");
    const told = chat.agent
      ? word("chat-was-with").replace("%s", chat.agent)
      : chat.handed
        ? word(chat.handed.note ? "chat-handed-note" : "chat-handed").replace("%(name)s", chat.handed.by).replace("%s", chat.handed.by).replace("%(note)s", chat.handed.note)
        : "";
    handed.hidden = !told;
    handed.textContent = told;
    const button = row.querySelector("[data-take]");
    if (!known) button.addEventListener("click", () => this.take(chat.contact, button));
    return row;
  }

  tick() {
    for (const time of this.queue.querySelectorAll("[data-since]")) {
      const seconds = Math.max(0, Math.floor((Date.now() - new Date(time.dateTime)) / 1000));
      const hours = Math.floor(seconds / 3600);
      const rest = `${String(Math.floor((seconds % 3600) / 60)).padStart(hours ? 2 : 1, "0")}:${String(seconds % 60).padStart(2, "0")}`;
      time.textContent = hours ? `${hours}:${rest}` : rest;
    }
  }

  async take(contact, button) {
    button.disabled = true;
    const answer = await post(`${this.chatUrl(contact)}take/`).catch(() => null);
    if (answer?.ok) {
      const { chat, lines } = await answer.json();
      this.state.waiting = this.state.waiting.filter((one) => one.contact !== contact);
      this.state.mine = [...this.state.mine.filter((one) => one.contact !== contact), chat];
      if (!this.columns.has(contact)) this.open(chat, lines);
      this.drawQueue(this.state.waiting);
      this.activate(contact);
    } else {
      button.disabled = false;
      toast(answer?.headers.get("content-type")?.startsWith("text/plain") ? await answer.text() : word("server-error"));
    }
    this.look();
  }

  /* --- facts --- */

  listen() {
    document.addEventListener("desk-fact", (event) => this.heard(event.detail));
    document.addEventListener("desk-back", () => this.catchUp());
    window.addEventListener("online", () => this.catchUp());
    window.addEventListener("resize", () => this.layout());
    for (const type of ["focus", "visibilitychange"]) {
      window.addEventListener(type, () => {
        for (const column of this.columns.values()) column.markRead();
      });
    }
    this.root.querySelector("[data-show-queue]").addEventListener("click", () => {
      this.root.dataset.shown = "queue";
      this.layout();
    });
    setInterval(() => this.tick(), 1000);
    // Facts may be lost on their way: what is on the screen is compared now and then.
    setInterval(() => {
      if (document.visibilityState !== "visible") return;
      for (const column of this.columns.values()) if (!column.root.hidden && !column.chat.ended) column.catchUp();
    }, HEAL_EVERY);
    document.addEventListener("submit", (event) => {
      const form = event.target.closest("[data-hand-over-form]");
      if (form) this.submitHandOver(event, form);
    });
    document.addEventListener("change", (event) => {
      const form = event.target.closest("[data-hand-over-form]");
      if (form) form.querySelector("[data-hand-over-submit]").disabled = !form.querySelector("[name=to]:checked");
    });
  }

  catchUp() {
    this.look();
    for (const column of this.columns.values()) {
      column.catchUp();
      column.outbox.pump();
    }
  }

  heard(fact) {
    const column = this.columns.get(fact.contact);
    if (fact.name === "chat.line") {
      if (column && fact.line) this.tookLine(column, fact.line);
      else this.look();
    } else if (fact.name === "chat.typing") {
      if (fact.from === "visitor") column?.showTyping();
    } else if (fact.name === "chat.read") {
      if (fact.from === "visitor") column?.readByVisitor(fact.to);
    } else if (fact.name === "chat.changed") {
      this.look();
    } else if (fact.name === "desk.missed") {
      this.catchUp();
    } else if (fact.name === "ticket.assigned" || fact.name === "ticket.status_changed") {
      const isOurs = fact.assignee === this.me || [...this.columns.values()].some((one) => one.chat.ticket === fact.ticket);
      if (isOurs) this.look();
    }
  }

  tookLine(column, line) {
    const isNew = column.take(line);
    if (!isNew || line.side !== "in") return;
    // Read aloud for those who do not see it.
    this.said.textContent = word("chat-new-line").replace("%(name)s", column.name).replace("%(text)s", line.text || line.files?.[0]?.name || "");
  }

  /* --- handing over, ending --- */

  async handOver(column) {
    const dialog = document.getElementById("hand-over");
    const body = dialog.querySelector("[data-hand-over-body]");
    const answer = await fetch(`${column.url}hand-over/`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) {
      toast(word("server-error"), "error");
      return;
    }
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    body.replaceChildren(...parsed.body.childNodes);
    dialog.showModal();
    (body.querySelector("input:not(:disabled)") ?? body.querySelector("textarea"))?.focus();
  }

  async submitHandOver(event, form) {
    event.preventDefault();
    const column = this.columns.get(Number(form.dataset.contact));
    const answer = await post(`${this.chatUrl(form.dataset.contact)}hand-over/`, new FormData(form)).catch(() => null);
    if (answer?.ok) {
      form.closest("dialog").close();
      if (column) this.dismiss(column);
      this.look();
      return;
    }
    const error = form.querySelector("[data-error]");
    error.hidden = false;
    error.textContent = answer?.headers.get("content-type")?.startsWith("text/plain") ? await answer.text() : word("server-error");
  }

  endChat(column) {
    const dialog = document.getElementById("end-chat");
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", async () => {
      if (dialog.returnValue !== "end") return;
      const body = new FormData();
      if (dialog.querySelector("[data-solve]").checked) body.set("solve", "1");
      const answer = await post(`${column.url}end/`, body).catch(() => null);
      if (answer?.ok) this.dismiss(column);
      else toast(answer?.headers.get("content-type")?.startsWith("text/plain") ? await answer.text() : word("server-error"));
      this.look();
    }, { once: true });
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const root = document.querySelector("[data-chats]");
  if (root) new Page(root);
});
