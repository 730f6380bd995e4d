// The conversation: each line once, in the order of positions, what still waits behind them.
import { $, clock, day, make, size, withLinks, word } from "./dom.js";
import { questionIn, showQuestion } from "./rating.js";

const GROUP_MS = 5 * 60_000;

export function openLog({ server, outbox }) {
  const log = $("log");
  const scroll = $("scroll");
  const nodes = new Map(); // by name: "p<position>" for theirs, the id for ours
  const lines = new Map(); // by position
  let agentReadTo = 0;

  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
  const nameOf = (line) => (line.side === "in" && line.id ? line.id : `p${line.position}`);

  function toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
    $("newer").hidden = true;
  }

  /** New lines of the server; gives back those that were not known. */
  function add(found) {
    const stays = atEnd();
    const fresh = found.filter((line) => !lines.has(line.position));
    for (const line of fresh) {
      lines.set(line.position, line);
      const name = nameOf(line);
      const old = nodes.get(name);
      const node = draw(line);
      nodes.set(name, node);
      // in its place, so that it is not read out again; unless an answer came in between
      if (old && isLatest(line.position)) old.replaceWith(node);
      else {
        old?.remove();
        place(node, line.position);
      }
    }
    if (!fresh.length) return fresh;
    outbox.taken(new Set(fresh.filter((line) => line.side === "in").map((line) => line.id)));
    tidy();
    if (stays || fresh.some((line) => line.side === "in")) toEnd();
    else if (fresh.some((line) => line.side === "out")) $("newer").hidden = false;
    return fresh;
  }

  const isLatest = (position) => ![...lines.keys()].some((other) => other > position);

  /** Behind the last line with a smaller position, before everything that waits. */
  function place(node, position) {
    const later = [...log.querySelectorAll(".line[data-position]")].find((one) => Number(one.dataset.position) > position);
    const pending = log.querySelector(".line.pending");
    log.insertBefore(node, later ?? pending ?? null);
  }

  /** What waits, after what is there. */
  function showWaiting() {
    const stays = atEnd();
    const waiting = outbox.waiting();
    const known = new Set(waiting.map((one) => one.id));
    for (const [name, node] of nodes) {
      if (node.classList.contains("pending") && !known.has(name)) {
        node.remove();
        nodes.delete(name);
      }
    }
    let isNew = false;
    for (const entry of waiting) {
      const old = nodes.get(entry.id);
      if (old && !old.classList.contains("pending")) continue;
      const node = drawWaiting(entry);
      if (old) old.replaceWith(node);
      else {
        log.append(node);
        isNew = true;
      }
      nodes.set(entry.id, node);
    }
    tidy();
    if (stays || isNew) toEnd();
  }

  function draw(line) {
    const node = make("div", { class: `line ${line.side}`, "data-position": line.position, "data-at": line.at });
    if (line.side === "out") node.append(make("p", { class: "by", dir: "auto" }, line.author));
    else node.append(make("p", { class: "sr" }, word("you")));
    if (line.text) node.append(make("div", { class: "bubble", dir: "auto" }, ...withLinks(line.text)));
    if (questionIn(line)) showQuestion(server, questionIn(line), node.lastChild, grow);
    for (const file of line.files) node.append(drawFile(file));
    node.append(make("p", { class: "below" }, make("bdi", {}, clock(new Date(line.at)))));
    return node;
  }

  /** Do what makes the log longer; who was at its end stays there. */
  function grow(act) {
    const stays = atEnd();
    act();
    if (stays) toEnd();
  }

  function drawFile(file) {
    const open = make("button", { type: "button", class: "file", "aria-label": word("download", { name: file.name }) },
      make("span", { class: "file-name", dir: "auto" }, file.name), make("small", {}, size(file.size)));
    open.addEventListener("click", async () => {
      const address = await server.fileAddress(file.url);
      make("a", { href: address, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    });
    if (!file.is_picture) return open;
    const picture = make("button", { type: "button", class: "picture", "aria-label": word("picture", { name: file.name }) });
    const image = make("img", { alt: "" });
    image.addEventListener("load", () => picture.classList.add("shown"));
    server.fileAddress(`${file.url}?show=1`).then((address) => {
      const stays = atEnd();
      image.src = address;
      image.decode().then(() => stays && toEnd(), () => picture.replaceWith(open));
    }, () => picture.replaceWith(open));
    picture.append(image);
    picture.addEventListener("click", () => image.src && window.open(image.src, "_blank", "noopener"));
    return picture;
  }

  function drawWaiting(entry) {
    const node = make("div", { class: `line in pending${entry.failed ? " failed" : ""}`, "data-at": entry.at });
    node.append(make("p", { class: "sr" }, word("you")));
    if (entry.file) node.append(make("div", { class: "file" }, make("span", { class: "file-name", dir: "auto" }, entry.file), make("small", {}, size(entry.size))));
    else node.append(make("div", { class: "bubble", dir: "auto" }, ...withLinks(entry.text)));
    if (entry.failed) {
      const below = make("p", { class: "below" }, `${word("failed")}${entry.failed === "!" ? "" : `: ${entry.failed}`} `);
      if (outbox.canRetry(entry)) below.append(make("button", { type: "button", class: "link", onclick: () => outbox.again(entry.id) }, word("again")), " ");
      below.append(make("button", { type: "button", class: "link", onclick: () => outbox.remove(entry.id) }, word("remove")));
      node.append(below);
    } else {
      node.append(make("p", { class: "below" }, word(navigator.onLine ? "sending" : "waiting")));
    }
    return node;
  }

  /** Days, groups of one writer, and how far the last of our lines got. */
  function tidy() {
    log.querySelectorAll(".day").forEach((one) => one.remove());
    let before = null;
    let lastDay = "";
    const all = [...log.querySelectorAll(".line:not(.greeting)")];
    const mine = all.filter((node) => node.classList.contains("in"));
    for (const node of all) {
      const at = new Date(node.dataset.at);
      const name = day(at);
      if (name !== lastDay) node.before(make("p", { class: "day" }, name));
      const by = node.querySelector(".by")?.textContent ?? "";
      const isNext = before && name === lastDay && before.side === node.classList.contains("in") && before.by === by && at - before.at < GROUP_MS;
      node.classList.toggle("first", !isNext);
      if (isNext) before.node.classList.remove("last");
      node.classList.add("last");
      before = { node, at, by, side: node.classList.contains("in") };
      lastDay = name;
    }
    for (const node of mine) {
      const position = Number(node.dataset.position);
      if (!position) continue;
      const isLast = node === mine.at(-1);
      const read = position <= agentReadTo;
      const time = make("bdi", {}, clock(new Date(node.dataset.at)));
      node.querySelector(".below").replaceChildren(time, isLast ? ` · ${word(read ? "read" : "sent")}` : "");
    }
  }

  function readByAgent(position) {
    if (position <= agentReadTo) return;
    agentReadTo = position;
    tidy();
  }

  function clear() {
    nodes.forEach((node) => node.remove());
    nodes.clear();
    lines.clear();
    agentReadTo = 0;
    tidy();
  }

  const lastOf = (side) => Math.max(0, ...[...lines.values()].filter((line) => line.side === side).map((line) => line.position));
  const unread = (position) => [...lines.values()].filter((line) => line.side === "out" && line.position > position).length;

  return { add, showWaiting, readByAgent, clear, toEnd, atEnd, lastOf, unread, isEmpty: () => !lines.size };
}
