// A page asks for its first frames before it is built: the answer is taken over if it is what the page wants.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Session, watchEarly } from "../../playground/web/core/session.js";

let sockets;

class FakeSocket {
  static OPEN = 1;
  static CONNECTING = 0;
  readyState = 0;
  sent = [];
  constructor(url) {
    this.url = String(url);
    sockets.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  tell(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

const CONFIG = { data: "ring", seed: 1 };
const page = (config, lang = "en") => ({ family: "gan", config, run: null, lang, autoplay: false });

/** The runs that a session with this page is told of. */
async function told(config = CONFIG, lang = "en") {
  const runs = [];
  const session = new Session({
    watching: ({ run }) => runs.push(run),
    status: () => {},
    changed: () => {},
    lost: () => {},
    follow: () => {},
  });
  session.setPage(page(config, lang));
  await Promise.resolve();
  return { session, runs };
}

const watching = (run) => ({ is: "watching", run, recording: null, mine: true, follow: false, config: CONFIG });

beforeEach((context) => {
  sockets = [];
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const given = { WebSocket: FakeSocket, localStorage: storage, sessionStorage: storage, location: { search: "" } };
  for (const [name, value] of Object.entries(given))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  globalThis.addEventListener = () => {};
  context.mock.timers.enable({ apis: ["setTimeout"] });
  Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, configurable: true });
});

test("what was answered early is taken over in its order, and nothing is asked twice", async () => {
  watchEarly("gan", CONFIG);
  const [socket] = sockets;
  socket.open();
  socket.tell(watching("aaaa"));
  socket.tell(watching("bbbb"));
  const { session, runs } = await told();
  assert.deepEqual(runs, ["aaaa", "bbbb"]);
  assert.deepEqual([sockets.length, socket.sent.length], [1, 1]);
  session.send({ do: "ack", seq: 1 });
  assert.equal(socket.sent.at(-1).do, "ack");
});

test("a page with other settings asks on a socket of its own, and hears no early answer", async () => {
  watchEarly("gan", CONFIG);
  sockets[0].open();
  sockets[0].tell(watching("aaaa"));
  const { runs } = await told({ ...CONFIG, seed: 7 });
  const [early, own] = sockets;
  own.open();
  own.tell(watching("cccc"));
  early.tell(watching("aaaa"));
  assert.deepEqual([early.readyState, own.sent.length, own.sent[0].config.seed, runs], [3, 1, 7, ["cccc"]]);
});

test("a link with settings asks for nothing early, but its socket is open", async () => {
  globalThis.location.search = "?gan.seed=3";
  watchEarly("gan", CONFIG);
  sockets[0].open = () => Object.assign(sockets[0], { readyState: 1 });
  sockets[0].open();
  await told({ ...CONFIG, seed: 3 });
  assert.deepEqual([sockets.length, sockets[0].sent.length, sockets[0].sent[0].config.seed], [1, 1, 3]);
});

test("another language, or a socket that is not open yet, begins anew", async () => {
  watchEarly("gan", CONFIG);
  await told();
  assert.deepEqual([sockets.length, sockets[0].readyState], [2, 3]);
  watchEarly("gan", CONFIG);
  sockets[2].open();
  await told(CONFIG, "zh");
  assert.deepEqual([sockets.length, sockets[2].readyState], [4, 3]);
});

test("a socket that nobody wants is closed", (context) => {
  watchEarly("gan", CONFIG);
  sockets[0].open();
  context.mock.timers.tick(15_000);
  assert.equal(sockets[0].readyState, 3);
});
