import assert from "node:assert/strict";
import { test } from "node:test";

import { Strokes } from "../../playground/web/pad/strokes.js";

/** Numbers from 0 to 1 that are the same in every run (Park and Miller, 1988). */
function generator(state = 1) {
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

test("a brush puts normally distributed points around a place", () => {
  const strokes = new Strokes([], 10_000, generator());
  strokes.begin();
  strokes.dab([1, -0.5], 4000, 0.2);
  const { points } = strokes;
  const mean = (axis) => points.filter((_, i) => i % 2 === axis).reduce((sum, v) => sum + v, 0) / 4000;
  const spread = Math.sqrt(points.reduce((sum, v, i) => sum + (v - [1, -0.5][i % 2]) ** 2, 0) / 8000);
  assert.ok(Math.abs(mean(0) - 1) < 0.015 && Math.abs(mean(1) + 0.5) < 0.015);
  assert.ok(Math.abs(spread - 0.2) < 0.006);
});

test("points stay in the frame and within the limit", () => {
  const strokes = new Strokes([0, 0], 5, generator());
  strokes.begin();
  strokes.dab([3, 3], 100, 1);
  assert.equal(strokes.total, 5);
  assert.ok(strokes.points.every((value) => Math.abs(value) <= 3));
});

test("a line is dabbed at even distances, across the pieces it is drawn in", () => {
  const whole = new Strokes([], 1000);
  whole.begin();
  assert.equal(whole.line([0, 0], [1.1, 0], null, 0).toFixed(9), "0.100000000");
  const parts = new Strokes([], 1000);
  parts.begin();
  let owed = 0;
  for (let i = 0; i < 11; i++) owed = parts.line([i / 10, 0], [(i + 1) / 10, 0], null, owed);
  assert.deepEqual(whole.points, [0.25, 0, 0.5, 0, 0.75, 0, 1, 0]);
  assert.deepEqual(parts.points, whole.points);
});

test("what was drawn can be undone, stroke by stroke, and a cleared pad too", () => {
  const strokes = new Strokes([1, 2], 10);
  strokes.begin();
  strokes.dab([0, 0], 2, 0);
  strokes.clear();
  const totals = [strokes.total];
  for (let i = 0; i < 4; i++) {
    strokes.undo();
    totals.push(strokes.total);
  }
  assert.deepEqual(totals, [0, 3, 1, 1, 1]);
});
