// What the visitor says waits here until the server has it: in order, one at a time, each under its own id, so that a
// line that was taken without our hearing of it is not said twice. Written down before it is sent, read by every tab.
import { Refused } from "./server.js";

const PAUSES = [1, 2, 4, 8, 15, 30];

export function openOutbox({ key, store, server, begin, onChange, onTaken, onTrouble, onLater }) {
  const files = new Map(); // contents of this page's own uploads, by id: too large to write down
  let tries = 0;
  let timer = null;
  let running = false;

  const waiting = () => store.get("outbox") ?? [];
  const lockName = `carecenter-send-${key}`;

  function write(change) {
    store.set("outbox", change(waiting()));
    onChange();
  }

  function add(entry, file) {
    if (file) files.set(entry.id, file);
    write((all) => [...all, entry]);
    go();
  }

  function remove(id) {
    files.delete(id);
    write((all) => all.filter((one) => one.id !== id));
  }

  function again(id) {
    write((all) => all.map((one) => (one.id === id ? { ...one, failed: "" } : one)));
    tries = 0;
    go();
  }

  /** Only one tab sends at a time; a tab that is gone gives its turn back by itself. */
  async function go() {
    clearTimeout(timer);
    timer = null;
    if (running) return;
    running = true;
    try {
      await navigator.locks.request(lockName, { ifAvailable: true }, (lock) => (lock ? drain() : later()));
    } catch {
      await drain(); // a browser without locks, or one that gives none to frames: the ids keep every line single
    } finally {
      running = false;
    }
    if (!timer && waiting().some((one) => !one.failed)) later();
  }

  async function drain() {
    for (;;) {
      const next = waiting().find((one) => !one.failed && !isForeign(one));
      if (!next) return;
      if (!(await send(next))) return;
      tries = 0;
    }
  }

  // A file lies in the page it was chosen in: another tab leaves it alone, and after a reload it is gone.
  const isForeign = (entry) => entry.file && !files.has(entry.id);

  async function send(entry) {
    try {
      if (!(await begin())) return false;
      const answer = entry.file ? await server.post("files/", form(entry)) : await server.post("lines/", said(entry));
      if (answer.status === 202) return later(); // stored; its turn comes, and nothing may overtake it
      onTaken(answer.line);
      remove(entry.id);
      return true;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return onTrouble(error, entry);
      if (error instanceof Refused && error.status < 500 && ![408, 425, 429].includes(error.status)) {
        write((all) => all.map((one) => (one.id === entry.id ? { ...one, failed: error.message || "!" } : one)));
        return true;
      }
      return later();
    }
  }

  const said = (entry) => ({ id: entry.id, text: entry.text, note: entry.note === true });

  function form(entry) {
    const body = new FormData();
    body.append("id", entry.id);
    body.append("file", files.get(entry.id), entry.file);
    return body;
  }

  function later() {
    const pause = PAUSES[Math.min(tries++, PAUSES.length - 1)] * (0.8 + Math.random() * 0.4);
    clearTimeout(timer);
    timer = setTimeout(go, pause * 1000);
    onLater();
    return false;
  }

  function soon() {
    tries = 0;
    go();
  }

  /** This page goes, and with it what its files hold: they say so, instead of waiting for ever. */
  function leave(words) {
    if (files.size) write((all) => all.map((one) => (files.has(one.id) && !one.failed ? { ...one, failed: words } : one)));
  }

  /** A line that is known to be there needs no sending, whoever sent it. */
  function taken(ids) {
    if (waiting().some((one) => ids.has(one.id))) write((all) => all.filter((one) => !ids.has(one.id)));
  }

  const canRetry = (entry) => !entry.file || files.has(entry.id);

  return { add, remove, again, soon, waiting, leave, taken, canRetry, picture: (id) => files.get(id) };
}
