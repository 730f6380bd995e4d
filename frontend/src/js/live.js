// What the page does with the facts of the desk's socket (which ticket changed, never content): the open ticket fetches
// itself at once, rows on the page together and soon, tickets that are not on the page only raise a pill. Every look
// says which versions the page has, so that what is as it was costs nearly nothing and a lost fact heals itself.
import { refreshConversation } from "./conversation.js";
import "./socket.js";

const ROWS_AFTER = 700;
const COUNTS_AFTER = 4_000;
const COUNTS_APART = 15_000;
const SPREAD = 3_000; // a room of desks that was cut off does not ask all at once
const SLOW_LOOK = 300_000;
const ROWS_AT_ONCE = 200;
const MOVES_COUNTS = /^(ticket\.(created|assigned|status_changed|team_changed|gone|merged|split|unmerged|snoozed|woken)|message\.(received|queued|taken_back|logged))/;
const COMES = new Set(["message.received", "ticket.created"]);
const MOVES_IN = new Set([...COMES, "ticket.assigned", "ticket.status_changed", "ticket.team_changed", "ticket.unmerged", "ticket.woken"]);
const jitter = (milliseconds) => milliseconds * (0.75 + Math.random() * 0.5);

const pane = () => document.getElementById("list-pane");
const rowOf = (ticket) => document.querySelector(`#row-${ticket} [data-row]`);
const openTicket = () => document.querySelector("#ticket-pane[data-ticket]")?.dataset.ticket;
const waiting = new Set();
const fresh = new Set();
let rowsTimer = null;
let countsTimer = null;
let countedAt = -Infinity;

/* --- asking --- */

/** Rows (elements), the open ticket and the counts in one request; the answer replaces only what is newer. */
function ask(rows, { open = false, counts = false } = {}) {
  const list = pane();
  if (!list?.dataset.catchUpUrl) return;
  const have = rows.slice(0, ROWS_AT_ONCE).map((row) => `${row.dataset.row}:${row.dataset.version}`);
  const query = new URLSearchParams();
  if (have.length) query.set("rows", have.join(","));
  const head = open && document.getElementById("ticket-head");
  if (head) query.set("open", `${openTicket()}:${head.dataset.version}`);
  if (counts) query.set("counts", "1");
  if (![...query.keys()].length) return;
  const shown = rows[0] ?? document.querySelector("#list-pane [data-row]");
  if (shown) query.set("back", new URL(shown.href).search);
  const anchor = anchored(list);
  window.htmx
    .ajax("GET", `${list.dataset.catchUpUrl}?${query}`, { swap: "none", source: list })
    .then(anchor)
    .catch(() => {});
}

/** Keeps the row at the top of the list where it is, whatever comes or goes above it. */
function anchored(list) {
  const box = list.querySelector("[data-list]");
  const top = box?.getBoundingClientRect().top ?? 0;
  const row = [...list.querySelectorAll("[data-row]")].find((one) => one.getBoundingClientRect().bottom > top);
  const before = row?.getBoundingClientRect().top;
  return () => {
    if (row?.isConnected && box.scrollTop > 0) box.scrollTop += row.getBoundingClientRect().top - before;
  };
}

function askRows() {
  rowsTimer = null;
  const rows = [...waiting].map(rowOf).filter(Boolean);
  waiting.clear();
  if (rows.length) ask(rows);
}

function askCounts() {
  countsTimer = null;
  if (document.hidden) return; // asked when the page is looked at again
  countedAt = Date.now();
  ask([], { counts: true });
}
function countSoon() {
  const apart = countedAt + COUNTS_APART - Date.now();
  countsTimer ??= setTimeout(askCounts, jitter(Math.max(COUNTS_AFTER, apart)));
}

/** After a gap nothing is assumed. */
function catchUp({ counts = true } = {}) {
  if (counts) countedAt = Date.now();
  if (!pane()) refreshConversation();
  ask([...document.querySelectorAll("#list-pane [data-row]")], { open: true, counts });
}
document.addEventListener("ticket-stale", (event) => refreshConversation(event.detail.ticket));

/* --- new ones --- */

function showPill() {
  const pill = document.getElementById("fresh-pill");
  if (!pill) return;
  const words = pill.querySelector("[data-fresh-count]");
  words.textContent = fresh.size === 1 ? words.dataset.one : words.dataset.many.replace("%s", String(fresh.size));
  pill.hidden = fresh.size === 0;
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "list-pane") fresh.clear();
});

/** Would the ticket stand in the list that is shown, as far as its fact tells? */
function belongs(fact) {
  const { view, state } = pane()?.dataset ?? {};
  if (fact.is_active === false || state === "solved" || state === "closed") return false;
  if (view === "snoozed") return fact.name === "ticket.snoozed";
  if (view === "mine") return MOVES_IN.has(fact.name) && String(fact.assignee) === document.body.dataset.user;
  if (view === "unassigned") return MOVES_IN.has(fact.name) && fact.assignee === null;
  return COMES.has(fact.name);
}

function take(fact) {
  if (!fact.ticket || fact.name?.startsWith("viewer.") || fact.name?.startsWith("chat.")) return;
  const ticket = String(fact.ticket);
  const head = document.getElementById("ticket-head");
  const known = ticket === openTicket() ? Number(head?.dataset.version) : 0;
  if (!(fact.version && known >= fact.version)) refreshConversation(ticket);
  const row = rowOf(ticket);
  if (row) {
    if (fact.version && Number(row.dataset.version) >= fact.version) return;
    waiting.add(ticket);
    rowsTimer ??= setTimeout(askRows, jitter(ROWS_AFTER));
  } else if (belongs(fact)) {
    fresh.add(ticket);
    showPill();
  } else if (fresh.delete(ticket)) {
    showPill(); // somebody else has it by now
  }
  if (fact.name === "own" || MOVES_COUNTS.test(fact.name)) countSoon();
}

// The agent's own change needs no socket.
document.addEventListener("ticket-changed", (event) => {
  if (event.detail?.ticket) take({ ticket: event.detail.ticket, name: "own" });
});
document.addEventListener("desk-fact", ({ detail: fact }) => {
  if (fact.name === "desk.missed") catchUp();
  else take(fact);
});
document.addEventListener("desk-back", ({ detail }) => {
  if (detail.isFirst) catchUp({ counts: false });
  else setTimeout(catchUp, Math.random() * SPREAD);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && pane()) countSoon();
});
setInterval(() => {
  if (!document.hidden) catchUp();
}, jitter(SLOW_LOOK));
