// Where the visitor writes: text, emoji, files by button, drop or paste, and answers that may help before a person.
import { $, make, word } from "./dom.js";

const SUGGEST_MS = 500;

export function openComposer({ settings, store, server, log, say, sayFile, typing, forms }) {
  const text = $("text");
  let suggestTimer = null;
  let asked = "";
  let isHelped = false;
  let held = []; // files that wait for what is asked first

  function fit() {
    text.style.blockSize = "auto";
    text.style.blockSize = `${Math.min(text.scrollHeight, 132)}px`;
    $("send").disabled = !text.value.trim();
  }

  function setText(value) {
    text.value = value;
    store.set("draft", value || null);
    fit();
  }

  function submit() {
    const value = text.value.trim();
    if ((!value && !held.length) || forms().asksFirst()) return;
    held.splice(0).forEach(sayFile);
    if (!value) return;
    setText("");
    hideAnswers();
    say(value);
    log.toEnd();
  }

  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    text.focus();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  text.addEventListener("input", () => {
    fit();
    store.set("draft", text.value || null);
    if (text.value.trim()) typing();
    clearTimeout(suggestTimer);
    suggestTimer = setTimeout(suggest, SUGGEST_MS);
  });

  // Files

  function take(files) {
    for (const file of [...files].slice(0, 10)) {
      if (file.size > settings.file_limit) notice(word("tooLarge", { size: Math.floor(settings.file_limit / 1_000_000) }));
      else held.push(file);
    }
    if (held.length && !forms().asksFirst()) held.splice(0).forEach(sayFile);
  }

  function notice(words) {
    $("notice").textContent = words;
    $("notice").hidden = false;
    setTimeout(() => { if ($("notice").textContent === words) $("notice").hidden = true; }, 6000);
  }

  $("attach").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", () => {
    take($("file").files);
    $("file").value = "";
  });
  text.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    $("drop").hidden = false;
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("drop").hidden = true; });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    $("drop").hidden = true;
    if (hasFiles(event)) take(event.dataTransfer.files);
  });

  // Emoji: one stop for Tab, arrows inside

  const emoji = [...$("emoji").children];
  function showEmoji(yes) {
    $("emoji").hidden = !yes;
    $("emoji-open").setAttribute("aria-expanded", String(yes));
    if (yes) rove(emoji[0]);
  }
  function rove(one) {
    emoji.forEach((other) => (other.tabIndex = other === one ? 0 : -1));
    one.focus();
  }
  $("emoji-open").addEventListener("click", () => showEmoji($("emoji").hidden));
  $("emoji").addEventListener("click", (event) => {
    if (!emoji.includes(event.target)) return;
    text.setRangeText(event.target.textContent, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input"));
    showEmoji(false);
    text.focus();
  });
  $("emoji").addEventListener("keydown", (event) => {
    const at = emoji.indexOf(event.target);
    const width = emoji.findIndex((one) => one.offsetTop > emoji[0].offsetTop);
    const ahead = document.documentElement.dir === "rtl" ? -1 : 1;
    const step = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: width, ArrowUp: -width }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      showEmoji(false);
      $("emoji-open").focus();
    } else if (step && emoji[at + step]) {
      event.preventDefault();
      rove(emoji[at + step]);
    }
  });
  document.addEventListener("click", (event) => {
    if (!$("emoji").hidden && !event.target.closest("#emoji,#emoji-open")) showEmoji(false);
  });

  // Answers that are there already

  async function suggest() {
    const value = text.value.trim();
    if (!settings.suggest || isHelped || !log.isEmpty() || value.length < 6 || value === asked) return;
    asked = value;
    const found = await server.post("answers/", { text: value }).catch(() => ({ answers: [] }));
    if (asked !== value || !text.value.trim() || !log.isEmpty()) return;
    const list = $("suggestion-list");
    if (found.answers.map((one) => one.id).join() === [...list.children].map((one) => one.dataset.id).join()) return;
    list.replaceChildren(...found.answers.map(drawAnswer));
    $("suggestions").hidden = !found.answers.length;
  }

  function drawAnswer(answer) {
    const helped = make("button", { type: "button", class: "main", onclick: () => thanks(answer) }, word("helped"));
    const not = make("button", { type: "button", class: "soft", onclick: () => { hideAnswers(); submit(); text.focus(); } }, word("notHelped"));
    return make("details", { "data-id": answer.id, name: "answer" },
      make("summary", { dir: "auto" }, answer.title),
      make("div", { class: "answer", dir: "auto" }, ...answer.text.split(/\n{2,}/).map((part) => make("p", {}, part))),
      make("div", { class: "row" }, helped, not));
  }

  function thanks(answer) {
    server.post(`answers/${answer.id}/helped/`).catch(() => {});
    setText("");
    hideAnswers();
    isHelped = false;
    notice(word("glad"));
    text.focus();
  }

  function hideAnswers() {
    $("suggestions").hidden = true;
    $("suggestion-list").replaceChildren();
    asked = "";
  }

  $("suggestions-close").addEventListener("click", () => {
    hideAnswers();
    isHelped = true; // not again for this question
    text.focus();
  });

  text.value = store.get("draft") ?? "";
  fit();

  function focus() {
    if (matchMedia("(pointer:coarse)").matches) $("scroll").focus({ preventScroll: true });
    else if (!$("composer").hidden) text.focus();
    else document.querySelector("form:not([hidden]) input")?.focus();
  }

  return { focus, submit, notice, setText, value: () => text.value };
}
