// Pictures: dropped, pasted or chosen; shown at once, stored by the server, described by a person.
import { csrfToken, word } from "../page.js";
import { isPastedPicture } from "./html.js";
import { goInto } from "./places.js";

const KINDS = /^image\/(png|jpeg|gif|webp)$/;

export const picturesIn = (files) => [...(files ?? [])].filter((file) => KINDS.test(file.type));

export function chosenPicture(editor) {
  const range = editor.getSelection();
  if (range.collapsed) return null;
  const box = document.createElement("div");
  box.append(range.cloneContents());
  const copy = box.querySelector("img");
  return copy && [...editor.getRoot().querySelectorAll("img")].find((image) => image.getAttribute("src") === copy.getAttribute("src"));
}

/** Shows each picture where the cursor is while it is stored. */
export function takePictures(author, files) {
  for (const file of files) {
    const holder = document.createElement("p");
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.dataset.uploading = "";
    image.alt = "";
    holder.append(image);
    author.editor.saveUndoState();
    author.editor.insertElement(holder);
    send(author, image, file);
  }
}

/** A picture that came inside of pasted text is stored like any other. */
export function takePasted(author) {
  for (const image of author.body.querySelectorAll("img")) {
    if (!isPastedPicture(image) || "uploading" in image.dataset) continue;
    image.dataset.uploading = "";
    const [head, data] = image.src.split(",", 2);
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    send(author, image, new File([bytes], "picture", { type: head.slice(5).split(";")[0] }));
  }
}

async function send(author, image, file) {
  const body = new FormData();
  body.set("file", file, file.name || "picture");
  author.uploads += 1;
  author.tell("saving");
  try {
    const response = await fetch(author.root.dataset.picturesUrl, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
    });
    if (response.status !== 201) {
      const plain = response.headers.get("content-type")?.startsWith("text/plain");
      throw new Error(plain ? (await response.text()).slice(0, 300) : word("picture-failed"));
    }
    const { src, width, height } = await response.json();
    URL.revokeObjectURL(image.src);
    Object.assign(image, { src, width, height });
    image.removeAttribute("data-uploading");
  } catch (error) {
    const failed = error instanceof TypeError ? word("picture-failed") : error.message;
    author.complain(failed);
    image.remove();
  } finally {
    author.uploads -= 1;
    author.changed();
  }
}

/** The dialog of one picture: what it shows, how wide it is. */
export function editPicture(author, image) {
  const dialog = document.getElementById("picture-dialog");
  const alt = dialog.querySelector("#picture-alt");
  const width = dialog.querySelector("#picture-width");
  image.classList.add("is-chosen");
  alt.value = image.alt;
  // The attribute: the property is how wide it is on this screen.
  const stored = image.getAttribute("width");
  width.value = ["240", "480"].includes(stored) ? stored : "";
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener(
    "close",
    () => {
      image.classList.remove("is-chosen");
      if (!image.classList.length) image.removeAttribute("class");
      if (dialog.returnValue === "save") {
        author.editor.saveUndoState();
        image.alt = alt.value.trim();
        resize(image, Number(width.value));
      } else if (dialog.returnValue === "remove") remove(author, image);
      author.changed();
    },
    { once: true },
  );
}

function resize(image, width) {
  const { naturalWidth, naturalHeight } = image;
  if (!naturalWidth) return;
  const shown = width ? Math.min(width, naturalWidth) : naturalWidth;
  image.width = shown;
  image.height = Math.max(1, Math.round((shown * naturalHeight) / naturalWidth));
}

function remove(author, image) {
  author.editor.saveUndoState();
  const block = image.closest("p");
  image.remove();
  if (block && !block.textContent && !block.children.length) {
    block.append(document.createElement("br"));
    goInto(author.editor, block);
  }
}
