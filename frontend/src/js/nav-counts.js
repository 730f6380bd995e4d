// The numbers in the navigation: chats that wait for anybody, follow-ups that are mine. Each is asked for when a page
// opens, soon after a fact of the socket that may move it, and after a gap.

const MOVES = { chats: /^chat\.(line|changed)$/, feedback: /^follow_up\./ };
const AT_FIRST = 400;
const timers = new Map();
const itemOf = (name) => document.querySelector(`[data-nav="${name}"][data-waiting-url]`);

function ask(name, after = 1200 + Math.random() * 800) {
  const item = itemOf(name);
  if (!item || timers.has(name)) return;
  if (name === "chats" && document.querySelector("[data-chats]")) return; // that page knows it anyhow
  timers.set(name, setTimeout(async () => {
    timers.delete(name);
    const answer = await fetch(item.dataset.waitingUrl, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && answer.headers.get("content-type")?.includes("json")) show(name, (await answer.json()).waiting);
  }, after));
}

function show(name, count) {
  const item = itemOf(name);
  if (!item) return;
  for (const badge of document.querySelectorAll(`[data-waiting="${name}"]`)) {
    badge.textContent = count > 99 ? "99+" : String(count);
    badge.hidden = count === 0;
  }
  item.setAttribute("aria-label", count ? item.dataset.labelWaiting.replace("%s", String(count)) : item.title);
}

const askAll = (after) => Object.keys(MOVES).forEach((name) => ask(name, after));
document.addEventListener("chats-waiting", (event) => show("chats", event.detail));
document.addEventListener("desk-fact", (event) => {
  for (const [name, moves] of Object.entries(MOVES)) if (moves.test(event.detail.name)) ask(name);
});
document.addEventListener("desk-back", () => askAll());
document.addEventListener("DOMContentLoaded", () => askAll(AT_FIRST));
