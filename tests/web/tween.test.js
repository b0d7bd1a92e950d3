import assert from "node:assert/strict";
import { test } from "node:test";

import { Tween } from "../../playground/web/draw/tween.js";

const frame = (xy, more = {}) => ({
  layers: [
    {
      name: "p",
      kind: "points",
      tween: true,
      xy: Float32Array.from(xy),
      shapes: { xy: [xy.length / 2, 2] },
      stamp: 0,
      ...more,
    },
  ],
});
const seen = (tween, now) => [...tween.at(now)[0].xy];

test("points move evenly from one frame to the next", () => {
  const tween = new Tween();
  tween.push(frame([0, 0, 4, 8]), 0, { span: 100 });
  tween.push(frame([10, -10, 4, 0]), 1000, { span: 100 });
  assert.deepEqual(seen(tween, 1000), [0, 0, 4, 8]);
  assert.deepEqual(seen(tween, 1025), [2.5, -2.5, 4, 6]);
  assert.deepEqual(seen(tween, 1050), [5, -5, 4, 4]);
  assert.deepEqual([tween.moving(1099), tween.moving(1100)], [true, false]);
  assert.deepEqual(seen(tween, 1100), [10, -10, 4, 0]);
});

test("a frame that comes on the way is approached from what is seen then", () => {
  const tween = new Tween();
  tween.push(frame([0, 0]), 0, { span: 100 });
  tween.push(frame([10, 0]), 1000, { span: 100 });
  tween.push(frame([0, 20]), 1050, { span: 100 });
  assert.deepEqual(seen(tween, 1050), [5, 0]);
  assert.deepEqual(seen(tween, 1100), [2.5, 10]);
});

test("layers whose items are others are shown at once", () => {
  for (const other of [
    frame([1, 1, 2, 2]),
    frame([1, 1], { tween: false }),
    frame([1, 1], { kind: "paths" }),
    frame([1, 1], { name: "q" }),
  ]) {
    const tween = new Tween();
    tween.push(frame([0, 0]), 0, { span: 100 });
    tween.push(other, 1000, { span: 100 });
    assert.equal(tween.at(1001)[0], other.layers[0]);
  }
});

test("where motion is unwanted, frames are shown at once", () => {
  const tween = new Tween();
  tween.push(frame([0, 0]), 0);
  const next = frame([10, 0]);
  tween.push(next, 1000, { instant: true });
  assert.equal(tween.at(1001)[0], next.layers[0]);
});

test("it takes a little longer than frames take to come, within bounds", () => {
  const rhythm = (gap) => {
    const tween = new Tween();
    for (let now = 0; now <= 100 * gap; now += gap) tween.push(frame([now, 0]), now);
    return tween.span;
  };
  assert.ok(Math.abs(rhythm(200) - 220) < 1);
  assert.equal(rhythm(10), 30);
  assert.equal(rhythm(1000), 700);
});

test("a layer that both frames share does not move", () => {
  const tween = new Tween();
  const { layers } = frame([1, 2]);
  tween.push({ layers }, 0);
  tween.push({ layers }, 1000, { span: 100 });
  assert.equal(tween.at(1050)[0], layers[0]);
});
