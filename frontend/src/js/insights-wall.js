// The wall board: looks again every few seconds for as long as it hangs there, whatever becomes of the line.
const wall = document.getElementById("wall");
const tiles = document.getElementById("wall-tiles");
const lost = document.getElementById("wall-lost");
const full = document.getElementById("wall-full");
const EVERY = 5000;
const ANEW = 6 * 3600 * 1000; // then the page itself comes anew, with whatever was installed meanwhile
const begun = Date.now();
let since = null;

function say(words) {
  lost.textContent = words;
  lost.hidden = !words;
}

async function look() {
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
  setTimeout(look, EVERY);
}
setTimeout(look, EVERY);

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
