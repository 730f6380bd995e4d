// Articles in an answer: found in the page's dialog, put in where one was writing. The server says what goes in.
import { openAction } from "./actions.js";
import { on, post, word } from "./page.js";
import { announce } from "./toasts.js";

let asked = null; // the button that opened the dialog: what was chosen goes where it stands

const tell = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "warning", key: "article" } }));

on("click", "[data-find-articles]", (_event, button) => {
  asked = button;
  openAction(button.dataset.findArticles || button.form.dataset.articlesUrl, button);
});
// Opened beside the ticket: what is chosen goes into its answer.
on("click", "[data-finds-articles]", () => (asked = null));

// With the arrows from the words to what each article offers first, and back; Enter in the words goes to the first.
on("keydown", "#article-search, #article-options button", (event, at) => {
  const isSearch = at.id === "article-search";
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: isSearch ? 1 : 0 }[event.key];
  if (!step) return;
  const offers = [...document.querySelectorAll("#article-options li")].map((row) => row.querySelector("button")).filter(Boolean);
  const stops = [document.getElementById("article-search"), ...offers];
  const place = stops.findIndex((stop) => stop === (isSearch ? at : at.closest("li").querySelector("button")));
  event.preventDefault();
  (stops[place + step] ?? stops[place]).focus();
});

on("click", "[data-insert-article]", async (_event, button) => {
  const place = asked?.isConnected && button.closest("dialog") ? asked : document.querySelector("[data-composer]");
  button.disabled = true;
  const answer = await post(button.dataset.insertArticle).catch(() => null);
  button.disabled = false;
  if (!answer?.ok) {
    const plain = answer?.headers.get("content-type")?.startsWith("text/plain");
    tell(plain ? await answer.text() : word("server-error"));
    return;
  }
  button.closest("dialog")?.close();
  place?.dispatchEvent(new CustomEvent("article-chosen", { bubbles: true, detail: await answer.json() }));
  const facts = answer.headers.get("HX-Trigger");
  if (facts) announce(facts);
});

// A choice in the dialog that is no insertion closes it as well.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.matches?.("[data-close-dialog-after]")) event.detail.elt.closest("dialog")?.close();
});
