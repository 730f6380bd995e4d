// On an article: where one is in the table of contents, code to copy, and that it was read.
import { tell } from "./tell.js";

const READ = 4000; // milliseconds in sight

const reading = document.querySelector("[data-article]");
if (reading) {
  follow();
  copies();
  let seen = 0;
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") seen += 500;
    if (seen < READ) return;
    clearInterval(timer);
    tell(reading.dataset.seen, { article: reading.dataset.article });
  }, 500);
}

function follow() {
  const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(decodeURIComponent(id))).filter(Boolean);
  if (!headings.length) return;
  const mark = () => {
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < 130);
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const here = (atEnd ? headings.at(-1) : above.at(-1)) ?? headings[0];
    for (const [id, link] of links) {
      const is = id === here.id;
      link.classList.toggle("is-here", is);
      if (is) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    },
    { passive: true },
  );
  mark();
}

function copies() {
  if (!navigator.clipboard) return;
  const word = (name) => document.querySelector(`template[data-word="${name}"]`)?.content.textContent ?? "";
  for (const code of document.querySelectorAll(".prose pre")) {
    const holder = document.createElement("div");
    holder.className = "code";
    code.replaceWith(holder);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-code";
    button.textContent = word("copy");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = word("copied");
      setTimeout(() => (button.textContent = word("copy")), 1600);
    });
    holder.append(code, button);
  }
}
