import assert from "node:assert/strict";
import { test } from "node:test";

import { bestOf } from "../../playground/web/arena/scorecard.js";
import { layoutOf } from "../../playground/web/arena/triangle.js";

const values = (...pairs) => pairs.map(([value, error = null]) => ({ value, error }));

test("the best value of a column is marked, and what cannot be told from it", () => {
  assert.deepEqual(bestOf(values([0.2], [0.1], [0.3]), "lower"), [false, true, false]);
  assert.deepEqual(bestOf(values([0.2], [0.1], [0.3]), "higher"), [false, false, true]);
  assert.deepEqual(bestOf(values([0.12, 0.02], [0.1, 0.02], [0.3, 0.02]), "lower"), [true, true, false]);
  assert.deepEqual(bestOf(values([8], [8], [7]), "higher"), [true, true, false]); // counted, so exact
});

test("nothing is best where there is nothing to compare, or no better", () => {
  assert.deepEqual(bestOf(values([0.2], [null], [undefined]), "lower"), [false, false, false]);
  assert.deepEqual(bestOf(values([1], [2]), ""), [false, false]);
});

test("triangles stand side by side, as many as have room", () => {
  assert.equal(layoutOf(640, 7).columns, 4);
  assert.equal(layoutOf(330, 7).columns, 2);
  assert.equal(layoutOf(640, 2).columns, 2);
  const { columns, height } = layoutOf(600, 7);
  assert.ok(Math.abs(height - (Math.ceil(7 / columns) * 1.02 * 600) / columns) < 1e-9);
});
