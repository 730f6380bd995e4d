// What htmx should do when something goes wrong: say it, lose nothing, send the person to sign in when the session ended.
import { showToast } from "./toasts.js";
import { word } from "./page.js";

document.addEventListener("htmx:beforeSwap", (event) => {
  const signIn = document.body.dataset.signIn;
  const landed = event.detail.xhr.responseURL;
  if (signIn && landed && new URL(landed).pathname === signIn && location.pathname !== signIn) {
    event.detail.shouldSwap = false;
    location.assign(`${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
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

document.addEventListener("htmx:responseError", (event) => {
  if (failedInPlace(event.detail.elt)) return;
  const { status } = event.detail.xhr;
  const plain = event.detail.xhr.getResponseHeader("content-type")?.startsWith("text/plain");
  const told = plain ? event.detail.xhr.responseText.slice(0, 300) : "";
  const key = status === 404 ? "gone" : status === 403 ? "forbidden" : "server-error";
  showToast({ tone: "error", text: told || word(key), key: "request" });
});

// Nobody pressed anything: the page says by itself when it has no connection.
const LOOKS_BY_ITSELF = new Set(["list-pane", "conversation"]);
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (failedInPlace(event.detail.elt) || LOOKS_BY_ITSELF.has(event.detail.elt.id)) return;
    showToast({ tone: "error", text: word("offline"), key: "request" });
  });
}
