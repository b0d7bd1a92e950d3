// A recording in the place of the server: the same messages in the same order, and the same pace.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { recordedSource } from "../../playground/web/site/recorded.js";

const STEPS = [0, 10, 40, 100];
const recordings = [
  { name: "a", family: "gan", config: { data: "ring", seed: 0 } },
  { name: "b", family: "gan", config: { data: "moons", seed: 0 } },
];
const told = {
  watching: { parts: [], charts: [] },
  points: [[0, { loss: 1 }]],
  diagram: { nodes: [] },
  steps: STEPS,
  head: 100,
  frame: (i, seq) => ({ step: STEPS[i], seq }),
};
const settle = async () => {
  for (let i = 0; i < 12; i++) await Promise.resolve();
};

let heard, connection, now;
const frames = () => heard.filter((one) => one.frame).map((one) => one.frame.step);
const last = (is) => heard.findLast((one) => one.is === is);

/** So many ms later; the stage has drawn whatever was sent. */
async function later(time) {
  for (let passed = 0; passed < time; passed += 10) {
    now += 10;
    mock.timers.tick(10);
    await settle();
    connection.send({ do: "ack", seq: connection.sent });
    await settle();
  }
}

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  now = 0;
  mock.method(performance, "now", () => now);
  heard = [];
  const source = recordedSource(recordings, async () => told, { needs_model: "model!", missing: "missing!" });
  assert.equal(source.trains, false);
  connection = source.connect("en", {
    open: () => heard.push({ is: "open" }),
    message: (message) => heard.push(message),
    frame: (frame) => heard.push({ frame }),
  });
  connection.connect();
  await settle();
  connection.send({ do: "watch", family: "gan", config: { seed: 0, data: "ring" } });
  await settle();
});

test("what is looked at is introduced before its first frame, and plays", () => {
  assert.deepEqual(heard.map((one) => one.is ?? "frame").slice(0, 6), [
    "open",
    "watching",
    "curves",
    "diagram",
    "status",
    "frame",
  ]);
  assert.equal(last("watching").recording, "a");
  assert.equal(last("status").playing, true);
});

test("it plays to its end, and from there again from the beginning", async () => {
  await later(100);
  assert.deepEqual(frames(), [0, 10, 40]); // the picture moves at once
  await later(3000);
  assert.deepEqual(frames(), STEPS);
  assert.equal(last("status").playing, false);
  connection.send({ do: "play" });
  await settle();
  assert.equal(frames().at(-1), 0);
});

test("no more frames are sent than the stage draws", async () => {
  now += 5000;
  mock.timers.tick(5000);
  await settle();
  assert.equal(frames().length, 2);
});

test("a moment of the past is the nearest frame, an exact one the last before it", async () => {
  const at = async (step, exact) => {
    connection.send({ do: "seek", step, exact });
    await settle();
    return frames().at(-1);
  };
  assert.equal(await at(30, false), 40);
  assert.equal(await at(20, false), 10);
  assert.equal(await at(39, true), 10);
  assert.equal(await at(1e6, false), 100);
  assert.equal(last("status").playing, false);
  assert.equal(last("status").live, false);
  connection.send({ do: "head" });
  await settle();
  assert.equal(last("status").live, true);
});

test("other settings show another recording; unknown ones change nothing", async () => {
  connection.send({ do: "configure", config: { data: "moons", seed: 0 } });
  await settle();
  assert.equal(last("watching").recording, "b");
  const before = heard.length;
  connection.send({ do: "configure", config: { data: "line", seed: 0 } });
  await settle();
  assert.equal(heard.length, before);
});

test("what needs a living model is answered by a sentence, never before `send` returns", async () => {
  const before = heard.length;
  assert.equal(connection.send({ do: "step" }), false);
  assert.equal(heard.length, before);
  await settle();
  assert.equal(last("note").text, "model!");
});

test("the right answer is what was computed beforehand", async () => {
  connection.send({ do: "truth", id: 3, question: { right: 2 } });
  await settle();
  assert.deepEqual(last("truth"), { is: "truth", id: 3, right: 2 });
});

test("a file that is missing is said", async () => {
  const source = recordedSource(recordings, async () => Promise.reject(new Error("x")), { missing: "missing!" });
  const notes = [];
  const broken = source.connect("en", { open: () => {}, message: (message) => notes.push(message), frame: () => {} });
  broken.connect();
  broken.send({ do: "watch", family: "gan", config: { seed: 0, data: "ring" } });
  await settle();
  assert.equal(notes[0].text, "missing!");
});
