// The chat inside its frame: puts the parts together.
import { openAnswers } from "./answers.js";
import { openComposer } from "./composer.js";
import { $, inkOn, moment, word } from "./dom.js";
import { openForms } from "./forms.js";
import { openLive } from "./live.js";
import { openLog } from "./log.js";
import { openOutbox } from "./outbox.js";
import { openParent } from "./parent.js";
import { openServer } from "./server.js";
import { openStore } from "./store.js";

const settings = JSON.parse(document.body.dataset.settings);
const store = openStore(settings.key);
const token = () => store.get("token") ?? "";
const server = openServer(settings.key, token, () => store.get("visitor") ?? "");
const tabs = channel(`carecenter-${settings.key}`);

let state = settings.state;
let page = {};
let userToken = "";
let cursor = 0;
let readTo = 0;
let catching = null;
let isCut = false;
let typingTimer = null;

const outbox = openOutbox({
  key: settings.key,
  store,
  server,
  begin,
  onChange() {
    log.showWaiting();
    tabs?.postMessage("outbox");
  },
  onTaken(line) {
    cut(false);
    showLines([line]);
    live.start();
    refreshSoon();
  },
  onTrouble() {
    forget();
    outbox.soon();
    return false;
  },
  onLater: () => cut(!navigator.onLine || !live.isOpen()),
});
const log = openLog({ server, outbox });
const live = openLive({ token, onFact, onOpen: () => { cut(false); catchUp(); outbox.soon(); }, onClosed: () => {}, poll: catchUp });
const parent = openParent({ settings, onHello, onOpen, onClose: () => { live.attend(false); showUnread(); }, onPage: told });
const answers = openAnswers({ settings, store, server, log, newId: () => newId() });
const composer = openComposer({ settings, store, log, answers, say, sayFile, typing, forms: () => forms });
const forms = openForms({ settings, server, store, hasSession: () => Boolean(token()), isSigned: () => Boolean(userToken), state: () => state, begin, leaveNote, apply, composer, answers, log });

/** The other tabs of the site; null where the browser keeps frames apart. */
function channel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}

// The session

/** Sure of a session: the one there is, or a new one with what we know of the visitor. Throws what the server says. */
async function begin(details = {}) {
  if (token()) return true;
  const known = { ...store.get("details"), ...details };
  const answer = await server.post("sessions/", { ...page, ...known, user_token: userToken, language: navigator.language });
  if (answer.trouble) parent.tell("trouble", { text: answer.trouble });
  store.set("token", answer.token);
  tabs?.postMessage("session");
  apply(answer.state);
  live.start();
  return true;
}

/** Go on with the chat that this browser has begun, if whoever sits here now is still the same. */
async function resume() {
  if (!token() && !userToken) return;
  try {
    const answer = await server.post("sessions/", { ...page, only_resume: true, user_token: userToken, language: navigator.language });
    if (answer.trouble) parent.tell("trouble", { text: answer.trouble });
    if (answer.is_known) {
      apply(answer.state);
      live.start();
      await catchUp();
    } else if (token()) forget();
  } catch {
    if (token()) live.start(); // no network: it comes by itself
  }
  outbox.soon();
}

function forget() {
  store.set("token", null);
  store.set("details", null);
  cursor = readTo = 0;
  live.stop();
  log.clear();
  log.showWaiting();
  apply({ open: state.open, opens_at: state.opens_at, wait: state.wait });
  tabs?.postMessage("session");
}

// Lines

function say(text) {
  outbox.add({ id: newId(), text, at: new Date().toISOString() });
}

function sayFile(file) {
  outbox.add({ id: newId(), file: file.name, size: file.size, at: new Date().toISOString() }, file);
}

async function leaveNote(details, text) {
  await begin(details);
  if (details.email || details.name) await server.post("sessions/", { ...page, ...details, user_token: userToken });
  const answer = await server.post("lines/", { id: newId(), text, note: true });
  if (answer.line) showLines([answer.line]);
  refreshSoon();
}

const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function catchUp() {
  catching ??= readOn().finally(() => (catching = null));
  return catching;
}

async function readOn() {
  if (!token()) return;
  try {
    let answer;
    do {
      answer = await server.get(`lines/?after=${cursor}`);
      if (answer.lines.length) cursor = answer.lines.at(-1).position;
      showLines(answer.lines);
    } while (answer.lines.length >= 200);
    cut(false);
    apply(answer.state);
  } catch (error) {
    if (error.status === 404) forget();
    else cut(true);
  }
}

let refreshTimer = null;
function refreshSoon() {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(catchUp, 250);
}

function showLines(lines) {
  const fresh = log.add(lines);
  const answers = fresh.filter((line) => line.side === "out");
  if (answers.length) showTyping(false);
  if (answers.some((line) => line.author !== state.agent)) refreshSoon(); // somebody took it
  if (fresh.length) forms.begun();
  markRead();
  showUnread();
}

