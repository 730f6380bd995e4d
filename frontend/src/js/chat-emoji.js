// A small box of what people use in a conversation.
const EMOJI = "😀 😄 😊 🙂 😉 😍 😅 😂 🤔 😮 😕 😟 😢 😡 👍 👎 👏 🙏 👋 💪 👌 🤝 ❤️ 💚 🎉 🎁 ⭐ ✨ 🔥 ✅ ❌ ⚠️ 📦 🚚 🛒 💳 📧 📞 📷 ☕".split(" ");

/** Fills the box once and puts what is chosen where the cursor is. */
export function emojiBox(button, box, field) {
  const close = () => {
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
  };
  button.addEventListener("click", () => {
    if (!box.childElementCount) box.append(...EMOJI.map(one));
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    if (!box.hidden) box.firstElementChild.focus();
  });
  box.addEventListener("click", (event) => {
    const chosen = event.target.closest("button");
    if (!chosen) return;
    field.setRangeText(chosen.textContent, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    field.focus();
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
      button.focus();
    } else if (step) {
      event.preventDefault();
      const all = [...box.children];
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!box.hidden && !box.contains(event.target) && !button.contains(event.target)) close();
  });
}

function one(character) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = character;
  return button;
}
