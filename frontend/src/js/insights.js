// The pages of numbers: filters that send themselves, explanations one can send away, and pictures once they are near.
const own = document.currentScript?.dataset.charts;

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-sends-itself]");
  if (form && event.target.type !== "date") form.requestSubmit();
});

for (const form of document.querySelectorAll("form[data-sends-itself]")) {
  form.querySelector("[type=submit]").hidden = !form.querySelector("[type=date]");
}

/* Escape sends an explanation away; it comes back when one leaves the card and returns. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const card of document.querySelectorAll(".number-card:is(:hover, :focus-within)")) card.dataset.quiet = "";
});
function wake(event) {
  const card = event.target.closest?.(".number-card");
  if (!card || card.contains(event.relatedTarget)) return;
  setTimeout(() => {
    if (!card.matches(":focus-within")) delete card.dataset.quiet;
  });
}
document.addEventListener("pointerout", wake);
document.addEventListener("focusout", wake);

/* At the end of a row an explanation opens to the other side. */
function place(event) {
  const card = event.target.closest?.(".number-card");
  if (!card) return;
  const box = card.getBoundingClientRect();
  const width = card.querySelector(".number-about").offsetWidth || 320;
  const room = document.getElementById("main").getBoundingClientRect();
  card.toggleAttribute("data-end", box.left + width > room.right - 8 && box.right - width > room.left);
}
document.addEventListener("pointerover", place);
document.addEventListener("focusin", place);

function loadCharts() {
  const script = document.createElement("script");
  script.src = own;
  document.head.append(script);
}

const pictures = document.querySelectorAll(".number-chart:has([data-plot])");
if (own && pictures.length) {
  for (const table of document.querySelectorAll(".number-table")) table.open = false;
  for (const picture of pictures) picture.querySelector("[data-plot]").hidden = false;
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      loadCharts();
    },
    { rootMargin: "300px" },
  );
  for (const picture of pictures) near.observe(picture);
}

/* How it stands now: looked at again right after a change that the desk's socket tells of, now and then for what only
 * time changes, and every few seconds while there is no socket. */
const present = document.getElementById("now");
if (present) {
  const FRESH = 1_050; // by then nobody is shown what was looked up before the change
  const WITHOUT_SOCKET = 5_000;
  const WITH_SOCKET = 20_000;
  let lookedAt = Date.now();
  let toldAt = 0;
  let timer = null;
  const look = () => {
    lookedAt = Date.now();
    timer = toldAt + FRESH > lookedAt + 100 ? setTimeout(look, FRESH) : null; // more came while it waited
    window.htmx.trigger(present, "look");
  };
  const soon = () => {
    toldAt = Date.now();
    if (!document.hidden) timer ??= setTimeout(look, FRESH);
  };
  document.addEventListener("desk-fact", soon);
  document.addEventListener("desk-back", soon);
  document.addEventListener("visibilitychange", soon);
  setInterval(() => {
    const pause = document.body.dataset.socket === "open" ? WITH_SOCKET : WITHOUT_SOCKET;
    if (Date.now() - lookedAt >= pause) soon();
  }, 1_000);
}

/* Tiles of one's own dashboard are moved by dragging too: dropped on another, one takes its place. */
let dragged = null;
const tileOf = (event) => event.target.closest?.("[data-ordered] > [data-tile]");
document.addEventListener("dragstart", (event) => {
  dragged = tileOf(event);
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const tile = tileOf(event);
  for (const one of document.querySelectorAll("[data-tile][data-over]")) if (one !== tile) delete one.dataset.over;
  if (!dragged || !tile || tile === dragged) return;
  event.preventDefault();
  tile.dataset.over = "";
});
document.addEventListener("drop", (event) => {
  const tile = tileOf(event);
  if (!dragged || !tile || tile === dragged) return;
  event.preventDefault();
  const form = dragged.querySelector("form[data-move]");
  form.elements.to.value = [...tile.parentElement.children].indexOf(tile);
  form.submit();
});
