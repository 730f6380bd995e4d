// The search box: what may come next as one types, the last searches, examples. All by keyboard, the box keeps the focus.
import { on } from "./page.js";

const KEPT = 8;
const KEY = "searches";
const PAUSE = 150;

const formOf = (input) => input.closest("form[data-search]");
const popOf = (form) => form.querySelector(".search-pop");
const listOf = (form) => form.querySelector('[role="listbox"]');
const options = (form) => [...listOf(form).children];

function lastSearches() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

function keep(words) {
  if (!words) return;
  try {
    localStorage.setItem(KEY, JSON.stringify([words, ...lastSearches().filter((one) => one !== words)].slice(0, KEPT)));
  } catch {
    // Without a store there are no last searches.
  }
}

/** The piece of the text the caret stands in: {begin, end, text}. */
function pieceAt(input) {
  const at = input.selectionStart ?? input.value.length;
  let begin = 0;
  let quoted = false;
  for (let place = 0; place < at; place += 1) {
    if (input.value[place] === '"') quoted = !quoted;
    else if (input.value[place] === " " && !quoted) begin = place + 1;
  }
  return { begin, end: at, text: input.value.slice(begin, at) };
}

function option(value, label, id) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.id = id;
  item.dataset.value = value;
  item.dir = "auto";
  item.textContent = label;
  return item;
}

function open(form, shown) {
  const input = form.querySelector("input[name=q]");
  popOf(form).hidden = !shown;
  input.setAttribute("aria-expanded", String(shown));
  if (!shown) select(form, -1);
}

function select(form, index) {
  const input = form.querySelector("input[name=q]");
  options(form).forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
  const item = options(form)[index];
  if (item) {
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

const selected = (form) => options(form).findIndex((item) => item.getAttribute("aria-selected") === "true");

let timer = null;
let asked = 0;

/** Fills the list for what is typed: names of operators, their values, or the last searches. */
async function offer(form) {
  const input = form.querySelector("input[name=q]");
  const { text } = pieceAt(input);
  const [, sign, name, typed] = /^(-?)([a-z]+):"?(.*)$/i.exec(text) ?? [];
  const list = listOf(form);
  const empty = !input.value.trim();
  form.querySelector(".search-help").hidden = !empty;
  form.querySelector(".search-recent").hidden = !(empty && lastSearches().length);
  if (empty) {
    list.replaceChildren(...lastSearches().map((one, place) => option(one, one, `${list.id}-${place}`)));
    list.dataset.whole = "yes";
  } else if (name) {
    const mine = (asked += 1);
    const query = new URLSearchParams({ name, typed });
    const response = await fetch(`${form.dataset.suggestions}?${query}`, { credentials: "same-origin" }).catch(() => null);
    const html = response?.ok ? await response.text() : "";
    if (mine !== asked) return;
    list.innerHTML = html;
    options(form).forEach((item, place) => {
      item.id = `${list.id}-${place}`;
      item.dataset.value = sign + item.dataset.value;
    });
    delete list.dataset.whole;
  } else {
    const begun = text.replace(/^-/, "").toLowerCase();
    const names = begun ? form.dataset.operators.split(" ").filter((one) => one.startsWith(begun)) : [];
    const before = text.startsWith("-") ? "-" : "";
    list.replaceChildren(...names.map((one, place) => option(`${before}${one}:`, `${before}${one}:`, `${list.id}-${place}`)));
    delete list.dataset.whole;
  }
  select(form, -1);
  open(form, empty || options(form).length > 0);
}

function take(form, item) {
  const input = form.querySelector("input[name=q]");
  if (listOf(form).dataset.whole) {
    input.value = item.dataset.value;
    form.requestSubmit();
    return;
  }
  const { begin, end } = pieceAt(input);
  const value = item.dataset.value + (item.dataset.value.endsWith(":") ? "" : " ");
  input.value = input.value.slice(0, begin) + value + input.value.slice(end);
  input.setSelectionRange(begin + value.length, begin + value.length);
  offer(form);
}

on("input", "form[data-search] input[name=q]", (_event, input) => {
  clearTimeout(timer);
  timer = setTimeout(() => offer(formOf(input)), PAUSE);
});
on("focusin", "form[data-search] input[name=q]", (_event, input) => offer(formOf(input)));
on("focusout", "form[data-search]", (event, form) => {
  if (!form.contains(event.relatedTarget)) open(form, false);
});
on("mousedown", "form[data-search] .search-pop", (event) => event.preventDefault());
on("click", 'form[data-search] [role="option"]', (_event, item) => take(formOf(item), item));
on("click", "[data-forget-searches]", (_event, button) => {
  localStorage.removeItem(KEY);
  offer(formOf(button));
});
on("submit", "form[data-search]", (_event, form) => keep(form.querySelector("input[name=q]").value.trim()));

on("keydown", "form[data-search] input[name=q]", (event, input) => {
  const form = formOf(input);
  const shown = !popOf(form).hidden;
  const count = options(form).length;
  if (event.key === "Escape" && shown) {
    event.preventDefault();
    open(form, false);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !shown) {
    event.preventDefault();
    offer(form);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    const from = selected(form);
    select(form, from < 0 && step < 0 ? count - 1 : (from + step + count) % count);
  } else if ((event.key === "Enter" || event.key === "Tab") && shown && selected(form) >= 0) {
    event.preventDefault();
    take(form, options(form)[selected(form)]);
  }
});
