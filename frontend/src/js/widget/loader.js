// What a site puts on its pages: a button and a frame, both in a shadow tree, so that neither side's styles reach the
// other. Needs nothing of the site's Content-Security-Policy but script-src and frame-src of our host.
(() => {
  const script = document.currentScript;
  const key = script?.dataset.inbox;
  if (!key || window.Carecenter) return;
  const host = new URL(script.src).origin;
  const SHEET = `
    :host{all:initial}
    button{position:fixed;z-index:2147483001;inset-block-end:20px;inset-inline-end:20px;inline-size:60px;block-size:60px;
      border:0;border-radius:50%;padding:0;cursor:pointer;background:var(--brand,#222);color:var(--ink,#fff);
      box-shadow:0 6px 24px rgba(20,20,30,.22),0 1px 4px rgba(20,20,30,.16);opacity:0;transform:scale(.7);
      transition:opacity .2s,transform .25s cubic-bezier(.2,.9,.3,1.3)}
    button.ready{opacity:1;transform:none}
    button:hover{transform:scale(1.05)}
    button:focus-visible{outline:3px solid var(--brand,#222);outline-offset:3px}
    svg{position:absolute;inset:0;margin:auto;inline-size:28px;block-size:28px;fill:none;stroke:currentColor;stroke-width:1.75;
      stroke-linecap:round;stroke-linejoin:round;transition:opacity .15s,transform .2s}
    .down{opacity:0;transform:rotate(-60deg)}
    .open .down{opacity:1;transform:none}
    .open .talk{opacity:0;transform:rotate(60deg)}
    b{position:absolute;inset-block-start:-3px;inset-inline-end:-3px;min-inline-size:22px;block-size:22px;box-sizing:border-box;
      padding:0 6px;border-radius:11px;background:#c62828;color:#fff;font:600 12px/22px system-ui,sans-serif;text-align:center}
    b:empty{display:none}
    iframe{position:fixed;z-index:2147483000;inset-block-end:94px;inset-inline-end:20px;inline-size:392px;
      block-size:min(660px,calc(100dvh - 114px));border:0;border-radius:18px;background:transparent;color-scheme:normal;
      box-shadow:0 12px 48px rgba(20,20,30,.24),0 2px 8px rgba(20,20,30,.12);
      visibility:hidden;opacity:0;transform:translateY(14px);transition:opacity .18s,transform .2s,visibility 0s .2s}
    iframe.open{visibility:visible;opacity:1;transform:none;transition:opacity .18s,transform .2s}
    @media (max-width:480px){iframe{inset:0;inline-size:100%;block-size:100%;block-size:100dvh;border-radius:0;box-shadow:none}
      button.open{display:none}}
    @media (prefers-reduced-motion:reduce){*{transition:none!important}button:hover{transform:none}}
    @media print{:host{display:none}}`;
  const waiting = [];
  const listeners = { open: [], close: [], unread: [] };
  let frame, button, badge, ready = false, opened = false, wanted = false, before = null;

  function make(tag, props = {}, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  }

  function picture(name, path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function post(message) {
    if (ready) frame.contentWindow.postMessage({ carecenter: 1, ...message }, host);
    else waiting.push(message);
  }

  function page() {
    return { page_url: location.href.split("#")[0], page_title: document.title, referrer: document.referrer };
  }

  function address() {
    const address = new URL(`/chat/${encodeURIComponent(key)}/frame/`, host);
    const { language, dir, theme } = script.dataset;
    address.searchParams.set("lang", language || (navigator.languages || [navigator.language]).join(","));
    const direction = dir || getComputedStyle(document.documentElement).direction;
    if (direction === "rtl") address.searchParams.set("dir", "rtl");
    if (theme) address.searchParams.set("theme", theme);
    return address.href;
  }

  function build() {
    const place = make("div", { id: "carecenter-chat", dir: script.dataset.dir || getComputedStyle(document.documentElement).direction });
    const tree = place.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
    tree.adoptedStyleSheets = [sheet];
    badge = make("b");
    button = make("button", { type: "button", "aria-expanded": "false", "aria-label": "Chat" },
      picture("talk", "M21 12a8.5 8.5 0 0 1-12.4 7.5L3 21l1.6-5A8.5 8.5 0 1 1 21 12Z"), picture("down", "m6 9 6 6 6-6"), badge);
    button.addEventListener("click", () => (opened ? close() : open()));
    frame = make("iframe", { src: address(), title: "Chat", allow: "clipboard-write" });
    tree.append(frame, button);
    document.body.append(place);
    // where the site shows its pages without loading them
    const moved = () => post({ type: "page", ...page() });
    if (window.navigation) window.navigation.addEventListener("navigatesuccess", moved);
    else window.addEventListener("popstate", moved);
    if (wanted) open();
  }

  function recall() {
    try {
      return JSON.parse(localStorage.getItem(`carecenter:${key}`));
    } catch {
      return null;
    }
  }

  function open() {
    if (opened) return;
    opened = true;
    before = document.activeElement;
    frame.classList.add("open");
    button.classList.add("open");
    button.setAttribute("aria-expanded", "true");
    if (matchMedia("(max-width:480px)").matches) document.documentElement.style.overflow = "hidden";
    frame.focus();
    post({ type: "open", ...page() });
    listeners.open.forEach((call) => call());
  }

  function close() {
    if (!opened) return;
    opened = false;
    frame.classList.remove("open");
    button.classList.remove("open");
    button.setAttribute("aria-expanded", "false");
    document.documentElement.style.overflow = "";
    post({ type: "close" });
    (before && before !== document.body && before.isConnected ? before : button).focus({ preventScroll: true });
    listeners.close.forEach((call) => call());
  }

  const heard = {
    ready({ color, ink, label, borrows }) {
      ready = true;
      frame.title = label;
      button.setAttribute("aria-label", label);
      button.style.setProperty("--brand", color);
      button.style.setProperty("--ink", ink);
      button.classList.add("ready");
      post({ type: "hello", user_token: script.dataset.userToken || "", kept: borrows ? recall() : null, ...page() });
      for (const message of waiting.splice(0)) post(message);
    },
    close,
    // where the browser keeps nothing for a frame of another site
    keep({ all }) {
      try {
        localStorage.setItem(`carecenter:${key}`, JSON.stringify(all));
      } catch {} // nothing is kept here either
    },
    unread({ count, label }) {
      badge.textContent = count ? (count > 9 ? "9+" : String(count)) : "";
      button.setAttribute("aria-label", label);
      listeners.unread.forEach((call) => call(count));
    },
    trouble({ text }) {
      console.error(`Carecenter: the signed user was not accepted: ${text}`);
    },
  };

  window.addEventListener("message", (event) => {
    if (event.origin !== host || event.source !== frame?.contentWindow || event.data?.carecenter !== 1) return;
    if (Object.hasOwn(heard, event.data.type)) heard[event.data.type](event.data);
  });

  window.Carecenter = {
    open: () => (frame ? open() : (wanted = true)),
    close: () => (frame ? close() : (wanted = false)),
    toggle: () => frame && (opened ? close() : open()),
    /** Somebody signed in or out on this page: their token, or "" for nobody. */
    identify: (token) => post({ type: "hello", user_token: token || "", ...page() }),
    on: (name, call) => listeners[name]?.push(call),
  };
  const start = () => (window.requestIdleCallback || setTimeout)(build);
  if (document.readyState === "complete") start();
  else window.addEventListener("load", start);
})();
