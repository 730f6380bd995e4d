// What an agent has said and the server has not confirmed: kept in this browser until it has, sent in order, one at a
// time. The client id makes it one line however often it is sent.
import { post } from "./page.js";

const PAUSES = [800, 2000, 4000, 8000, 15_000];
const REFUSED = new Set([403, 404, 409, 413, 422]);

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  /** `told`: {confirmed(id, line), waiting(id), failed(id, reason)} */
  constructor(contact, url, told) {
    this.key = `carecenter-chat-outbox-${contact}`;
    this.url = url;
    this.told = told;
    this.busy = false;
    this.tries = 0;
    this.timer = null;
  }

  get items() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
  }

  write(items) {
    try {
      if (items.length) localStorage.setItem(this.key, JSON.stringify(items));
      else localStorage.removeItem(this.key);
    } catch {
      this.kept = items; // a full storage: it is still in this page
    }
  }

  add(text) {
    const item = { id: newId(), text };
    this.write([...this.items, item]);
    return item;
  }

  drop(id) {
    this.write(this.items.filter((item) => item.id !== id));
  }

  retry(id) {
    this.write(this.items.map((item) => (item.id === id ? { id, text: item.text } : item)));
    this.pump();
  }

  /** Sends what waits, the oldest first. Called after every change, when the connection is back, and by itself. */
  async pump() {
    clearTimeout(this.timer);
    if (this.busy) return;
    const next = this.items.find((item) => !item.failed);
    if (!next) return;
    this.busy = true;
    const body = new FormData();
    body.set("id", next.id);
    body.set("text", next.text);
    const answer = await post(this.url, body).catch(() => null);
    await this.heard(next, answer);
    this.busy = false;
    if (!this.timer) this.pump();
  }

  async heard(item, answer) {
    this.timer = null;
    if (answer?.ok && answer.headers.get("content-type")?.includes("json")) {
      this.tries = 0;
      const { line } = await answer.json();
      this.drop(item.id);
      this.told.confirmed(item.id, line);
    } else if (answer && REFUSED.has(answer.status)) {
      const reason = answer.headers.get("content-type")?.startsWith("text/plain") ? await answer.text() : "";
      this.write(this.items.map((one) => (one.id === item.id ? { ...one, failed: reason || String(answer.status) } : one)));
      this.told.failed(item.id, reason);
    } else {
      this.told.waiting(item.id);
      const pause = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
      this.tries += 1;
      this.timer = setTimeout(() => {
        this.timer = null;
        this.pump();
      }, pause);
    }
  }
}
