// A WebSocket to the server that reconnects by itself: a little later each time, and never all viewers at once.

const FIRST_WAIT = 300; // ms
const LONGEST_WAIT = 5000;
const UNCLAIMED = 15_000; // ms after which a socket that was opened early and is not wanted is closed

let early = null; // a socket that was opened before anybody needed it

/** The address of one of the server's sockets, such as `socket`. */
export function socketUrl(name, lang) {
  const url = new URL(`../${name}`, import.meta.url);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("lang", lang);
  return url;
}

/** Open the socket `name` and send `command`, if any, while Streamlit still builds the page that will want it. */
export function openEarly(name, command) {
  const asked = new URLSearchParams(location.search).get("lang");
  const lang = asked ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en"); // as the server decides
  const socket = new WebSocket(socketUrl(name, lang));
  early = { socket, asked: null, held: [] };
  const { held } = early;
  socket.binaryType = "arraybuffer";
  socket.onmessage = (event) => held.push(event);
  if (command) {
    early.asked = JSON.stringify(command);
    socket.onopen = () => socket.send(early.asked);
  }
  setTimeout(claim, UNCLAIMED);
}

/** The early socket if it has this address and is open; in any case it is no longer kept. */
function claim(url) {
  const found = early;
  early = null;
  if (found && found.socket.url === url?.href && found.socket.readyState === WebSocket.OPEN) return found;
  found?.socket.close();
  return null;
}

export class Connection {
  /** `on`: {open, message(message), frame(buffer), lost}. */
  constructor(url, on) {
    this.url = url;
    this.on = on;
    this.wait = FIRST_WAIT;
    this.closed = false;
    this.retry = this.retry.bind(this);
    addEventListener("online", this.retry);
  }

  /** Begin, or try again. */
  connect() {
    clearTimeout(this.timer);
    const opened = claim(this.url);
    const socket = opened?.socket ?? new WebSocket(this.url);
    this.socket = socket;
    this.asked = opened?.asked;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.on.open();
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      this.wait = FIRST_WAIT; // not in onopen: a server that accepts and then fails at once would be called all the time
      if (typeof data === "string") this.on.message(JSON.parse(data));
      else this.on.frame(data);
    };
    socket.onclose = () => {
      if (this.closed || socket !== this.socket) return;
      this.on.lost();
      this.timer = setTimeout(() => this.connect(), this.wait * (0.7 + 0.6 * Math.random()));
      this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
    };
    if (!opened) return;
    this.on.open();
    queueMicrotask(() => opened.held.forEach((event) => socket.onmessage(event))); // who asks may still be under way
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Whether the command was sent. Commands given while offline are dropped: they would be stale later. */
  send(command) {
    if (!this.open) return false;
    const text = JSON.stringify(command);
    const { asked } = this;
    this.asked = null;
    if (!asked) this.socket.send(text);
    else if (asked !== text) this.replace();
    return !asked || asked === text;
  }

  /** Another socket: what was asked early is not what is wanted, and its answers are not. */
  replace() {
    this.socket.close();
    this.connect();
  }

  retry() {
    const state = this.socket.readyState;
    if (!this.closed && state !== WebSocket.OPEN && state !== WebSocket.CONNECTING) this.connect();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    removeEventListener("online", this.retry);
    this.socket.close();
  }
}

/** The token by which the server knows a visitor's own runs; the browser keeps it in its storage. */
export function ownerToken() {
  const fresh = () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  try {
    const kept = localStorage.getItem("playground.owner");
    if (/^[0-9a-f]{32}$/.test(kept ?? "")) return kept;
    const token = fresh();
    localStorage.setItem("playground.owner", token);
    return token;
  } catch {
    // storage may be forbidden (private windows, embedded frames): the token lives as long as the page
    return (ownerToken.memory ??= fresh());
  }
}
