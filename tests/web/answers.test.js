// An answer is sent until the room has it, and no more.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Answers } from "../../playground/web/room/answers.js";

/** What is sent while `line.open`. */
function given() {
  const line = { open: true, sent: [] };
  line.answers = new Answers((at, answer) => {
    if (line.open) line.sent.push([at, answer]);
    return line.open;
  });
  return line;
}

test("what is given without a connection is sent when it is back", () => {
  const line = given();
  line.open = false;
  line.answers.give(0, 1);
  line.answers.give(2, "b");
  line.answers.give(0, 3);
  assert.deepEqual(line.sent, []);
  line.open = true;
  line.answers.again();
  assert.deepEqual(line.sent, [
    [0, 3],
    [2, "b"],
  ]);
});

test("what was sent and not confirmed is sent again, the last answer only", () => {
  const line = given();
  line.answers.give(1, 0);
  line.answers.give(1, 2);
  line.answers.confirmed(1); // of the first one
  line.answers.again();
  assert.deepEqual(line.sent.slice(2), [[1, 2]]);
  line.answers.confirmed(1);
  line.answers.again();
  assert.equal(line.sent.length, 3);
});

test("what the room has, or refuses, is not sent again", () => {
  const line = given();
  line.answers.give(0, 1);
  line.answers.confirmed(0);
  line.answers.confirmed(5);
  line.answers.give(1, 1);
  line.answers.drop();
  line.answers.again();
  assert.equal(line.sent.length, 2);
});
