// What the stage asks the server for: which run is watched, and which settings are sent.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Session } from "../../playground/web/core/session.js";

let socket;

class FakeSocket {
  static OPEN = 1;
  static CONNECTING = 0;
  readyState = 1;
  sent = [];
  constructor() {
    socket = this;
    queueMicrotask(() => this.onopen());
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {}
}

function storage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

const CONFIG = { data: "ring", lr: 0.01, seed: 1 };
const page = (config = CONFIG, run = null) => ({ family: "gan", config, run, lang: "en", autoplay: false });
const watching = (more = {}) => ({ is: "watching", run: "aaaa", recording: null, mine: true, follow: false, ...more });

let followed;

/** A session whose page has `config`, connected. */
async function connected(config = CONFIG, run = null) {
  followed = [];
  const session = new Session({
    watching: () => {},
    changed: () => {},
    lost: () => {},
    follow: (settings) => followed.push(settings),
  });
  session.setPage(page(config, run));
  await Promise.resolve();
  return session;
}

const told = (message) => socket.onmessage({ data: JSON.stringify(message) });
const configured = () => socket.sent.filter((command) => command.do === "configure");

beforeEach(() => {
  globalThis.WebSocket = FakeSocket;
  globalThis.addEventListener = () => {};
  Object.defineProperty(globalThis, "localStorage", { value: storage(), configurable: true });
  Object.defineProperty(globalThis, "sessionStorage", { value: storage(), configurable: true });
});

test("a connection begins with watch, and what the page changes is sent once", async () => {
  const session = await connected();
  told(watching({ config: CONFIG }));
  assert.equal(socket.sent.length, 1);
  assert.equal(socket.sent[0].do, "watch");
  assert.equal(socket.sent[0].run, null);
  session.setPage(page({ ...CONFIG }));
  session.setPage(page({ ...CONFIG, lr: 0.02 }));
  session.setPage(page({ lr: 0.02, seed: 1, data: "ring" })); // another order
  assert.deepEqual(
    configured().map((command) => command.config.lr),
    [0.02],
  );
  session.setPage(page(CONFIG)); // and back again
  assert.equal(configured().length, 2);
});

test("settings that the page takes over from a fork are not sent back", async () => {
  const session = await connected();
  told(watching({ config: CONFIG }));
  const fork = { ...CONFIG, lr: 0.05 };
  told(watching({ run: "bbbb", follow: true, config: fork }));
  assert.deepEqual(followed, [fork]);
  session.setPage(page()); // the page is drawn again before it has them
  session.setPage(page(fork));
  assert.equal(configured().length, 0);
  session.setPage(page({ ...fork, seed: 2 }));
  assert.deepEqual(
    configured().map((command) => command.config),
    [{ ...fork, seed: 2 }],
  );
});

test("after a lost connection the same run is watched, unless the settings changed meanwhile", async () => {
  const session = await connected();
  told(watching({ config: CONFIG }));
  socket.sent.length = 0;
  session.lose();
  session.watch();
  assert.equal(socket.sent.at(-1).run, "aaaa");
  session.lose();
  socket.readyState = 3;
  session.setPage(page({ ...CONFIG, seed: 9 }));
  socket.readyState = 1;
  session.watch();
  assert.deepEqual([socket.sent.at(-1).run, socket.sent.at(-1).config.seed], [null, 9]);
});

test("a reload finds the run of the tab, also after a change in mid-run; other settings do not", async () => {
  const session = await connected();
  told(watching({ config: CONFIG }));
  const changed = { ...CONFIG, lr: 0.02 };
  session.setPage(page(changed));
  await connected(changed);
  assert.equal(socket.sent[0].run, "aaaa");
  await connected(CONFIG);
  assert.equal(socket.sent[0].run, null);
});

test("a run that is gone is asked for by its settings, once", async () => {
  await connected(CONFIG, "gone");
  assert.equal(socket.sent[0].run, "gone");
  told({ is: "refused", about: "watch", text: "" });
  assert.deepEqual(
    socket.sent.map((command) => command.run),
    ["gone", null],
  );
});

test("data that were just drawn or pasted, and a remedy, play at once", async () => {
  for (const [name, setting] of [
    ["own", "own"],
    ["own_text", "text"],
  ]) {
    const session = await connected();
    const own = (config) => ({ ...page({ ...CONFIG, data: name, ...config }), own: { name, setting } });
    told(watching({ config: CONFIG }));
    session.setPage(own({ [setting]: "abc" }));
    session.setPage(own({ [setting]: "abc", lr: 0.1 }));
    session.eager = true;
    session.setPage(own({ [setting]: "abc", lr: 0.2 }));
    assert.deepEqual(
      configured().map((command) => command.play),
      [true, false, true],
    );
  }
});

test("other data do not play because of what the visitor made before", async () => {
  const session = await connected();
  told(watching({ config: CONFIG }));
  session.setPage({ ...page({ ...CONFIG, data: "moons", own: "abc" }), own: { name: "own", setting: "own" } });
  assert.equal(configured().at(-1).play, false);
});
