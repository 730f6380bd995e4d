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

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  const plain = event.detail.xhr.getResponseHeader("content-type")?.startsWith("text/plain");
  const told = plain ? event.detail.xhr.responseText.slice(0, 300) : "";
  const key = status === 404 ? "gone" : status === 403 ? "forbidden" : "server-error";
  showToast({ tone: "error", text: told || word(key), key: "request" });
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => showToast({ tone: "error", text: word("offline"), key: "request" }));
}
