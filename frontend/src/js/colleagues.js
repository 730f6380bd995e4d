// Who else has the open ticket, who writes there, and whether an answer would cross a colleague's. The server has the
// last word: an answer carries the last message its writer knew of, and is refused once when a colleague's came later.
import { on } from "./page.js";
import { announce, send } from "./socket.js";

const FORGET_AFTER = 50_000;
const TYPES_FOR = 6_000;
const WRITES_FOR = 45_000;
const TELL_EVERY = 3_000;

const others = new Map(); // by screen: {user, who, mode, wrote, heard}
let open = null;
let told = { mode: "", at: 0 };

const me = () => Number(document.body.dataset.user);
const composer = () => document.querySelector("[data-composer]");
const textIn = (form, mode) => Boolean(form?.querySelector(`[data-editor="${mode}"]`)?.textContent.trim());
const numberOf = (message) => Number(message.id.replace("message-", ""));
const messages = () => [...document.querySelectorAll("#conversation .message")];
const lastShown = () => Math.max(0, ...messages().map(numberOf));

/* --- who is here --- */

function lookWhatIsOpen() {
  const ticket = Number(document.querySelector("#ticket-pane[data-ticket]")?.dataset.ticket) || null;
  if (ticket === open) return;
  open = ticket;
  others.clear();
  told = { mode: "", at: 0 };
  announce("view", { type: "view", ticket });
  show();
}
document.addEventListener("DOMContentLoaded", lookWhatIsOpen);
document.addEventListener("htmx:afterSettle", () => {
  lookWhatIsOpen();
  show();
});

document.addEventListener("desk-fact", ({ detail: fact }) => {
  if (!fact.name?.startsWith("viewer.") || fact.ticket !== open || fact.user === me()) return;
  if (fact.name === "viewer.left") others.delete(fact.screen);
  else {
    const heard = Date.now();
    const wrote = fact.since === null ? 0 : heard - fact.since * 1000;
    others.set(fact.screen, { user: fact.user, who: fact.who, mode: fact.mode, wrote, heard });
  }
  show();
});
document.addEventListener("desk-back", () => others.clear());

/** One entry a person, the screen they write on before the others. */
function people() {
  const found = new Map();
  for (const [screen, one] of others) {
    if (Date.now() - one.heard > FORGET_AFTER) others.delete(screen);
    else if (!found.has(one.user) || one.wrote > found.get(one.user).wrote) found.set(one.user, one);
  }
  return [...found.values()];
}
const typesNow = (one) => one.mode && Date.now() - one.wrote < TYPES_FOR;
const writers = () => people().filter((one) => one.mode === "public" && Date.now() - one.wrote < WRITES_FOR);

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return `${words[0]?.[0] ?? ""}${words.length > 1 ? words.at(-1)[0] : ""}`.toUpperCase();
}

function entry(one, words) {
  const item = document.createElement("li");
  const face = document.createElement("span");
  face.className = "avatar";
  face.dataset.size = "xs";
  face.textContent = initials(one.who);
  face.setAttribute("aria-hidden", "true");
  const text = document.createElement("span");
  item.toggleAttribute("data-writes", Boolean(typesNow(one)));
  text.className = "sr-only";
  text.textContent = item.title = words.replace("%s", one.who);
  item.append(face, text);
  return item;
}

function showPeople() {
  const list = document.getElementById("viewers");
  if (!list) return;
  const said = { public: list.dataset.typing, internal: list.dataset.noting };
  const entries = people().map((one) => [one, typesNow(one) ? said[one.mode] : list.dataset.here]);
  const now = entries.map(([one, words]) => words.replace("%s", one.who)).join("\n");
  list.hidden = entries.length === 0;
  if (list.dataset.now === now) return; // read aloud once, not at every look
  list.dataset.now = now;
  list.replaceChildren(...entries.map(([one, words]) => entry(one, words)));
}

/* --- what I write --- */

function tellWriting(mode) {
  if (mode === told.mode && (!mode || Date.now() - told.at < TELL_EVERY)) return;
  told = { mode, at: Date.now() };
  send({ type: "writing", mode });
}
on("input", "[data-editor]", (_event, editor) => {
  tellWriting(editor.textContent.trim() ? editor.dataset.editor : "");
  show();
});
document.addEventListener("composer-sent", () => {
  tellWriting("");
  const form = composer();
  for (const name of ["seen", "confirmed", "to"]) delete form?.dataset[name];
  hideQuestion();
  show();
});

/* --- the amber line --- */

