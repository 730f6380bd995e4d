// Files of a draft: each uploads by itself with its progress, and is named when it failed.
import { csrfToken, on, post } from "./page.js";

const running = new WeakMap();

/** Promises of the uploads under way; they never reject. */
export const uploadsOf = (form) => [...(running.get(form) ?? [])];

export function takeFiles(form, files) {
  for (const file of files) upload(form, file);
}

function chipFor(file) {
  const chip = document.createElement("li");
  chip.className = "file-chip";
  chip.dataset.progress = "0";
  const name = document.createElement("span");
  name.className = "max-w-44 truncate";
  name.dir = "auto";
  name.textContent = file.name;
  const state = document.createElement("span");
  state.className = "text-muted-foreground tabular-nums";
  state.textContent = "0 %";
  chip.append(name, state);
  return { chip, state };
}

function upload(form, file) {
  const mode = form.dataset.mode;
  const list = form.querySelector(`[data-files="${mode}"]`);
  const { chip, state } = chipFor(file);
  list.append(chip);
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.filesUrl);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = `${Math.round((100 * event.loaded) / event.total)}`;
    chip.style.setProperty("--progress", `${percent}%`);
    state.textContent = `${percent} %`;
  });
  const body = new FormData();
  body.set("audience", mode);
  body.set("file", file, file.name || "picture.png");
  const done = new Promise((resolve) => {
    request.addEventListener("loadend", () => {
      if (request.status === 201) place(chip, request.responseText);
      else fail(chip, request);
      running.get(form)?.delete(done);
      resolve();
    });
  });
  if (!running.has(form)) running.set(form, new Set());
  running.get(form).add(done);
  request.send(body);
}

/** The server's own chip, in the place of the one that showed progress. */
function place(chip, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  chip.replaceWith(document.importNode(page.body.firstElementChild, true));
}

function fail(chip, request) {
  const plain = request.getResponseHeader("content-type")?.startsWith("text/plain");
  const name = chip.firstElementChild.textContent;
  const text = plain && request.responseText ? request.responseText : `${name}: ${request.status || "?"}`;
  document.dispatchEvent(new CustomEvent("toast", { detail: { tone: "error", text } }));
  chip.remove();
}

on("click", "[data-detach]", async (_event, button) => {
  const chip = button.closest("[data-file]");
  const response = await post(button.dataset.detach).catch(() => null);
  if (response?.ok) chip.remove();
});
