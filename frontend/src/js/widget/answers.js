// Answers before a person is there: what fits is offered while the question is typed, and read in here.
import { $, make, word } from "./dom.js";

const SUGGEST_MS = 500;
const SHORTEST = 6;

export function openAnswers({ settings, store, server, log, newId }) {
  const list = $("suggestion-list");
  const reader = $("reader");
  let timer = null;
  let asked = "";
  let isHidden = false; // not again for this question
  let writer = null; // who asks: the field for lines, or the message for later
  let opener = null; // what the reader gives the focus back to

  /** Called at every key: `field` is where somebody writes, `done` empties it, `send` says it all the same. */
  function watch(from) {
    from.field.addEventListener("input", () => {
      writer = from;
      clearTimeout(timer);
      timer = setTimeout(suggest, SUGGEST_MS);
    });
  }

  async function suggest() {
    const value = writer.field.value.trim();
    if (!settings.suggest || isHidden || !log.isEmpty() || value.length < SHORTEST || value === asked) return;
    asked = value;
    if (!store.get("visitor")) store.set("visitor", newId());
    const found = await server.post("answers/", { text: value }).catch(() => ({ answers: [] }));
    if (asked !== value || !writer.field.value.trim() || !log.isEmpty()) return;
    const names = (answers) => answers.map((one) => one.kind + one.id).join();
    if (names(found.answers) === [...list.children].map((one) => one.dataset.id).join()) return;
    list.replaceChildren(...found.answers.map((one) => (one.kind === "article" ? drawArticle(one) : drawReply(one))));
    $("suggestions").hidden = !found.answers.length;
  }

  const buttons = (answer) => [
    make("button", { type: "button", class: "main", onclick: () => thanks(answer) }, word("helped")),
    make("button", { type: "button", class: "soft", onclick: goOn }, word("notHelped")),
  ];

  function drawReply(answer) {
    return make("details", { "data-id": answer.kind + answer.id, name: "answer" },
      make("summary", { dir: "auto" }, answer.title),
      make("div", { class: "answer", dir: "auto" }, ...answer.text.split(/\n{2,}/).map((part) => make("p", {}, part))),
      make("div", { class: "row" }, ...buttons(answer)));
  }

  function drawArticle(answer) {
    const open = make("button", { type: "button", class: "article", "data-id": answer.kind + answer.id, onclick: () => read(answer, open) },
      make("span", { class: "article-title", dir: "auto" }, answer.title),
      make("small", { dir: "auto" }, answer.text));
    return open;
  }

  // The reader, in the place of the conversation

  async function read(answer, from) {
    from.disabled = true;
    try {
      show(answer, await server.post(`answers/articles/${answer.id}/`), from);
    } catch {
      from.lastChild.textContent = word("trouble");
    } finally {
      from.disabled = false;
    }
  }

  function show(answer, article, from) {
    opener = from;
    $("reader-title").textContent = article.title;
    $("reader-text").lang = article.language;
    $("reader-text").innerHTML = article.html; // ours, and sanitised before it was stored
    for (const link of $("reader-text").querySelectorAll("a[href]")) Object.assign(link, { target: "_blank", rel: "noopener" });
    for (const wide of $("reader-text").querySelectorAll("table,pre")) wide.replaceWith(wrap(wide));
    $("reader-out").hidden = !article.url;
    $("reader-out").href = article.url || "#";
    $("reader-row").replaceChildren(...buttons(answer));
    showReader(true);
    $("reader-scroll").scrollTop = 0;
    $("reader-back").focus();
  }

  /** What is wider than the chat scrolls in a box of its own, by keyboard too. */
  function wrap(node) {
    return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": word("wide") }, node.cloneNode(true));
  }

  function close() {
    if (reader.hidden) return;
    showReader(false);
    opener?.focus();
  }

  function showReader(yes) {
    reader.hidden = !yes;
    $("panel").classList.toggle("reading", yes);
    if (!yes) $("reader-text").replaceChildren();
  }

  $("reader-back").addEventListener("click", close);
  reader.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // the chat stays
    close();
  });

  // What comes of it

  function thanks(answer) {
    const path = answer.kind === "article" ? `answers/articles/${answer.id}/helped/` : `answers/${answer.id}/helped/`;
    server.post(path).catch(() => {});
    hide();
    writer.done();
  }

  function goOn() {
    const from = writer;
    hide();
    isHidden = true;
    from.send();
  }

  function hide() {
    showReader(false);
    $("suggestions").hidden = true;
    list.replaceChildren();
    asked = "";
  }

  $("suggestions-close").addEventListener("click", () => {
    hide();
    isHidden = true;
    writer.field.focus();
  });

  return { watch, hide };
}
