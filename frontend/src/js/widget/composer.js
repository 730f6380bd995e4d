// Where the visitor writes: text, emoji, files by button, drop or paste, and answers that may help before a person.
import { $, word } from "./dom.js";

export function openComposer({ settings, store, log, answers, say, sayFile, typing, forms }) {
  const text = $("text");
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
    answers.hide();
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
  });
  answers.watch({
    field: text,
    send() {
      submit();
      text.focus();
    },
    done() {
      setText("");
      notice(word("glad"));
      text.focus();
    },
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

  text.value = store.get("draft") ?? "";
  fit();

  function focus() {
    if (matchMedia("(pointer:coarse)").matches) $("scroll").focus({ preventScroll: true });
    else if (!$("composer").hidden) text.focus();
    else document.querySelector("form:not([hidden]) input")?.focus();
  }

  return { focus, submit, notice, setText, value: () => text.value };
}
