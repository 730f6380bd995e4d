// What is asked beside the conversation: who you are, a message for later, where to send a copy; and the menu.
import { $, word } from "./dom.js";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function openForms({ settings, server, store, hasSession, isSigned, state, begin, leaveNote, apply, composer, answers, log }) {
  let isSkipped = false;
  let isNoteSent = false;
  const asks = settings.ask_name !== "no" || settings.ask_email !== "no";

  /** Is there something to ask before the first line? Then it is asked now, and the line waits in its field. */
  function asksFirst() {
    if (!asks || isSkipped || hasSession() || isSigned() || store.get("details")) return false;
    show({ details: true });
    $("details").querySelector("input").focus();
    log.toEnd();
    return true;
  }

  /** One thing at a time at the foot: the field for lines, or what is asked. */
  function show({ details = false, copy = false } = {}) {
    const now = state();
    const away = !now.open && !now.going && !isNoteSent;
    $("details").hidden = !details;
    const held = details ? composer.value().trim() : "";
    $("first-line").hidden = !held;
    $("first-line").querySelector(".bubble").textContent = held;
    $("copy").hidden = !copy;
    $("away").hidden = !away || details || copy;
    $("composer").hidden = details || copy || away || (isNoteSent && !now.open && !now.going);
    $("ended").hidden = !now.ended || now.going || !now.open;
    $("ended-copy").hidden = Boolean(now.transcript);
    $("menu-open").hidden = !("going" in now) || !(now.going || now.ended);
    $("menu-end").hidden = !now.going;
    if (away && isSigned()) $("away").querySelectorAll("label:has([name=name])").forEach((one) => (one.hidden = true));
    $("away").querySelector("[name=email]").closest("label").hidden = Boolean(now.has_email);
  }

  function complain(form, words, field) {
    const place = form.querySelector(".error");
    place.textContent = words;
    place.hidden = !words;
    form.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
    if (field) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
    }
    return !words;
  }

  function check(form) {
    for (const field of form.querySelectorAll("input,textarea")) {
      if (field.closest("[hidden]")) continue;
      const value = field.value.trim();
      if (field.name === "email" && (value ? !EMAIL.test(value) : field.required)) return complain(form, word("needEmail"), field);
      if (field.required && !value) return complain(form, word(field.name === "name" ? "needName" : "needText"), field);
    }
    return complain(form, "");
  }

  const valueOf = (form, name) => form.querySelector(`[name=${name}]`)?.value.trim() ?? "";

  /** A form that does one thing, once at a time, and says what went wrong. */
  function onSubmit(form, act) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("[type=submit]");
      if (button.disabled || !check(form)) return;
      button.disabled = true;
      try {
        await act();
      } catch (error) {
        complain(form, error.message && error.status ? error.message : word("trouble"));
      } finally {
        button.disabled = false;
      }
    });
  }

  onSubmit($("details"), async () => {
    const details = { name: valueOf($("details"), "name"), email: valueOf($("details"), "email") };
    await begin(details);
    store.set("details", details);
    show();
    composer.submit();
    composer.focus();
  });
  $("details-skip")?.addEventListener("click", () => {
    isSkipped = true;
    show();
    composer.submit();
    composer.focus();
  });

  // Nobody is there: all the better if the answer is.
  const message = $("away").querySelector("[name=text]");
  answers.watch({
    field: message,
    send: () => message.focus(),
    done() {
      message.value = "";
      composer.notice(word("glad"));
      message.focus();
    },
  });

  onSubmit($("away"), async () => {
    answers.hide();
    await leaveNote({ name: valueOf($("away"), "name"), email: valueOf($("away"), "email") }, valueOf($("away"), "text"));
    $("away").reset();
    isNoteSent = true;
    show();
    $("notice").textContent = word("noteSent");
    $("notice").hidden = false;
    $("scroll").focus();
  });

  // A copy of the conversation

  async function sendCopy(email = "") {
    const answer = await server.post("transcript/", { email });
    apply(answer.state);
    composer.notice(word(answer.state.going ? "copyLater" : "copyNow", { email: answer.sent_to }));
  }

  async function askCopy() {
    closeMenu();
    if (state().has_email) {
      await sendCopy().catch((error) => composer.notice(error.message || word("trouble")));
      composer.focus();
      return;
    }
    show({ copy: true });
    $("copy").querySelector("input").focus();
  }

  onSubmit($("copy"), async () => {
    await sendCopy(valueOf($("copy"), "email"));
    show();
    composer.focus();
  });
  $("copy-cancel").addEventListener("click", () => {
    show();
    composer.focus();
  });
  $("ended-copy").addEventListener("click", askCopy);

  // The menu

  const items = () => [...$("menu").querySelectorAll("[role=menuitem]")].filter((one) => !one.hidden);
  function openMenu() {
    $("menu").hidden = false;
    $("menu-open").setAttribute("aria-expanded", "true");
    items()[0]?.focus();
  }
  function closeMenu() {
    $("menu").hidden = true;
    $("menu-open").setAttribute("aria-expanded", "false");
  }
  $("menu-open").addEventListener("click", () => ($("menu").hidden ? openMenu() : closeMenu()));
  $("menu").addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      closeMenu();
      $("menu-open").focus();
    } else if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length).focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!$("menu").hidden && !event.target.closest(".menu-place")) closeMenu();
  });
  $("menu-copy").addEventListener("click", askCopy);
  $("menu-end").addEventListener("click", async () => {
    closeMenu();
    await server.post("end/").then((answer) => apply(answer.state), () => composer.notice(word("trouble")));
    composer.focus();
  });
  for (const id of ["details", "copy"]) {
    $(id).addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      show();
      composer.focus();
    });
  }

  return { asksFirst, show: () => { if ($("details").hidden && $("copy").hidden) show(); }, begun: () => { isSkipped = true; } };
}
