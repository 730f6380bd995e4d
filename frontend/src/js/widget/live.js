// The socket only says that something is there; what it is, and what was missed, is read over HTTP by position. Without
// a socket the same reading goes by the clock.
const PROTOCOL = "carecenter.chat";

export function openLive({ token, onFact, onOpen, onClosed, poll }) {
  let socket = null;
  let wanted = false;
  let tries = 0;
  let timer = null;
  let pollTimer = null;
  let attentive = false;

  const isOpen = () => socket?.readyState === WebSocket.OPEN;

  function start() {
    wanted = true;
    if (!socket && !timer) connect();
    schedule();
  }

  function stop() {
    wanted = false;
    clearTimeout(timer);
    clearTimeout(pollTimer);
    timer = null;
    socket?.close();
    socket = null;
  }

  function connect() {
    timer = null;
    if (!wanted || !token()) return;
    const address = new URL("/ws/chat/", location.origin.replace(/^http/, "ws"));
    let mine;
    try {
      mine = socket = new WebSocket(address, [PROTOCOL, token()]);
    } catch {
      return again();
    }
    const slow = setTimeout(() => mine.readyState === WebSocket.CONNECTING && mine.close(), 10_000);
    mine.onopen = () => {
      clearTimeout(slow);
      tries = 0;
      onOpen();
    };
    mine.onmessage = (event) => mine === socket && onFact(JSON.parse(event.data));
    mine.onclose = () => {
      clearTimeout(slow);
      if (mine !== socket) return;
      socket = null;
      onClosed();
      again();
    };
  }

  function again() {
    if (!wanted) return;
    const pause = Math.min(30, 0.5 * 2 ** tries++) * (0.5 + Math.random());
    clearTimeout(timer);
    timer = setTimeout(connect, pause * 1000);
  }

  /** Now, because the network is back, or somebody looks again. */
  function hurry() {
    tries = 0;
    if (wanted && !socket) {
      clearTimeout(timer);
      connect();
    }
    if (wanted) poll();
    schedule();
  }

  // With a socket a look now and then heals a fact that was lost; without one this is how lines come.
  function schedule() {
    clearTimeout(pollTimer);
    if (!wanted) return;
    const seconds = isOpen() ? 40 : attentive ? 3 : 20;
    pollTimer = setTimeout(async () => {
      await poll();
      schedule();
    }, seconds * 1000);
  }

  function say(message) {
    if (!isOpen()) return false;
    socket.send(JSON.stringify(message));
    return true;
  }

  function attend(yes) {
    attentive = yes;
    schedule();
  }

  window.addEventListener("online", hurry);
  window.addEventListener("offline", () => socket?.close());
  return { start, stop, say, hurry, attend, isOpen };
}
