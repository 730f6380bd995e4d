// Calls to the chat's own addresses. No cookies: who we are, the token says; before there is one, a key that only counts.
export class Refused extends Error {
  constructor(status, answer) {
    super(answer.detail || "");
    this.status = status;
    this.code = answer.error || "";
    this.answer = answer;
  }
}

export function openServer(key, token, visitor) {
  const base = new URL(`/chat/${encodeURIComponent(key)}/`, location.origin);

  function headers() {
    const told = { "X-Chat-Language": document.documentElement.lang };
    const [known, counted] = [token(), visitor()];
    if (known) told.Authorization = `Bearer ${known}`;
    if (counted) told["X-Chat-Visitor"] = counted;
    return told;
  }

  async function call(method, path, body, options = {}) {
    const isForm = body instanceof FormData;
    const answer = await fetch(new URL(path, base), {
      method,
      credentials: "omit",
      headers: { ...headers(), ...(body && !isForm ? { "Content-Type": "application/json" } : {}) },
      body: isForm ? body : body && JSON.stringify(body),
      signal: options.signal ?? AbortSignal.timeout(isForm ? 120_000 : 15_000),
      keepalive: options.keepalive ?? false,
    });
    if (answer.ok) return { status: answer.status, ...(answer.status === 204 ? {} : await answer.json()) };
    throw new Refused(answer.status, await answer.json().catch(() => ({})));
  }

  return {
    get: (path) => call("GET", path),
    post: (path, body = {}, options) => call("POST", path, body, options),
    /** A file of ours as an address that a picture or a download may use. */
    async fileAddress(path) {
      const answer = await fetch(new URL(path, base), { credentials: "omit", headers: headers() });
      if (!answer.ok) throw new Refused(answer.status, {});
      return URL.createObjectURL(await answer.blob());
    },
  };
}
