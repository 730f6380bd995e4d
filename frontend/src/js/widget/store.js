// What must survive a reload: the visitor's token, what is written and not yet taken, the draft. One place for each
// inbox, shared by the tabs of a site. Where the browser keeps nothing for frames of other sites, the page around us is
// asked to keep it (`lend`), in its own storage.
export function openStore(key) {
  const prefix = `carecenter:${key}:`;
  const memory = new Map();
  let kept;
  let lend = null;
  try {
    localStorage.setItem(`${prefix}try`, "1");
    localStorage.removeItem(`${prefix}try`);
    kept = localStorage;
  } catch {
    kept = null;
  }

  function get(name) {
    try {
      return JSON.parse((kept ? kept.getItem(prefix + name) : memory.get(name)) ?? "null");
    } catch {
      return null;
    }
  }

  function set(name, value) {
    const text = JSON.stringify(value);
    try {
      if (!kept) remember(name, value === null ? null : text);
      else if (value === null) kept.removeItem(prefix + name);
      else kept.setItem(prefix + name, text);
    } catch {
      kept = null; // full, or forbidden by now
      remember(name, text);
    }
  }

  function remember(name, text) {
    if (text === null) memory.delete(name);
    else memory.set(name, text);
    lend?.(Object.fromEntries(memory));
  }

  /** The page around us keeps it: what it has of us, and how to give it more. */
  function borrow(known, give) {
    if (kept) return;
    for (const [name, text] of Object.entries(known ?? {})) if (typeof text === "string" && !memory.has(name)) memory.set(name, text);
    lend = give;
  }

  return { get, set, borrow, isOwn: () => Boolean(kept) };
}
