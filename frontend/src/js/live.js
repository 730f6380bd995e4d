// What the page does with the facts of the desk's socket (which ticket changed, never content): it fetches what it shows,
// the open ticket at once, rows on the page together within two seconds; others only raise a pill.
import { refreshConversation } from "./conversation.js";
import "./socket.js";

const ROWS_AFTER = 700;
const COUNTS_AFTER = 4000;
const jitter = (milliseconds) => milliseconds * (0.75 + Math.random() * 0.5);

const pane = () => document.getElementById("list-pane");
const waiting = new Set();
const fresh = new Set();
let rowsTimer = null;
let countsTimer = null;

function fetchRows() {
  rowsTimer = null;
  const list = pane();
  if (!list || !waiting.size) return;
  const ids = [...waiting].slice(0, 60);
  waiting.clear();
  const query = new URLSearchParams({ ids: ids.join(","), view: list.dataset.view, state: list.dataset.state });
  window.htmx.ajax("GET", `${list.dataset.rowsUrl}?${query}`, { swap: "none", source: list }).catch(() => {});
}

function fetchCounts() {
  countsTimer = null;
  const list = pane();
  if (list) window.htmx.ajax("GET", list.dataset.countsUrl, { swap: "none", source: list }).catch(() => {});
}

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

function take(fact) {
  if (!fact.ticket) return;
  const ticket = String(fact.ticket);
  refreshConversation(ticket);
  if (document.getElementById(`row-${ticket}`)) {
    waiting.add(ticket);
    rowsTimer ??= setTimeout(fetchRows, jitter(ROWS_AFTER));
  } else if (fact.name === "message.received" || fact.name === "ticket.created") {
    fresh.add(ticket);
    showPill();
  }
  countsTimer ??= setTimeout(fetchCounts, jitter(COUNTS_AFTER));
}

/** After a gap nothing is assumed: what is on the page is fetched as it is now. */
function catchUp() {
  refreshConversation();
  for (const row of document.querySelectorAll("#list-pane [data-row]")) waiting.add(row.dataset.row);
  fetchRows();
  fetchCounts();
}

// The agent's own change needs no socket.
document.addEventListener("ticket-changed", (event) => {
  if (event.detail?.ticket) take({ ticket: event.detail.ticket, name: "own" });
});

document.addEventListener("desk-fact", (event) => take(event.detail));
document.addEventListener("desk-back", catchUp);
