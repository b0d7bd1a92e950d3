import assert from "node:assert/strict";
import { test } from "node:test";

import { figureAt, positionOf, shareOf, TrajectoryCuts } from "../../playground/web/draw/trajectory_cuts.js";

const whole = () => ({
  name: "p",
  kind: "points",
  trajectory: true,
  shapes: { xy: [3, 2, 2] },
  xy: Float32Array.from([0, 0, 1, 1, /**/ 2, 4, 3, 5, /**/ 4, 0, 5, 1]),
  stamp: 0,
});

test("positions are counted in moments, however far these are apart", () => {
  const moments = [0, 1, 3, 7];
  assert.deepEqual(
    [-1, 0, 0.5, 1, 2, 3, 5, 7, 9].map((moment) => positionOf(moments, moment)),
    [0, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3],
  );
  assert.equal(shareOf({ moments }, 3.5), 0.5);
});

test("figures are interpolated, unless a neighbour is unknown", () => {
  const values = [1, 3, null, 7];
  assert.deepEqual(
    [0, 0.5, 1, 1.5, 2, 3].map((position) => figureAt(values, position)),
    [1, 2, 3, null, null, 7],
  );
});

test("a cut is the array at the moment, or between two of them", () => {
  const cuts = new TrajectoryCuts();
  const layer = whole();
  const at = (position) => [...cuts.at([layer], position)[0].xy];
  assert.deepEqual(at(0), [0, 0, 1, 1]);
  assert.deepEqual(at(0.5), [1, 2, 2, 3]);
  assert.deepEqual(at(1.25), [2.5, 3, 3.5, 4]);
  assert.deepEqual(at(2), [4, 0, 5, 1]);
  assert.deepEqual(at(0), [0, 0, 1, 1]); // there and back
  const [cut] = cuts.at([layer], 1);
  assert.deepEqual([cut.shapes, cut.trajectory, cut.kind, cut.whole], [{ xy: [2, 2] }, false, "points", layer]);
});

test("a cut at a moment itself is a view, and the same cut is made once", () => {
  const cuts = new TrajectoryCuts();
  const layer = whole();
  const [cut] = cuts.at([layer], 1);
  assert.equal(cut.xy.buffer, layer.xy.buffer);
  const { stamp } = cut;
  assert.equal(cuts.at([layer], 1)[0].stamp, stamp);
  assert.equal(cuts.at([layer], 1.5)[0].stamp, stamp + 1);
});

test("bytes are rounded, and layers without a trajectory pass unchanged", () => {
  const cuts = new TrajectoryCuts();
  const map = { name: "m", trajectory: true, shapes: { values: [2, 3] }, values: Uint8Array.of(0, 10, 255, 1, 20, 0) };
  const still = { name: "s", xy: Float32Array.of(1, 2), shapes: { xy: [1, 2] } };
  const [cut, same] = cuts.at([map, still], 0.5);
  assert.deepEqual([...cut.values], [1, 15, 128]);
  assert.equal(same, still);
});

test("there is nothing between two tokens: the one passed last stays", () => {
  const layer = {
    name: "t",
    kind: "tokens",
    trajectory: true,
    shapes: { ids: [3, 1, 2], states: [1, 1, 2] },
    ids: Int16Array.from([3, -1, /**/ 3, 500, /**/ 3, 7]),
    states: Int8Array.from([1, 5]),
    stamp: 0,
  };
  const cuts = new TrajectoryCuts();
  const at = (position) => cuts.at([layer], position)[0];
  assert.deepEqual(
    [0, 0.99, 1, 1.5, 2].map((position) => at(position).ids[1]),
    [-1, -1, 500, 500, 7],
  );
  assert.deepEqual([...at(1.5).states], [1, 5]);
  assert.deepEqual(at(1.5).shapes, { ids: [1, 2], states: [1, 2] });
});
