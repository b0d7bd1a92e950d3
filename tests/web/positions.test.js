import assert from "node:assert/strict";
import { test } from "node:test";

import { positionLabel } from "../../playground/web/draw/position_label.js";
import { format, ticks } from "../../playground/web/draw/ticks.js";
import { viewOf } from "../../playground/web/draw/view.js";
import { neighbour, pointAt, whereIs } from "../../playground/web/panel/follow.js";
import { layoutOf } from "../../playground/web/stage/diagram_layout.js";
import { speedIndex, SPEEDS } from "../../playground/web/stage/speeds.js";
import { noiseAt } from "../../playground/web/stage/walk.js";
import { distanceToLine } from "../../playground/web/stage/walk_pad.js";

const t = (key, { before, after, share }) => `${key}: ${before} > ${after} ${share}`;

test("a position on a trajectory is named by its label, or by its neighbours", () => {
  const trajectory = { moments: [0, 1, 3], labels: ["z0", "", "z1"], start: "noise", end: "data" };
  const label = (moment) => positionLabel(trajectory, moment, t);
  assert.deepEqual([0, 0.001, 3].map(label), ["z0, noise", "z0, noise", "z1, data"]);
  assert.equal(label(1), "trajectory_between: z0 > z1 33");
  assert.equal(label(2.25), "trajectory_between: z0 > z1 75");
  const bare = { moments: [0, 1], labels: [], start: "noise", end: "data" };
  assert.equal(positionLabel(bare, 0.5, t), "trajectory_between: noise > data 50");
});

test("units of the axes and pixels: y points upwards", () => {
  const view = viewOf(500, 250, [-1, 4, 0, 5]);
  assert.deepEqual([view.x(-1), view.x(4), view.y(0), view.y(5), view.y(2.5)], [0, 500, 250, 0, 125]);
  assert.deepEqual([view.sx, view.sy, view.unit], [100, 50, 0.5]);
});

test("ticks are round numbers, not too near to the ends", () => {
  assert.deepEqual(ticks(-3, 3), [-2, -1, 0, 1, 2]);
  assert.deepEqual(ticks(-2.5, 2.5), [-2, -1, 0, 1, 2]);
  assert.deepEqual(ticks(0, 1, 0.2, 0).map(format), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assert.equal(format(-0.30000000000000004), "\u22120.3");
});

test("the point near a pixel, and the next one in a direction", () => {
  const layers = [
    { kind: "points", follow: true, xy: [0, 0, 1, 0, 2, 0, 1, 1] },
    { kind: "points", follow: false, xy: [0.5, 0] },
  ];
  const view = viewOf(400, 400, [-1, 3, -1, 3]); // 100 pixels a unit
  assert.equal(pointAt(layers, view, 205, 295), 1);
  assert.equal(pointAt(layers, view, 150, 300), null); // only a point that cannot be followed
  assert.equal(pointAt(layers, view, 222, 300), null);
  assert.equal(pointAt(layers, view, 222, 300, "touch"), 1); // fingers are less exact
  assert.equal(neighbour(layers, view, null, []), 3); // the middle
  assert.equal(neighbour(layers, view, 0, [1, 0]), 1);
  assert.equal(neighbour(layers, view, 1, [1, 0]), 2);
  assert.equal(neighbour(layers, view, 1, [0, -1]), 3); // upwards
  assert.equal(neighbour(layers, view, 2, [1, 0]), 2); // none there
  assert.deepEqual([whereIs(layers, 3), whereIs(layers, 4)], [[1, 1], null]);
});

test("the diagram's nodes fill their box without meeting", () => {
  const nodes = ["a", "b", "c", "d"].map((name, i) => ({ name, at: [i % 2, Math.floor(i / 2)] }));
  const { size, title, tall, boxes } = layoutOf(nodes, 300, 400);
  assert.ok(size >= 46 && size <= 118 && tall <= 400);
  for (const { x, y, width, height } of boxes.values()) {
    assert.deepEqual([width, height], [size, size + title]);
    assert.ok(x >= 0 && x + width <= 300 && y >= 0 && y + height <= 400);
  }
  assert.deepEqual([boxes.get("a").y, boxes.get("a").x], [boxes.get("b").y, boxes.get("c").x]);
  assert.ok(boxes.get("b").x - boxes.get("a").x >= size + 18);
  assert.ok(boxes.get("c").y - boxes.get("a").y >= size + title);
});

test("a long row of nodes is turned in a tall box", () => {
  const nodes = ["a", "b", "c", "d", "e"].map((name, i) => ({ name, at: [i, 0] }));
  const { boxes } = layoutOf(nodes, 200, 700);
  assert.equal(new Set([...boxes.values()].map(({ x }) => x)).size, 1);
  const wide = layoutOf(nodes, 900, 200);
  assert.equal(new Set([...wide.boxes.values()].map(({ y }) => y)).size, 1);
});

test("the slider's position is that of the nearest speed", () => {
  assert.deepEqual([1, 2, 10, 45, 60, 5000, null].map(speedIndex), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([SPEEDS[0], SPEEDS.at(-1)], [0, null]);
});

test("points of the walk's pad become noise", () => {
  assert.deepEqual(noiseAt([0.5, -1], { dim: 2, unit: 3, axes: null }), [1.5, -3]);
  assert.deepEqual(noiseAt([0.5, -1], { dim: 4, unit: 1, axes: null }), [0.5, -1, 0, 0]);
  const axes = [
    [0, 0, 1],
    [1, 0, 0],
  ];
  assert.deepEqual(noiseAt([0.25, 2], { dim: 3, unit: 2, axes }), [4, 0, 0.5]);
});

test("the distance to a line segment", () => {
  const to = (point) => distanceToLine(point, [0, 0], [4, 0]);
  assert.deepEqual([to([2, 3]), to([-3, 4]), to([4, -2]), to([1, 0])], [3, 5, 2, 0]);
  assert.equal(distanceToLine([3, 4], [0, 0], [0, 0]), 5);
});
