// The lines of a chart's axis, as a page draws them that has no Plotly.

import assert from "node:assert/strict";
import { test } from "node:test";

import { heights } from "../../playground/web/draw/line_chart.js";

test("a linear axis has a few round lines, its ends among them", () => {
  assert.deepEqual(heights({ range: [0, 2], type: "linear" }), [0, 0.5, 1, 1.5, 2]);
  assert.deepEqual(heights({ range: [-1, 1], type: "linear" }), [-1, -0.5, 0, 0.5, 1]);
});

test("a logarithmic one has powers of ten where they suffice", () => {
  assert.deepEqual(heights({ range: [-3, 0], type: "log", dtick: 1 }), [0.001, 0.01, 0.1, 1]);
  assert.deepEqual(heights({ range: [-1, 0], type: "log", dtick: "D2" }), [0.1, 0.2, 0.5, 1]);
});
