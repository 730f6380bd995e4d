// The help centre with a script: answers while one types, votes without a new page, where one is on a long page.
// Everything here works without it, a page later.
import "./help/find.js";
import "./help/vote.js";
import "./help/reading.js";
import "./help/chat.js";

for (const drop of document.querySelectorAll("[data-drop]")) {
  document.addEventListener("click", (event) => {
    if (!drop.contains(event.target)) drop.open = false;
  });
  drop.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drop.open) return;
    drop.open = false;
    drop.querySelector("summary").focus();
  });
}
