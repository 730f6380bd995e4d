// Says to the server that something was read or looked for. Nothing waits for it, nothing breaks without it.
export function tell(address, words) {
  if (!address) return;
  fetch(address, { method: "POST", body: new URLSearchParams(words), keepalive: true }).catch(() => {});
}
