// The lines of a chart's axis, as a page draws them that has no Plotly.

import assert from "node:assert/strict";
import { test } from "node:test";

import { apart, heights } from "../../playground/web/draw/line_chart.js";

test("a linear axis has a few round lines, its ends among them", () => {
  assert.deepEqual(heights({ range: [0, 2], type: "linear" }), [0, 0.5, 1, 1.5, 2]);
  assert.deepEqual(heights({ range: [-1, 1], type: "linear" }), [-1, -0.5, 0, 0.5, 1]);
});

test("a logarithmic one has powers of ten where they suffice", () => {
  assert.deepEqual(heights({ range: [-3, 0], type: "log", dtick: 1 }), [0.001, 0.01, 0.1, 1]);
  assert.deepEqual(heights({ range: [-1, 0], type: "log", dtick: "D2" }), [0.1, 0.2, 0.5, 1]);
});

test("numbers of the horizontal axis stand in the middle, within the chart, and never in each other", () => {
  assert.deepEqual(apart([20, 60, 100], [10, 20, 20], 120), [
    [0, 15],
    [1, 50],
    [2, 90],
  ]);
  assert.deepEqual(apart([20, 100], [10, 20], 105), [
    [0, 15],
    [1, 85],
  ]);
  const wide = [10, 32, 32, 32, 32];
  assert.deepEqual(apart([20, 50, 80, 110, 140], wide, 142), [
    [0, 15],
    [2, 64],
    [4, 110],
  ]);
  assert.deepEqual(apart([20, 22, 24], [10, 10, 10], 30), [[0, 15]]);
});
