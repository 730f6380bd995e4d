// What must survive a reload: the visitor's token, what is written and not yet taken, the draft. One place for each
// inbox, shared by the tabs of a site. Where the browser keeps nothing, the page's own memory has to do.
export function openStore(key) {
  const prefix = `carecenter:${key}:`;
  const memory = new Map();
  let kept;
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
      if (!kept) memory.set(name, text);
      else if (value === null) kept.removeItem(prefix + name);
      else kept.setItem(prefix + name, text);
    } catch {
      kept = null; // full, or forbidden by now
      memory.set(name, text);
    }
  }

  return { get, set };
}
