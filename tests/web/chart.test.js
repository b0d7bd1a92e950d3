import assert from "node:assert/strict";
import { test } from "node:test";

import { Series } from "../../playground/web/core/series.js";
import { chartLayout, chartTraces, lastStep } from "../../playground/web/draw/chart.js";

const theme = { ink: "#000000", paper: "#ffffff", font: "x", roles: { data: "#0069a8", generated: "#bf4d00" } };
const series = (values) => {
  const found = new Series();
  found.add(values.map((value, i) => [10 * i, { loss: value }]));
  return found;
};
const chart = (more = {}) => ({
  title: "Loss",
  series: [{ metric: "loss", title: "loss", role: "data" }],
  guides: [],
  low: null,
  high: null,
  log: false,
  ...more,
});
const layout = (described, values, pinned = []) =>
  chartLayout(described, series(values), series(pinned), theme, { width: 300, height: 120 });

test("the axis of steps ends at the last step of either run", () => {
  assert.equal(lastStep(chart(), series([1, 2, 3]), series([])), 20);
  assert.equal(lastStep(chart(), series([1]), series([1, 2, 3, 4, 5])), 40);
  assert.deepEqual(layout(chart(), [1, 2, 3]).xaxis.range, [0, 20]);
});

test("the axis of steps has whole numbers, however few steps there are", () => {
  for (const count of [1, 2, 4, 12, 52, 1001]) {
    const { range, tick0, dtick } = layout(chart(), Array(count).fill(1)).xaxis;
    assert.ok(Number.isInteger(dtick) && tick0 === 0, String(dtick));
    assert.ok(range[1] / dtick >= 2 && range[1] / dtick <= 6, String([range, dtick]));
  }
});

test("what cannot be negative begins at 0 and ends above it, even where all of it is 0", () => {
  for (const values of [[], [0], [0, 0, 0], [1e-9, 0], [0.004, 0.001], [3, 3]]) {
    const [low, high] = layout(chart({ low: 0, guides: [[0, "none"]] }), values).yaxis.range;
    assert.ok(low <= 0 && low > -0.05 * high, `${values}: ${low}`);
    assert.ok(high >= 1.03 * Math.max(...values, 0) && high > 0.001, `${values}: ${high}`);
  }
  const [low, high] = layout(chart(), [3, 3, 3]).yaxis.range; // one value: room around it
  assert.ok(low < 2.9 && low >= 0 && high > 3.1 && high < 6);
});

test("the range holds values and guides, or the bounds that the chart asks for", () => {
  const [low, high] = layout(chart({ guides: [[5, "theory"]] }), [1, 2, 3]).yaxis.range;
  assert.ok(low <= 1 && low > -1 && high >= 5 && high < 7);
  const bounded = layout(chart({ low: 0, high: 1 }), [0.2, 0.4]).yaxis.range;
  assert.ok(bounded[0] <= 0 && bounded[0] > -0.1 && bounded[1] >= 1 && bounded[1] < 1.1);
});

test("on a logarithmic axis the range is of decimal logarithms, a guide stands at its value", () => {
  const { yaxis, shapes } = layout(chart({ log: true, guides: [[0.01, "theory"]] }), [1, 10, 100]);
  assert.equal(yaxis.type, "log");
  assert.ok(yaxis.range[0] <= -2 && yaxis.range[0] > -3 && yaxis.range[1] >= 2 && yaxis.range[1] < 3);
  assert.deepEqual([shapes[0].y0, shapes[0].y1], [0.01, 0.01]);
});

test("a score's floor is drawn as a band with a line", () => {
  const values = series([3, 2]);
  values.score({ loss: [2, 1, 0.8, 1.2] });
  const { shapes } = chartLayout(chart(), values, series([]), theme, { width: 300, height: 120 });
  assert.deepEqual(
    shapes.map(({ type, y0, y1 }) => [type, y0, y1]),
    [
      ["rect", 0.8, 1.2],
      ["line", 1, 1],
    ],
  );
});

test("the pinned run's lines are dashed and lie below", () => {
  const [pinned, shown] = chartTraces(chart(), series([1, 2]), series([3, 4]), theme);
  assert.deepEqual([pinned.y, pinned.line.dash, shown.y, shown.line.dash], [[3, 4], "4px,3px", [1, 2], "solid"]);
});
