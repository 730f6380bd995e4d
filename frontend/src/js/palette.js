// The palette finds what is typed too: tickets, customers and saved views come below the commands.
import { on } from "./page.js";

const PAUSE = 180;
let timer = null;
let asked = 0;

const box = () => document.getElementById("palette-found");

async function look(words) {
  const place = box();
  if (!place) return;
  const mine = (asked += 1);
  const query = new URLSearchParams({ q: words });
  const response = await fetch(`${place.dataset.url}?${query}`, {
    credentials: "same-origin",
    headers: { "HX-Request": "true" },
  }).catch(() => null);
  const html = response?.ok && !response.redirected ? await response.text() : "";
  if (mine !== asked) return;
  place.innerHTML = html;
  const command = place.closest(".command");
  const input = command.querySelector("header input");
  const chosen = input.getAttribute("aria-activedescendant");
  command.refresh?.();
  // The commands stay where they were: what comes later does not move the choice.
  if (chosen && !document.getElementById(chosen)?.matches('[aria-hidden="true"]')) {
    document.getElementById(chosen)?.dispatchEvent(new MouseEvent("mousemove", { bubbles: true }));
  }
}

on("input", "#palette-input", (_event, input) => {
  clearTimeout(timer);
  asked += 1;
  const words = input.value.trim();
  timer = setTimeout(() => look(words), PAUSE);
});

on("focusin", "#palette-input", (_event, input) => {
  if (!input.value) look("");
});
