// The lines of one conversation: each once, in the order of their positions, those not yet confirmed at the end.
import { word } from "./page.js";

const LINK = /\bhttps?:\/\/[^\s<>"]{1,2000}[^\s<>".,;:!?)\]}']/g;
const clock = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Text with its addresses as links; everything is set as text. */
function written(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(from, found.index));
    const link = document.createElement("a");
    link.href = found[0];
    link.textContent = found[0];
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    parts.push(link);
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function fileOf(file) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = file.url;
  if (file.is_picture) {
    const picture = document.createElement("img");
    picture.src = file.url;
    picture.alt = file.name;
    picture.loading = "lazy";
    link.target = "_blank";
    link.rel = "noopener";
    link.append(picture);
  } else {
    link.textContent = file.name;
    link.dir = "auto";
  }
  item.append(link);
  return item;
}

export class Lines {
  constructor(list, self) {
    this.list = list;
    this.self = self; // how the agent is called
    this.known = new Map();
    this.pending = new Map();
    this.last = 0; // everything up to here came in an answer, without gaps
    this.readTo = 0; // the visitor has read up to here
    this.seenTo = 0; // the agent has
  }

  /** Takes a line; true when it was not there yet. */
  put(line) {
    if (this.known.has(line.position)) return false;
    if (line.id && this.pending.has(line.id)) {
      this.pending.get(line.id).remove();
      this.pending.delete(line.id);
    }
    const item = this.draw(line);
    item.dataset.position = String(line.position);
    this.known.set(line.position, { ...line, item });
    let before = null;
    for (const other of [...this.list.children].reverse()) {
      const position = Number(other.dataset.position ?? Infinity);
      if (position < line.position) break;
      before = other;
    }
    this.list.insertBefore(item, before);
    this.marks();
    return true;
  }

  draw(line) {
    const item = document.getElementById("chat-line").content.firstElementChild.cloneNode(true);
    item.dataset.side = line.side;
    item.querySelector("[data-text]").append(...written(line.text ?? ""));
    item.querySelector("[data-text]").hidden = !line.text;
    const files = item.querySelector("[data-files]");
    files.hidden = !line.files?.length;
    files.append(...(line.files ?? []).map(fileOf));
    const author = item.querySelector("[data-author]");
    author.textContent = line.author ?? "";
    author.className = line.side === "in" || line.author === this.self ? "sr-only" : "";
    const at = item.querySelector("[data-at]");
    const moment = line.at ? new Date(line.at) : new Date();
    at.dateTime = moment.toISOString();
    at.title = moment.toLocaleString();
    at.textContent = clock.format(moment);
    return item;
  }

  /** The agent's own line before the server has it. */
  echo(id, text, author, note = "") {
    const item = this.draw({ side: "out", text, author });
    item.dataset.pending = id;
    item.querySelector("[data-mark]").textContent = note || word("chat-sending");
    this.pending.set(id, item);
    this.list.append(item);
    return item;
  }

  mark(id, text) {
    const mark = this.pending.get(id)?.querySelector("[data-mark]");
    if (mark) mark.textContent = text;
  }

  drop(id) {
    this.pending.get(id)?.remove();
    this.pending.delete(id);
  }

  positions() {
    return [...this.known.keys()].sort((a, b) => a - b);
  }

  of(side) {
    return [...this.known.values()].filter((line) => line.side === side);
  }

  get newestIn() {
    return this.of("in").reduce((most, line) => Math.max(most, line.position), 0);
  }

  get unread() {
    return this.of("in").filter((line) => line.position > this.seenTo).length;
  }

  /** "Sent" or "Read" under the newest line of ours alone. */
  marks() {
    const ours = this.of("out").sort((a, b) => a.position - b.position);
    for (const line of ours) {
      const mark = line.item.querySelector("[data-mark]");
      const isLast = line === ours.at(-1);
      mark.textContent = isLast ? word(line.position <= this.readTo ? "chat-read" : "chat-sent") : "";
    }
  }
}
