// Small things every module needs: delegated events, the CSRF token, words the server translated.

/** Listens on the document for events inside elements that match, also for those that arrive later. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) handler(event, element);
    },
    options,
  );
}

export const csrfToken = () => document.body.dataset.csrf ?? "";

/** A sentence the page carries for its scripts: <template data-word="key">text</template>. */
export function word(key, fallback = "") {
  return document.querySelector(`template[data-word="${key}"]`)?.content.textContent.trim() || fallback;
}

/** POSTs a form body as htmx would, outside htmx; resolves to the response. */
export function post(url, body = new FormData()) {
  return fetch(url, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
  });
}

export const isTyping = (element) =>
  element instanceof HTMLElement &&
  (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
