// The desk: moving through the list, choosing, shortcuts, the command palette.
import { tinykeys } from "tinykeys";
import { on, isTyping } from "./page.js";
import { pickFocused, selectMode } from "./bulk.js";
import "./conversation.js";
import "./live.js";
import "./colleagues.js";
import "./new-ticket.js";

const byKey = (name) => document.querySelector(`[data-key="${name}"]`);
const rows = () => [...document.querySelectorAll("#list-pane [data-row]")];
const openTicket = () => document.querySelector("#ticket-pane[data-ticket]")?.dataset.ticket;

/* --- the list --- */

function moveInList(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.indexOf(document.activeElement);
  const from = now >= 0 ? now : all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)] ?? all[0];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function markCurrentRow() {
  const ticket = openTicket();
  for (const row of rows()) {
    if (row.dataset.row === ticket) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}
document.addEventListener("htmx:afterSettle", markCurrentRow);
document.addEventListener("DOMContentLoaded", () => {
  const tab = document.querySelector(".view-tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 24;
  const row = document.querySelector("#list-pane [data-row][aria-current]");
  const list = row?.closest("[data-list]");
  if (row && row.offsetTop + row.offsetHeight > list.clientHeight) list.scrollTop = row.offsetTop - 120;
});

// A ticket that opens says so to those who cannot see it, and keeps the keyboard in the list.
document.addEventListener("htmx:afterSwap", (event) => {
  const pane = document.getElementById("ticket-pane");
  if (event.detail.target?.id !== "ticket-pane" || !pane?.dataset.ticket) return;
  const head = pane.querySelector("#ticket-head h1");
  document.title = `${head?.textContent.trim() ?? ""} · Carecenter`;
});

/* --- the picker: one dialog, its list fetched when opened --- */

let pickedFrom = null;

async function openPicker(button) {
  const dialog = document.getElementById("picker");
  if (!dialog || button.disabled) return;
  pickedFrom = button.dataset.key;
  const came = window.htmx.ajax("GET", button.dataset.pick ?? button.dataset.bulkPick, { target: dialog, swap: "innerHTML" }).then(() => true);
  if (!(await came.catch(() => false)) || !dialog.firstElementChild) return;
  dialog.showModal();
  dialog.querySelector("input")?.focus();
}
on("click", "[data-pick], [data-bulk-pick]", (_event, button) => openPicker(button));

document.addEventListener("close", (event) => {
  // Its list stays until the next one: htmx tells the answer on the button that asked.
  if (event.target.id !== "picker") return;
  byKey(pickedFrom)?.focus();
}, true);

// Tags stay open for several; the mark moves at once and the server's answer follows.
on("click", '[data-picker="tags"] [role="menuitem"]:not([data-new-tag])', (_event, item) => {
  item.dataset.checked = item.dataset.checked === "true" ? "false" : "true";
});

// As the server will write it: small letters, words joined by a dash.
const asTag = (text) => text.toLowerCase().trim().replace(/^#+/, "").split(/[\s,]+/).filter(Boolean).join("-");

on("input", "#picker-input", (_event, input) => {
  const fresh = document.querySelector("[data-new-tag]");
  if (!fresh) return;
  const name = asTag(input.value);
  const known = [...document.querySelectorAll("#picker-menu [role=menuitem]:not([data-new-tag])")];
  fresh.hidden = !name || known.some((item) => item.textContent.trim() === name);
  fresh.querySelector("[data-new-label]").textContent = fresh.dataset.label.replace("%s", name);
});

on("click", "[data-new-tag]", (_event, item) => {
  const tag = document.getElementById("picker-input").value.trim();
  if (!tag) return;
  window.htmx.ajax("POST", item.dataset.newTag, { values: { tag }, swap: "none", source: item });
  document.getElementById("picker").close();
});

/* --- details over the conversation on narrow screens --- */

on("click", "[data-toggle-details]", () => {
  const pane = document.getElementById("ticket-pane");
  const open = pane.toggleAttribute("data-details");
  const button = pane.querySelector('#ticket-head [data-toggle-details]');
  button?.setAttribute("aria-expanded", String(open));
  if (open) pane.querySelector("#details [data-toggle-details]")?.focus();
  else button?.focus();
});
document.addEventListener("keydown", (event) => {
  const pane = document.getElementById("ticket-pane");
  if (event.key === "Escape" && pane?.hasAttribute("data-details") && !document.querySelector("dialog[open]")) {
    pane.querySelector("#details [data-toggle-details]")?.click();
  }
});

on("click", "[data-submit]", (_event, button) => document.getElementById(button.dataset.submit)?.requestSubmit());

document.addEventListener("close-dialog", (event) => document.getElementById(event.detail.id)?.close());

/* --- shortcuts and the palette run the same commands --- */

const press = (name) => byKey(name)?.click();
const goTo = (selector) => document.querySelector(selector)?.click();
const show = (id) => {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
};
const compose = (mode) => document.dispatchEvent(new CustomEvent("compose", { detail: { mode } }));

const COMMANDS = {
  reply: () => compose("public"),
  note: () => compose("internal"),
  take: () => press("take"),
  assign: () => press("assign"),
  team: () => press("team"),
  solve: () => press("solve"),
  status: () => press("status"),
  priority: () => press("priority"),
  tags: () => press("tags"),
  snooze: () => press("snooze"),
  merge: () => press("merge"),
  select: selectMode,
  log: () => show("log-dialog"),
  "new-ticket": () => press("new-ticket"),
  customers: () => goTo('[data-nav="customers"]'),
  chats: () => goTo('[data-nav="chats"]'),
  keys: () => show("keys-dialog"),
  palette: () => show("palette"),
  subject: () => show("subject-dialog"),
  search: () => document.querySelector('[data-key-focus="search"]')?.select(),
};
for (const view of ["mine", "unassigned", "team", "waiting", "snoozed", "all"]) {
  COMMANDS[`view-${view}`] = () => {
    const link = document.querySelector(`[data-view-link="${view}"]`);
    location.assign(link?.href ?? `${document.querySelector('[data-nav="inbox"]').href}?view=${view}`);
  };
}

on("click", "[data-press]", (_event, item) => queueMicrotask(() => press(item.dataset.press)));
on("click", "#palette [data-run]", (_event, item) => {
  document.getElementById("palette").close();
  queueMicrotask(() => COMMANDS[item.dataset.run]?.());
});
document.addEventListener("close", (event) => {
  if (event.target.id !== "palette") return;
  const input = event.target.querySelector("input");
  input.value = "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
}, true);

const quiet = (event) =>
  isTyping(event.target) || document.querySelector("dialog[open]") || document.body.dataset.shortcuts === "off";
const bind = (run) => (event) => {
  if (quiet(event)) return;
  event.preventDefault();
  run();
};
// Letters, not key places: on every layout J is the key that writes j.
const KEYS = {
  j: () => moveInList(1),
  k: () => moveInList(-1),
  r: COMMANDS.reply,
  n: COMMANDS.note,
  t: COMMANDS.take,
  a: COMMANDS.assign,
  s: COMMANDS.solve,
  p: COMMANDS.priority,
  l: COMMANDS.log,
  z: COMMANDS.snooze,
  m: COMMANDS.merge,
  x: pickFocused,
  c: COMMANDS["new-ticket"],
  "g i": COMMANDS["view-mine"],
  "g u": COMMANDS["view-unassigned"],
  "g t": COMMANDS["view-team"],
  "g w": COMMANDS["view-waiting"],
  "g c": COMMANDS.customers,
  "g h": COMMANDS.chats,
};
const bindings = Object.fromEntries(Object.entries(KEYS).map(([keys, run]) => [keys, bind(run)]));
tinykeys(window, {
  ...bindings,
  "$mod+k": (event) => {
    if (document.querySelector("dialog[open]") || !document.getElementById("palette")) return;
    event.preventDefault();
    COMMANDS.palette();
  },
});
// "#", "?" and "/" need Shift on some keyboards and not on others.
window.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || quiet(event)) return;
  const run = { "#": COMMANDS.tags, "?": COMMANDS.keys, "/": COMMANDS.search }[event.key];
  if (!run) return;
  event.preventDefault();
  run();
});
