// What calls an agent while they look elsewhere: a tone made here, a notification of the browser.
// Each thing calls once, however many pages of the desk are open.
import { on, post, word } from "./page.js";
import { showToast } from "./toasts.js";
import { TONES } from "./tones.js";

const KEPT = "carecenter-me";
const CALLED = "carecenter-called-";
const WAIT_FOR_FOCUSED = 160;
const nav = () => document.querySelector("[data-me]");
let me = { state: "available", sounds: [], notices: [] };
let audio = null;

/* --- the tones: browsers let a page sound only after somebody touched it --- */

for (const type of ["pointerdown", "keydown"]) {
  document.addEventListener(type, () => {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume();
  }, { capture: true, passive: true });
}

export function ring(kind) {
  if (!audio || audio.state !== "running") return false;
  document.body.dataset.rang = kind;
  let at = audio.currentTime + 0.02;
  for (const [pitch, seconds] of TONES[kind] ?? TONES.chat_line) {
    const wave = audio.createOscillator();
    const volume = audio.createGain();
    wave.type = "sine";
    wave.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.16, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    wave.connect(volume).connect(audio.destination);
    wave.start(at);
    wave.stop(at + seconds);
    at += seconds * 0.8;
  }
  return true;
}

/* --- calling --- */

/** True for the first page that asks about this thing; for a while all others leave it alone. */
function isFirst(key) {
  const name = CALLED + key;
  try {
    if (Date.now() - Number(localStorage.getItem(name) ?? 0) < 600_000) return false;
    localStorage.setItem(name, String(Date.now()));
    for (const old of Object.keys(localStorage)) {
      if (old.startsWith(CALLED) && Date.now() - Number(localStorage.getItem(old)) > 3_600_000) localStorage.removeItem(old);
    }
  } catch {
    return true;
  }
  return true;
}

const isLookedAt = (shown) => document.hasFocus() && Boolean(shown && document.querySelector(shown));

/** `shown`: what stands on the page when somebody sees it already. `own`: theirs even while they are away. */
function call(kind, { key, shown = "", text = "", url = "", own = false }) {
  if (isLookedAt(shown)) {
    isFirst(key);
    return;
  }
  setTimeout(() => {
    if (me.state === "away" && !own) return;
    if (!isFirst(key)) return;
    if (me.sounds.includes(kind)) ring(kind);
    if (me.notices.includes(kind) && !document.hasFocus()) notify(kind, text, url, key);
  }, document.hasFocus() ? 0 : WAIT_FOR_FOCUSED + Math.random() * 60);
}

function notify(kind, text, url, key) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notice = new Notification(word(`alert-${kind}`), { body: text.slice(0, 120), tag: key, icon: "/static/favicon.svg" });
  notice.addEventListener("click", () => {
    window.focus();
    if (url) location.assign(url);
    notice.close();
  });
}

/* --- which facts call --- */

const chatSpoke = new Map();
const mine = () => `user:${nav()?.dataset.me}`;
const chatsUrl = () => document.querySelector("[data-nav=chats]")?.getAttribute("href") ?? "";
const ticketUrl = (ticket) => `${nav().dataset.deskUrl}tickets/${ticket}/`;

function heard(fact) {
  if (!nav()) return;
  const isMine = String(fact.assignee) === nav().dataset.me;
  if (fact.name === "chat.line") {
    chatSpoke.set(fact.ticket, Date.now());
    if (fact.line?.side === "in") {
      const shown = `.chat[data-contact="${fact.contact}"]:not([hidden])`;
      const url = `${chatsUrl()}?chat=${fact.contact}`;
      call("chat_line", { key: `line-${fact.line.position}`, shown, text: `${fact.line.author}: ${fact.line.text}`, url, own: true });
    } else if (!fact.line) {
      call("chat_waiting", { key: `waiting-${fact.contact}`, url: chatsUrl() });
    }
  } else if (fact.name === "ticket.assigned" && isMine && fact.actor !== mine()) {
    call("assigned", { key: `event-${fact.event}`, shown: `#ticket-pane[data-ticket="${fact.ticket}"]`, url: ticketUrl(fact.ticket) });
  } else if (fact.name === "message.received" && isMine) {
    // A line of a chat has called already, or does in a moment.
    setTimeout(() => {
      if (Date.now() - (chatSpoke.get(fact.ticket) ?? 0) < 5000) return;
      call("answered", { key: `event-${fact.event}`, shown: `#ticket-pane[data-ticket="${fact.ticket}"]`, url: ticketUrl(fact.ticket) });
    }, 600);
  } else if (fact.name === "agent.presence_changed" && String(fact.id) === nav().dataset.me && fact.state !== "offline") {
    know({ ...me, state: fact.state });
  } else if (fact.name === "follow_up.given") {
    showToast({ tone: "warning", text: word("follow-up-given"), key: `follow-up-${fact.id}`, seconds: 15 });
  }
}
document.addEventListener("desk-fact", (event) => heard(event.detail));

/* --- oneself: available or away --- */

function know(state) {
  me = state;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...me, user: nav()?.dataset.me, at: Date.now() }));
  } catch {
    // Nothing is kept: the next page asks again.
  }
  showPresence();
}

function showPresence() {
  for (const dot of document.querySelectorAll("[data-own-presence]")) {
    dot.hidden = false;
    dot.dataset.state = me.state;
    dot.title = word(`presence-${me.state}`);
  }
  for (const item of document.querySelectorAll("[data-presence]")) {
    if (item.dataset.presence === me.state) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

async function learn() {
  const here = nav();
  if (!here?.dataset.meUrl) return;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (kept && kept.user === here.dataset.me && Date.now() - kept.at < 120_000 && !document.querySelector("[data-alerts-form]")) {
      me = kept;
      showPresence();
      return;
    }
  } catch {
    // Unreadable: ask.
  }
  const answer = await fetch(here.dataset.meUrl, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok && answer.headers.get("content-type")?.includes("json")) know(await answer.json());
}

on("click", "[data-presence]", async (_event, item) => {
  const body = new FormData();
  body.set("state", item.dataset.presence);
  const answer = await post(nav().dataset.presenceUrl, body).catch(() => null);
  if (answer?.ok) know({ ...me, state: item.dataset.presence });
  else document.dispatchEvent(new CustomEvent("toast", { detail: { tone: "error", text: word("offline"), key: "presence" } }));
});

/* --- the settings page --- */

on("click", "[data-hear]", (_event, button) => ring(button.dataset.hear));

function showPermission() {
  const line = document.querySelector("[data-notice-state]");
  if (!line) return;
  const state = "Notification" in window ? Notification.permission : "missing";
  if (state === "default") return;
  line.querySelector("[data-words]").textContent = line.dataset[state] ?? "";
  line.querySelector("[data-ask-notices]").hidden = true;
}
on("click", "[data-ask-notices]", async () => {
  await Notification.requestPermission();
  showPermission();
});
on("submit", "[data-alerts-form]", () => sessionStorage.removeItem(KEPT));

document.addEventListener("DOMContentLoaded", () => {
  learn();
  showPermission();
});
