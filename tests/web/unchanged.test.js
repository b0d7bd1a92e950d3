import assert from "node:assert/strict";
import { test } from "node:test";

import { keepUnchanged } from "../../playground/web/draw/unchanged.js";

const layer = (name, xy, more = {}) => ({
  name,
  kind: "points",
  xy: Float32Array.from(xy),
  shapes: { xy: [xy.length / 2, 2] },
  arrays: { xy: ["f2", [xy.length / 2, 2], Math.random()] },
  stamp: 0,
  ...more,
});

test("a layer that comes again as it was is the old one, whatever was drawn from it", () => {
  const old = Object.assign(layer("data", [1, 2, NaN, 4]), { raster: {}, stamp: 3 });
  const [kept] = keepUnchanged([layer("data", [1, 2, NaN, 4])], [old]);
  assert.equal(kept, old);
});

test("other numbers, another number of them, or another title make it a new one", () => {
  const old = [layer("a", [1, 2]), layer("b", [1, 2]), layer("c", [1, 2])];
  const now = [layer("a", [1, 3]), layer("b", [1, 2, 3, 4]), layer("c", [1, 2], { title: "other" })];
  assert.deepEqual(keepUnchanged(now, old), now);
  keepUnchanged(now, old).forEach((one, i) => assert.equal(one, now[i]));
});

test("the first frame is taken as it is", () => {
  const now = [layer("a", [1, 2])];
  assert.equal(keepUnchanged(now)[0], now[0]);
});