// Facts of the socket

function onFact(fact) {
  if (fact.name === "chat.line") showLines([fact.line]);
  else if (fact.name === "chat.changed") refreshSoon();
  else if (fact.name === "chat.read" && fact.from !== "visitor") log.readByAgent(fact.to ?? 0);
  else if (fact.name === "chat.typing" && fact.from !== "visitor") showTyping(true, fact.author ?? fact.agent ?? state.agent);
}

function showTyping(yes, name = "") {
  clearTimeout(typingTimer);
  const stays = log.atEnd();
  $("typing").hidden = !yes;
  $("typing-words").textContent = yes ? word("typing", { name: name || word("somebody") }) : "";
  if (yes) typingTimer = setTimeout(() => showTyping(false), 6000);
  if (yes && stays) log.toEnd();
}

let toldTyping = 0;
function typing() {
  if (!state.going || Date.now() - toldTyping < 3000) return;
  toldTyping = Date.now();
  if (!live.say({ type: "typing" }) && token()) server.post("seen/", { typing: true }).catch(() => {});
}

// Reading

function markRead() {
  const position = log.lastOf("out");
  if (!parent.isOpen() || document.visibilityState !== "visible" || !log.atEnd() || position <= readTo) return;
  readTo = position;
  if (!live.say({ type: "read", to: position })) server.post("seen/", { read_to: position }).catch(() => {});
  showUnread();
}

function showUnread() {
  const count = parent.isOpen() ? 0 : log.unread(readTo);
  parent.tell("unread", { count, label: count ? `${document.title}, ${word("unread", { count })}` : document.title });
}

// How it stands

function apply(next) {
  const stays = log.atEnd();
  state = next;
  readTo = Math.max(readTo, next.read_to ?? 0);
  log.readByAgent(next.agent_read_to ?? 0);
  $("status").textContent = statusWords();
  $("face").textContent = ((next.going && next.agent) || $("title").textContent).trim().charAt(0).toLocaleUpperCase();
  $("panel").classList.toggle("closed", !next.open && !next.going);
  forms.show();
  if (stays) log.toEnd();
  showUnread();
}

function statusWords() {
  if (state.ended && state.open) return word("ended");
  if (state.agent && state.going) return word("with", { name: state.agent });
  if (state.going && state.place) return state.place === 1 ? word("next") : word("place", { place: state.place });
  if (state.going && state.answered) return word("taken");
  if (!state.open) return state.opens_at ? word("back", { when: moment(state.opens_at) }) : word("closed");
  if (state.wait === null || state.wait === undefined) return word("open");
  return state.wait <= 75 ? word("waitSoon") : word("wait", { minutes: Math.round(state.wait / 60) });
}

function cut(yes) {
  if (yes === isCut) return;
  isCut = yes;
  $("notice").textContent = yes ? word("offline") : "";
  $("notice").hidden = !yes;
  $("panel").classList.toggle("cut", yes);
  log.showWaiting();
}

// The page around us

function onHello(message) {
  told(message);
  if (!store.isOwn()) {
    store.borrow(message.kept, (all) => parent.tell("keep", { all }));
    if (!composer.value()) composer.setText(store.get("draft") ?? "");
    log.showWaiting();
  }
  const changed = message.user_token !== userToken;
  userToken = message.user_token ?? "";
  if (token() || (changed && parent.isOpen())) resume();
  else outbox.soon();
}

function onOpen(message) {
  told(message);
  live.attend(true);
  log.toEnd();
  composer.focus();
  markRead();
  if (!token() && userToken) resume();
  else server.get("state/").then(apply, () => {});
}

function told({ page_url = "", page_title = "", referrer = "" }) {
  page = { page_url, page_title, referrer };
  if (token()) live.say({ type: "page", page_url: page_url.slice(0, 800), page_title: page_title.slice(0, 200) });
}

tabs?.addEventListener("message", (event) => {
  if (event.data === "outbox") log.showWaiting();
  else if (!token()) forget();
  else resume();
});
window.addEventListener("online", () => { cut(false); live.hurry(); outbox.soon(); });
window.addEventListener("offline", () => cut(true));
window.addEventListener("pagehide", () => outbox.leave(word("failed")));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  live.hurry();
  markRead();
});
$("scroll").addEventListener("scroll", () => {
  if (log.atEnd()) $("newer").hidden = true;
  markRead();
});
$("newer").addEventListener("click", () => log.toEnd());

const style = document.documentElement.style;
const ink = inkOn(settings.color);
style.setProperty("--brand", settings.color);
style.setProperty("--ink", ink);
apply(state);
log.showWaiting();
parent.start({ color: settings.color, ink, label: document.title, borrows: !store.isOwn() });
