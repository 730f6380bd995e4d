// Passkeys: the browser's half of WebAuthn. A form with data-passkey="create" or "get" fetches its question from
// data-options, has the device answer, and is sent with the answer in its field of that name.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const readIds = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

/** The server's JSON as the browser wants it. */
function question({ publicKey }) {
  const read = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (publicKey.user) read.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  if (publicKey.excludeCredentials) read.excludeCredentials = readIds(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) read.allowCredentials = readIds(publicKey.allowCredentials);
  return { publicKey: read };
}

/** The device's answer as the server wants it. */
function answer({ id, rawId, type, response }) {
  const written = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) written[name] = text(response[name]);
  }
  return JSON.stringify({ id, rawId: text(rawId), type, response: written, clientExtensionResults: {} });
}

async function ask(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const reply = await fetch(form.dataset.options, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": token },
  });
  if (!reply.ok) throw new Error(String(reply.status));
  const options = question(await reply.json());
  return form.dataset.passkey === "create" ? navigator.credentials.create(options) : navigator.credentials.get(options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue; // it stays hidden, and what stands in its place is shown
  form.hidden = false;
  const problem = form.querySelector("[data-problem]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    problem.hidden = true;
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      form.elements.answer.value = answer(await ask(form));
      HTMLFormElement.prototype.submit.call(form);
    } catch {
      problem.hidden = false; // taken back, too late, or refused by the device: it does not say which
      button.disabled = false;
    }
  });
}
