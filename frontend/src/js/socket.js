// The desk's socket: one a page. Every fact that arrives is told to the page as a DOM event `desk-fact` (its detail is
// the fact) before anything else; modules of other bundles send by the event `desk-send` (its detail is the message).
// It comes back by itself after a gap, spread so that a whole room of desks does not knock at once, and tells
// `desk-back` when something may have been missed.

const BEAT = 20_000;
const LOST_AFTER = 10_000;
const LONGEST_PAUSE = 30_000;
// Not signed in, not our page: knocking again changes nothing.
const CLOSED_FOR_GOOD = new Set([4401, 4403]);

let socket = null;
let attempt = 0;
let wasOpen = false;
let lostTimer = null;
let fallback = null;
const unsent = [];

const tell = (name, detail = {}) => document.dispatchEvent(new CustomEvent(name, { detail }));
const isOpen = () => socket?.readyState === WebSocket.OPEN;

/** Sends now, or not at all: true when it left. What must arrive goes by a request, not by the socket. */
export function send(message) {
  if (!isOpen()) return false;
  socket.send(JSON.stringify(message));
  return true;
}
/** What the server has to know whenever we are connected, like what is on the screen: said again after each gap. */
export function announce(key, message) {
  const known = unsent.findIndex((entry) => entry.key === key);
  if (known >= 0) unsent.splice(known, 1);
  if (message) unsent.push({ key, message });
  if (message) send(message);
}
document.addEventListener("desk-send", (event) => send(event.detail));

/** Says in the page that it hears nothing: not for a hiccup, and with words set now so that they are read aloud. */
export function tellLost(words) {
  const box = document.getElementById("connection-lost");
  if (!box) return;
  box.hidden = !words;
  box.textContent = words ? box.dataset[words] : "";
}

/** Full jitter: anywhere between half a second and a bound that grows by half each time: after a restart of some
 * seconds a room of desks is back in some seconds, each at another moment. */
function pauseBefore(tries) {
  const bound = Math.min(LONGEST_PAUSE, 1000 * 1.5 ** Math.min(tries, 10));
  return 500 + Math.random() * (bound - 500);
}

function opened() {
  attempt = 0;
  clearInterval(fallback);
  clearTimeout(lostTimer);
  fallback = lostTimer = null;
  tellLost("");
  document.body.dataset.socket = "open";
  for (const { message } of unsent) send(message);
  // At first, too: something may have happened since the page was written.
  tell("desk-back", { isFirst: !wasOpen });
  wasOpen = true;
}

function closed(event) {
  document.body.dataset.socket = "closed";
  if (CLOSED_FOR_GOOD.has(event.code)) {
    clearTimeout(lostTimer);
    clearInterval(fallback);
    tellLost("signedOut");
    return;
  }
  fallback ??= setInterval(() => tell("desk-back"), 15_000);
  lostTimer ??= setTimeout(() => tellLost("text"), LOST_AFTER);
  setTimeout(connect, pauseBefore(attempt));
  attempt += 1;
}

function heard(event) {
  let fact;
  try {
    fact = JSON.parse(event.data);
  } catch {
    return;
  }
  tell("desk-fact", fact);
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/ws/desk/`);
  socket.addEventListener("open", opened);
  socket.addEventListener("message", heard);
  socket.addEventListener("close", closed);
}

document.addEventListener("DOMContentLoaded", () => {
  if (!document.body.hasAttribute("data-desk-socket")) return;
  connect();
  setInterval(() => send({ type: "seen" }), BEAT);
});