const question = () => document.getElementById("composer-question");
function hideQuestion() {
  const box = question();
  if (box) box.hidden = true;
}

const goesTo = () => {
  const box = document.getElementById("composer-to");
  return box ? `${box.textContent.trim()} ${box.dataset.usualCopies ?? ""}` : "";
};

/** From the first word on it is known what the writer had seen, and to whom they write. */
function noteBeginning(form) {
  const recipient = goesTo();
  if (!textIn(form, "public")) {
    for (const name of ["seen", "confirmed", "to"]) delete form.dataset[name];
    return;
  }
  form.dataset.seen ??= String(lastShown());
  form.dataset.to ??= recipient;
}

function answersOfOthers(form) {
  const seen = Number(form.dataset.seen ?? Infinity);
  return messages().filter((one) => {
    const theirs = one.dataset.author && Number(one.dataset.author) !== me();
    return theirs && one.dataset.side === "out" && !("withdrawn" in one.dataset) && numberOf(one) > seen;
  });
}

function whatToSay(form, notice) {
  if (form.dataset.mode !== "public" || !(question()?.hidden ?? true)) return null;
  const answers = answersOfOthers(form);
  if (answers.length) return { text: notice.dataset.answered.replace("%s", answers[0].dataset.name), read: answers[0] };
  const writing = writers();
  if (writing.length) {
    return { text: notice.dataset.writing.replace("%s", writing.map((one) => one.who).join(", ")), writing: true };
  }
  const recipient = goesTo();
  if (form.dataset.to !== undefined && form.dataset.to !== recipient) return { text: notice.dataset.recipient };
  return null;
}

function showNotice() {
  const form = composer();
  const notice = document.getElementById("composer-notice");
  if (!form || !notice) return;
  noteBeginning(form);
  const said = whatToSay(form, notice);
  const [read, sendAnyway] = notice.querySelectorAll("[data-read-first], [data-send-anyway]");
  const text = notice.querySelector("[data-notice-text]");
  notice.hidden = !said;
  read.hidden = !said?.read;
  read.dataset.readFirst = said?.read ? String(numberOf(said.read)) : "";
  if (!said?.writing) delete notice.dataset.asking;
  sendAnyway.hidden = !("asking" in notice.dataset);
  if (text.textContent !== (said?.text ?? "")) text.textContent = said?.text ?? "";
}

function show() {
  showPeople();
  showNotice();
}
setInterval(show, 1000);

/* --- sending --- */

const isComposer = (element) => element?.matches?.("[data-composer]");

// Before the composer's own listener: somebody who is asked first sends nothing yet.
document.addEventListener("htmx:confirm", (event) => {
  const form = event.detail.elt;
  const notice = document.getElementById("composer-notice");
  if (!isComposer(form) || !notice || form.dataset.mode !== "public" || form.dataset.confirmed) return;
  if (!writers().length || answersOfOthers(form).length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const then = form.querySelector("[name=then]");
  notice.dataset.asking = "";
  const button = notice.querySelector("[data-send-anyway]");
  button.dataset.then = then.value;
  then.value = "";
  showNotice();
  button.focus();
}, true);

document.addEventListener("htmx:configRequest", (event) => {
  const form = event.detail.elt;
  if (isComposer(form)) event.detail.parameters.seen = form.dataset.seen ?? String(lastShown());
});

on("click", "[data-send-anyway]", (_event, button) => {
  const form = button.closest("form");
  const known = Number(button.dataset.sendAnyway);
  if (known) form.dataset.seen = String(known);
  form.dataset.confirmed = "yes";
  form.querySelector("[name=then]").value = button.dataset.then ?? "";
  delete document.getElementById("composer-notice")?.dataset.asking;
  hideQuestion();
  form.requestSubmit();
});

on("click", "[data-read-first]", (_event, button) => {
  const form = button.closest("form");
  const message = document.getElementById(`message-${button.dataset.readFirst}`);
  form.dataset.seen = String(lastShown());
  hideQuestion();
  showNotice();
  if (!message) return;
  message.scrollIntoView({ block: "center" });
  message.toggleAttribute("data-shown", true);
  setTimeout(() => message.removeAttribute("data-shown"), 4000);
  document.getElementById("conversation-scroll")?.focus({ preventScroll: true });
});

// The server's question arrives in its place: the keyboard goes there too.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "composer-question") return;
  const box = question();
  if (!box?.hasAttribute("data-question")) return;
  showNotice();
  box.querySelector("[data-read-first]")?.focus();
});
