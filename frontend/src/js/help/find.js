// Answers below the field while somebody types: a combobox whose options are links.
import { tell } from "./tell.js";

const WAIT = 110;
const SETTLED = 1500;
let number = 0;

class Find {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("input[type=search]");
    this.list = form.querySelector(".find-list");
    this.known = new Map();
    this.chosen = -1;
    this.list.id = `find-list-${++number}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.field.placeholder);
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.close();
    this.field.addEventListener("input", () => this.later());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("focus", () => this.options().length && this.field.value.trim() && this.open());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    document.addEventListener("click", (event) => form.contains(event.target) || this.close());
    form.addEventListener("focusout", (event) => event.relatedTarget && !form.contains(event.relatedTarget) && this.close());
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  later() {
    clearTimeout(this.timer);
    clearTimeout(this.settled);
    const asked = this.field.value.trim();
    if (asked.length < 2) return this.close();
    if (this.known.has(asked)) return this.fill(asked, this.known.get(asked));
    this.timer = setTimeout(() => this.ask(asked), WAIT);
  }

  async ask(asked) {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const answer = await fetch(`${this.form.dataset.find}?q=${encodeURIComponent(asked)}`, {
        signal: this.asking.signal,
        headers: { Accept: "text/html" },
      });
      if (!answer.ok) return;
      const html = await answer.text();
      if (this.known.size > 60) this.known.clear();
      this.known.set(asked, html);
      if (this.field.value.trim() === asked) this.fill(asked, html);
    } catch {
      // gone, or the next letter was faster: pressing Enter still searches
    }
  }

  fill(asked, html) {
    this.list.innerHTML = html;
    this.chosen = -1;
    this.options().forEach((option, place) => {
      option.id = `${this.list.id}-${place}`;
      option.tabIndex = -1;
    });
    const nothing = this.list.querySelector("[data-nothing]");
    this.list.setAttribute("role", nothing ? "status" : "listbox");
    if (this.list.childElementCount && document.activeElement === this.field) this.open();
    else this.close();
    if (nothing) this.settled = setTimeout(() => tell(this.form.dataset.seen, { asked, language: this.language() }), SETTLED);
  }

  language() {
    return document.documentElement.lang;
  }

  open() {
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.choose(-1);
  }

  choose(place) {
    const options = this.options();
    this.chosen = options.length ? (place + options.length + 1) % (options.length + 1) : -1;
    if (this.chosen === options.length) this.chosen = -1;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.chosen)));
    const option = options[this.chosen];
    if (option) {
      this.field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.field.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    const options = this.options();
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" && options.length) {
      event.preventDefault();
      if (this.list.hidden) this.open();
      this.choose(this.chosen + 1);
    } else if (event.key === "ArrowUp" && options.length && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.chosen < 0 ? options.length - 1 : this.chosen - 1);
    } else if (event.key === "Enter" && this.chosen >= 0 && !this.list.hidden) {
      event.preventDefault();
      options[this.chosen].click();
    }
  }
}

for (const form of document.querySelectorAll("form[data-find]")) new Find(form);

// "/" goes to the field, as in many help centres.
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("form[data-find] input[type=search]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !field) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  field.focus();
});

const page = document.querySelector("[data-asked]");
if (page) tell(page.dataset.seen, { asked: page.dataset.asked, language: page.dataset.language });
