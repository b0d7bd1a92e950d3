import assert from "node:assert/strict";
import { test } from "node:test";

import { isolines } from "../../playground/web/draw/isolines.js";

const lines = (values, rows, columns, level) => {
  const found = [];
  isolines(values, rows, columns, level, (line) => found.push(line));
  return found;
};
const segments = (...given) =>
  lines(...given).flatMap((line) =>
    Array.from({ length: line.length / 2 - 1 }, (_, k) => line.slice(2 * k, 2 * k + 4)),
  );
const grid = (rows, columns, value) =>
  Array.from({ length: rows * columns }, (_, i) => value(i % columns, Math.floor(i / columns)));

test("a linear field has straight isolines, exactly where it equals the level", () => {
  const found = segments(
    grid(4, 5, (x) => 2 * x),
    4,
    5,
    3,
  );
  assert.equal(found.length, 3); // one for each row of cells
  for (const [x0, , x1] of found) assert.deepEqual([x0, x1], [1.5, 1.5]);
  assert.deepEqual(
    found.flatMap(([, y0, , y1]) => [y0, y1]).sort((a, b) => a - b),
    [0, 1, 1, 2, 2, 3],
  );
});

test("the isoline of a distance is a circle that closes", () => {
  const found = segments(
    grid(41, 41, (x, y) => Math.hypot(x - 20, y - 20)),
    41,
    41,
    12.3,
  );
  let length = 0;
  const ends = new Map();
  for (const [x0, y0, x1, y1] of found) {
    length += Math.hypot(x1 - x0, y1 - y0);
    for (const [x, y] of [
      [x0, y0],
      [x1, y1],
    ]) {
      assert.ok(Math.abs(Math.hypot(x - 20, y - 20) - 12.3) < 0.02);
      const key = `${x.toFixed(6)},${y.toFixed(6)}`;
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
  }
  assert.ok(Math.abs(length - 2 * Math.PI * 12.3) < 0.2);
  assert.ok([...ends.values()].every((count) => count === 2));
});

test("its pieces are joined: an open line is one, and so is a closed one", () => {
  const open = lines(
    grid(5, 6, (x) => x),
    5,
    6,
    1.5,
  );
  assert.deepEqual(open.length, 1);
  const round = lines(
    grid(30, 30, (x, y) => Math.min(Math.hypot(x - 7, y - 7), Math.hypot(x - 21, y - 21))),
    30,
    30,
    4.2,
  );
  assert.equal(round.length, 2);
  for (const line of round) assert.deepEqual(line.slice(0, 2), line.slice(-2));
});

test("on a saddle the mean decides which corners are joined", () => {
  const joined = segments([1, 0.2, 0.2, 1], 2, 2, 0.5); // the mean, 0.6, is above the level: the high corners are joined
  const apart = segments([1, 0, 0, 0.9], 2, 2, 0.5); // the mean, 0.475, is below it
  const cuts = (found, [x, y]) => found.some(([x0, y0, x1, y1]) => near(x, x0, x1) && near(y, y0, y1));
  const near = (corner, a, b) => Math.max(Math.abs(a - corner), Math.abs(b - corner)) < 0.9;
  assert.deepEqual([joined.length, apart.length], [2, 2]);
  assert.deepEqual([cuts(joined, [0, 0]), cuts(joined, [1, 0])], [false, true]);
  assert.deepEqual([cuts(apart, [0, 0]), cuts(apart, [1, 0])], [true, false]);
});

test("a field that never equals the level has no isolines", () => {
  assert.deepEqual(segments([0, 1, 2, 3], 2, 2, 5), []);
  assert.deepEqual(segments([7, 7, 7, 7], 2, 2, 7), []);
});
