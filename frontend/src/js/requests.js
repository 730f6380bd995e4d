// What htmx should do when something goes wrong: say it, lose nothing, send the person to sign in when the session ended.
import { announce, showToast } from "./toasts.js";
import { word } from "./page.js";
import { tellLost } from "./socket.js";

// Nobody pressed anything when these ask.
const LOOKS_BY_ITSELF = new Set(["list-pane", "conversation"]);

document.addEventListener("htmx:beforeSwap", (event) => {
  const signIn = document.body.dataset.signIn;
  const landed = event.detail.xhr.responseURL;
  if (!signIn || !landed || new URL(landed).pathname !== signIn || location.pathname === signIn) return;
  event.detail.shouldSwap = false;
  // The page never goes away under somebody's hands.
  if (LOOKS_BY_ITSELF.has(event.detail.elt.id)) tellLost("signedOut");
  else location.assign(`${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

/** A region that fetches itself says in its own place that it could not, and offers to try again. */
function failedInPlace(element) {
  if (!element?.dataset?.loadError) return false;
  const line = document.createElement("p");
  line.className = "text-muted-foreground flex flex-wrap items-center gap-2";
  line.textContent = element.dataset.loadError;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "quiet-link";
  again.textContent = element.dataset.retry;
  again.addEventListener("click", () => element.dispatchEvent(new Event("retry")));
  line.append(again);
  element.replaceChildren(line);
  return true;
}

function tellRefused(xhr) {
  const plain = xhr.getResponseHeader("content-type")?.startsWith("text/plain");
  const told = plain ? xhr.responseText.slice(0, 300) : "";
  const key = xhr.status === 404 ? "gone" : xhr.status === 403 ? "forbidden" : "server-error";
  showToast({ tone: "error", text: told || word(key), key: "request" });
}
document.addEventListener("htmx:responseError", (event) => {
  if (!failedInPlace(event.detail.elt)) tellRefused(event.detail.xhr);
});

// A live look may be quicker than the answer and take the button away that asked ("Solve" of a solved ticket). What
// htmx then tells that button nobody hears.
document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr } }) => {
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState !== XMLHttpRequest.DONE || elt.isConnected || !xhr.status) return;
    const facts = xhr.getResponseHeader("HX-Trigger");
    if (facts) announce(facts);
    if (xhr.status >= 400) tellRefused(xhr);
  });
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    // The page says by itself when it has no connection.
    if (failedInPlace(event.detail.elt) || LOOKS_BY_ITSELF.has(event.detail.elt.id)) return;
    showToast({ tone: "error", text: word("offline"), key: "request" });
  });
}
