// The contact form: answers that may fit, while the question is typed. Sending never waits for them.
import "./asked-when.js";

const form = document.querySelector("form[data-answers]");
const PAUSE_MS = 400;

if (form) {
  const place = form.querySelector("[data-answers-place]");
  const told = form.querySelector("[data-answers-told]");
  const questions = [form.elements.subject, form.elements.text];
  let timer = null;
  let running = null;
  let asked = "";

  form.elements.asked.value = "1"; // what fits is shown here, before "Send" is pressed

  const words = () => questions.map((field) => field.value.trim()).join(" ").trim();

  function body(more = {}) {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(more)) data.append(name, value);
    return data;
  }

  async function post(address, more, signal) {
    const answer = await fetch(address, { method: "POST", body: body(more), signal, credentials: "same-origin" });
    return answer.ok ? answer.text() : null;
  }

  async function suggest() {
    const value = words();
    if (value === asked || value.length < 8 || !value.includes(" ")) return;
    asked = value;
    running?.abort();
    running = new AbortController();
    const more = { subject: form.elements.subject.value, text: form.elements.text.value };
    const html = await post(form.dataset.answers, more, running.signal).catch(() => null);
    if (html !== null && asked === value) show(html);
  }

  /** The same answers again stay as they are, opened or not; none keeps the last ones, somebody may be reading. */
  function show(html) {
    const made = document.createElement("template");
    made.innerHTML = html;
    const fresh = made.content.querySelector("[data-ids]");
    const shown = place.querySelector("[data-ids]");
    if (!fresh || fresh.dataset.ids === shown?.dataset.ids || shown?.querySelector("details[open]")) return;
    place.replaceChildren(fresh);
    told.textContent = fresh.dataset.told;
  }

  for (const field of questions) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(suggest, PAUSE_MS);
    });
    field.addEventListener("change", suggest);
  }

  // What an answer says is fetched when it is opened.
  place.addEventListener("toggle", async (event) => {
    const one = event.target;
    const text = one.querySelector("[data-article]");
    if (!one.open || !text || text.dataset.article === "") return;
    const address = text.dataset.article;
    text.dataset.article = "";
    const html = await post(address).catch(() => null);
    if (html === null) text.dataset.article = address; // the line that is there stays, and opening it again tries again
    else text.innerHTML = html;
  }, true);

  // Who says that it is solved sends no files along.
  form.addEventListener("submit", (event) => {
    const isSolved = event.submitter?.name === "solved";
    if (isSolved) form.querySelectorAll("input[type=file]").forEach((field) => (field.disabled = true));
  });
  window.addEventListener("pageshow", () => form.querySelectorAll("input[type=file]").forEach((field) => (field.disabled = false)));
}
