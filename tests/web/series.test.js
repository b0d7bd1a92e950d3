import assert from "node:assert/strict";
import { test } from "node:test";

import { Series } from "../../playground/web/core/series.js";

const filled = (points) => {
  const series = new Series();
  series.add(points);
  return series;
};

test("a metric's value at a step is the last one known by then", () => {
  const series = filled([
    [10, { loss: 3 }],
    [20, { loss: 2, score: 7 }],
    [30, { loss: 1 }],
  ]);
  assert.deepEqual(
    [9, 10, 19, 20, 25, Infinity].map((step) => series.at("loss", step)),
    [undefined, 3, 3, 2, 2, 1],
  );
  assert.equal(series.at("score", 30), 7);
  assert.equal(series.at("unknown", 30), undefined);
});

test("a step that comes again rewrites what followed it", () => {
  const series = filled([1, 2, 3, 4].map((step) => [step, { loss: step }]));
  series.add([[3, { loss: 9 }]]);
  assert.deepEqual(series.of("loss"), { x: [1, 2, 3], y: [1, 2, 9] });
});

test("numbers that are not finite are left out", () => {
  const series = filled([
    [1, { loss: NaN }],
    [2, { loss: Infinity }],
    [3, { loss: 5 }],
  ]);
  assert.deepEqual(series.of("loss"), { x: [3], y: [5] });
});

test("a long series is thinned, and keeps its beginning and its end", () => {
  const series = filled(Array.from({ length: 4000 }, (_, step) => [step, { loss: -step }]));
  const { x, y } = series.of("loss");
  assert.ok(x.length > 700 && x.length <= 1500);
  assert.deepEqual([x[0], x.at(-1)], [0, 3999]);
  assert.ok(x.every((step, i) => y[i] === -step && (i === 0 || step > x[i - 1])));
});

test("every change raises the revision", () => {
  const series = filled([[1, { loss: 1 }]]);
  const before = series.revision;
  series.add([]);
  assert.equal(series.revision, before);
  series.score({ fid: [1, 0.5, 0.4, 0.6] });
  assert.equal(series.revision, before + 1);
  assert.deepEqual(series.scores, { fid: [1, 0.5, 0.4, 0.6] });
  series.clear();
  assert.deepEqual([series.at("loss", 9), series.scores], [undefined, {}]);
});
