// A question about how it went: a line of ours with its link becomes a card. What is clicked is sent at once, for here a
// person clicks, no mail scanner; it may be changed for a day. Without an answer of the server the link stays.
import { make } from "./dom.js";

const LINK = /\/s\/[a-z2-7]{26}\//;

/** The address of the question in a line, if it has one. */
export const questionIn = (line) => (line.side === "out" && LINK.exec(line.text)?.[0]) || "";

/** Puts the card in the bubble's place. `grow` does something that makes the log longer. */
export async function showQuestion(server, path, bubble, grow) {
  let question;
  try {
    question = await server.get(`${path}card/`);
  } catch (error) {
    if (error.status === 410) grow(() => bubble.replaceChildren(error.message));
    return;
  }
  const card = make("div", { class: "bubble rating" });
  const said = make("p", { class: "rating-said", role: "status" });
  const row = make("div", { class: "rating-row", role: "group", "aria-label": question.question, "data-look": question.look });
  const comment = make("textarea", { rows: 2, maxlength: 4000, dir: "auto", "aria-label": question.comment_label, placeholder: question.comment_label });
  const send = make("button", { type: "submit", class: "main" }, question.words.send);
  const more = make("form", { class: "rating-more", hidden: true }, comment, send);
  let score = question.score;
  comment.value = question.comment;

  const buttons = question.steps.map((step) => {
    const sign = question.look === "stars" ? "★" : step.sign;
    const button = make("button", { type: "button", title: step.label, "aria-label": step.label }, sign);
    button.addEventListener("click", () => keep(step.score, question.thanks));
    return button;
  });
  row.append(...buttons);
  card.append(make("p", { class: "rating-question" }, question.question), row);
  if (question.look === "numbers" && question.ends[0]) {
    card.append(make("p", { class: "rating-ends", "aria-hidden": "true" }, ...question.ends.map((end) => make("span", {}, end))));
  }
  card.append(said, more);
  more.addEventListener("submit", (event) => {
    event.preventDefault();
    if (score !== null) keep(score, question.words.thank_you, true);
  });

  function show() {
    buttons.forEach((button, place) => {
      const its = question.steps[place].score;
      button.setAttribute("aria-pressed", String(its === score));
      button.classList.toggle("on", score !== null && (question.look === "stars" ? its <= score : its === score));
    });
    more.hidden = score === null;
  }

  async function keep(chosen, thanks, isLast = false) {
    const before = score;
    score = chosen;
    grow(show);
    const body = new FormData();
    body.set("score", chosen);
    body.set("comment", comment.value);
    send.disabled = true;
    try {
      await server.post(`${path}card/`, body);
      grow(() => (said.textContent = thanks));
      if (isLast) grow(() => (more.hidden = true));
    } catch (error) {
      score = before;
      grow(() => {
        show();
        said.textContent = error.message || question.words.trouble;
      });
    } finally {
      send.disabled = false;
    }
  }

  grow(() => {
    show();
    bubble.replaceWith(card);
  });
}
