// Pages for customers and for signing in work without scripts; this only makes them nicer.
import "./dialogs.js";
import "./times.js";
import "./toasts.js";

// By whose clock office hours are told needs no word where the visitor's own clock shows the same.
const clockIn = (timeZone) => new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short", timeStyle: "short" }).format();
for (const place of document.querySelectorAll(".opening-zone")) {
  try {
    place.hidden = clockIn(place.dataset.zone) === clockIn(undefined);
  } catch {
    // A zone this browser does not know stays named.
  }
}
