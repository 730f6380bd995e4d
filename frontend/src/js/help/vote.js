// A vote without a new page: the same part of it, as the server answers.
document.addEventListener("submit", async (event) => {
  const part = event.target.closest("[data-vote]");
  if (!part) return;
  event.preventDefault();
  const form = event.target;
  const said = new FormData(form, event.submitter);
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: said, headers: { "X-Part": "vote" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-vote]");
    part.replaceWith(fresh);
    fresh.querySelector("#vote-title[tabindex]")?.focus();
    document.dispatchEvent(new CustomEvent("help:part", { detail: fresh }));
  } catch {
    // As without a script; the button that was pressed goes along.
    for (const button of buttons) button.disabled = false;
    if (event.submitter?.name) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = event.submitter.name;
      field.value = event.submitter.value;
      form.append(field);
    }
    form.submit();
  }
});
