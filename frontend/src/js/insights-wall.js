// The wall board: its socket says when something changed, then it looks again; without the socket it looks every few
// seconds, for as long as it hangs there, whatever becomes of the line.
const wall = document.getElementById("wall");
const tiles = document.getElementById("wall-tiles");
const lost = document.getElementById("wall-lost");
const full = document.getElementById("wall-full");
const EVERY = 5_000; // without a socket
const SELDOM = 20_000; // with one: for what only time changes
const FRESH = 1_050; // by then nobody is shown what was looked up before the change
const ANEW = 6 * 3600 * 1000; // then the page itself comes anew, with whatever was installed meanwhile
const begun = Date.now();
let since = null;
let timer = null;
let toldAt = 0;
let isLooking = false;
let isOpen = false;
let tries = 0;

function say(words) {
  lost.textContent = words;
  lost.hidden = !words;
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(look, pause);
}

async function look() {
  timer = null;
  if (isLooking) return;
  isLooking = true;
  const asked = Date.now();
  try {
    const answer = await fetch(wall.dataset.again, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(8000) });
    if (answer.status === 404 || answer.type === "opaqueredirect") {
      tiles.replaceChildren();
      say(wall.dataset.gone);
    } else if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      tiles.replaceChildren(...page.body.childNodes);
      since = null;
      say("");
      if (Date.now() - begun > ANEW) location.reload();
    } else {
      throw new Error(answer.status);
    }
  } catch {
    since ??= new Date();
    say(`${wall.dataset.lost} ${since.toLocaleTimeString(document.documentElement.lang)}`);
  }
  isLooking = false;
  later(toldAt + FRESH > asked + 50 ? FRESH : isOpen ? SELDOM : EVERY);
}
later(EVERY);

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const words = wall.dataset.token ? ["carecenter.wall", wall.dataset.token] : [];
  const socket = new WebSocket(`${scheme}://${location.host}/ws/wall/`, words);
  socket.addEventListener("open", () => {
    isOpen = true;
    tries = 0;
    document.body.dataset.socket = "open";
    later(0); // what was missed
  });
  socket.addEventListener("message", () => {
    if (toldAt + FRESH < Date.now()) later(FRESH); // else one is on its way, and looks again after it
    toldAt = Date.now();
  });
  socket.addEventListener("close", (event) => {
    isOpen = false;
    document.body.dataset.socket = "closed";
    tries += 1;
    later(EVERY);
    // A link that was switched off says so by its page; knocking again is for what may pass.
    const longest = event.code === 4401 || event.code === 4403 ? 300_000 : 30_000;
    setTimeout(connect, Math.random() * Math.min(longest, 1_000 * 1.5 ** Math.min(tries, 14)) + 500);
  });
}
connect();

/* The screen stays on where the browser lets us ask for it. */
const stay = () => navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stay());
stay();

if (document.fullscreenEnabled) {
  full.hidden = false;
  full.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
  document.addEventListener("fullscreenchange", () => {
    full.hidden = Boolean(document.fullscreenElement);
  });
}
