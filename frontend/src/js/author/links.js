// The dialog for a link: words find another article, anything else is an address.
import { around } from "./places.js";

const PAUSE = 150;
const dialog = () => document.getElementById("article-link");
const listOf = () => document.getElementById("article-link-list");
const options = () => [...listOf().children];
const selected = () => options().find((item) => item.getAttribute("aria-selected") === "true");
let timer = null;
let asked = 0;
let current = null;

export function askForLink(author) {
  const { editor } = author;
  const input = dialog().querySelector("input");
  const selection = editor.getSelection().cloneRange();
  const link = around(editor, "a");
  input.value = link?.getAttribute("href") ?? "";
  current = author;
  dialog().returnValue = "";
  offer([]);
  dialog().showModal();
  input.select();
  if (!input.value) find("");
  dialog().addEventListener(
    "close",
    () => {
      editor.focus();
      editor.setSelection(selection);
      if (dialog().returnValue === "link") put(editor, selection, input.value.trim(), input.dataset.title ?? "", link);
      delete input.dataset.title;
    },
    { once: true },
  );
}

function put(editor, selection, typed, title, link) {
  if (!typed) {
    if (link) editor.removeLink();
    return;
  }
  const address = addressOf(typed);
  if (link) {
    editor.saveUndoState();
    link.setAttribute("href", address);
  } else if (selection.collapsed) {
    const fresh = document.createElement("a");
    fresh.href = address;
    fresh.textContent = title || typed;
    editor.insertHTML(fresh.outerHTML);
  } else editor.makeLink(address);
}

function addressOf(typed) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(typed) || typed.startsWith("/") || typed.startsWith("#")) return typed;
  return typed.includes("@") && !typed.includes("/") ? `mailto:${typed}` : `https://${typed}`;
}

async function find(words) {
  asked += 1;
  const mine = asked;
  const url = `${current.root.dataset.linksUrl}&q=${encodeURIComponent(words)}`;
  const found = await fetch(url, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : { links: [] }))
    .catch(() => ({ links: [] }));
  if (mine === asked) offer(found.links);
}

/** Shows what was found; what one has gone to meanwhile stays chosen while it is among them. */
function offer(links) {
  const list = listOf();
  const kept = selected()?.dataset.address;
  list.replaceChildren(
    ...links.map(({ title, address, read }, index) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.id = `article-link-${index}`;
      item.dataset.address = address;
      item.dataset.title = title;
      const name = document.createElement("span");
      name.className = "min-w-0 flex-1 truncate";
      name.dir = "auto";
      name.textContent = title;
      item.append(name);
      if (!read) {
        const draft = document.createElement("span");
        draft.className = "text-muted-foreground text-xs";
        draft.textContent = list.dataset.draft;
        item.append(draft);
      }
      return item;
    }),
  );
  const input = dialog().querySelector("input");
  input.setAttribute("aria-expanded", String(links.length > 0));
  input.removeAttribute("aria-activedescendant");
  const again = options().find((item) => item.dataset.address === kept);
  if (again) mark(again);
}

function mark(chosen) {
  for (const item of options()) item.setAttribute("aria-selected", String(item === chosen));
  chosen.scrollIntoView({ block: "nearest" });
  dialog().querySelector("input").setAttribute("aria-activedescendant", chosen.id);
}

function select(step) {
  const all = options();
  if (!all.length) return;
  const now = all.indexOf(selected());
  mark(all[(now + step + all.length + (now < 0 && step < 0 ? 1 : 0)) % all.length]);
}

function choose(item) {
  const input = dialog().querySelector("input");
  input.value = item.dataset.address;
  input.dataset.title = item.dataset.title;
  dialog().close("link");
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "article-link-input") return;
  delete event.target.dataset.title;
  clearTimeout(timer);
  const words = event.target.value.trim();
  if (/^(https?:|mailto:|tel:|\/|#)/i.test(words)) offer([]);
  else timer = setTimeout(() => find(words), PAUSE);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "article-link-input") return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    select(step);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const chosen = selected();
    if (chosen) choose(chosen);
    else dialog().close("link");
  }
});
document.addEventListener("click", (event) => {
  const item = event.target.closest?.("#article-link-list [role=option]");
  if (item) choose(item);
});
