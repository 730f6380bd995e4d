// The editor's buttons. Pressed ones tell what the text at the cursor is.
const FORMATS = {
  bold: { tag: "B", on: (e) => e.bold(), off: (e) => e.removeBold() },
  italic: { tag: "I", on: (e) => e.italic(), off: (e) => e.removeItalic() },
  list: { tag: "UL", on: (e) => e.makeUnorderedList(), off: (e) => e.removeList() },
  numbers: { tag: "OL", on: (e) => e.makeOrderedList(), off: (e) => e.removeList() },
  quote: { tag: "BLOCKQUOTE", on: (e) => e.increaseQuoteLevel(), off: (e) => e.decreaseQuoteLevel() },
};

/** Wires the toolbar of one composer; the buttons act on the editor that is shown. */
export function toolbar(composer) {
  const { form } = composer;
  const buttons = [...form.querySelectorAll("[data-format]")];
  const look = () => {
    for (const button of buttons) {
      const format = FORMATS[button.dataset.format];
      const tag = format?.tag ?? (button.dataset.format === "link" ? "A" : null);
      if (tag) button.setAttribute("aria-pressed", String(composer.editor?.hasFormat(tag) ?? false));
    }
  };
  for (const editor of composer.editors.values()) {
    for (const type of ["pathChange", "select", "cursor", "input"]) editor.addEventListener(type, look);
  }
  for (const button of buttons) {
    // The selection stays in the editor while the pointer presses the button.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      press(composer.editor, button.dataset.format);
      look();
    });
  }
}

function press(editor, name) {
  if (!editor) return;
  if (name === "plain") {
    editor.removeAllFormatting();
  } else if (name === "link") {
    if (editor.hasFormat("A")) editor.removeLink();
    else askForLink(editor);
    return;
  } else {
    const format = FORMATS[name];
    (editor.hasFormat(format.tag) ? format.off : format.on)(editor);
  }
  editor.focus();
}

function askForLink(editor) {
  const dialog = document.getElementById("link-dialog");
  const input = dialog.querySelector("input");
  const selection = editor.getSelection().cloneRange();
  input.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  input.focus();
  dialog.addEventListener(
    "close",
    () => {
      const address = input.value.trim();
      editor.focus();
      editor.setSelection(selection);
      if (dialog.returnValue !== "link" || !address) return;
      const url = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : address.includes("@") ? `mailto:${address}` : `https://${address}`;
      editor.makeLink(url);
    },
    { once: true },
  );
}
