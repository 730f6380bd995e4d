// The look of a help centre: a logo that was chosen is shown on its ground before it is saved.
for (const input of document.querySelectorAll("[data-logo]")) {
  const ground = input.closest("[data-logo-slot]")?.querySelector("[data-logo-ground]");
  let shown = "";
  input.addEventListener("change", () => {
    if (!ground) return;
    URL.revokeObjectURL(shown);
    const [file] = input.files;
    if (!file?.type.startsWith("image/")) return;
    shown = URL.createObjectURL(file);
    const picture = document.createElement("img");
    picture.src = shown;
    picture.alt = ground.dataset.logoGround;
    ground.replaceChildren(picture);
  });
}
