import assert from "node:assert/strict";
import { test } from "node:test";

import { Series } from "../../playground/web/core/series.js";
import { Steps } from "../../playground/web/core/steps.js";
import { Words } from "../../playground/web/core/words.js";
import { chartTraces, lastStep } from "../../playground/web/draw/chart.js";

const counted = (halves) => {
  const steps = new Steps();
  steps.set(halves);
  return steps;
};

test("half a step counts as half, two halves as one", () => {
  const steps = counted([650, 651, 900]);
  assert.deepEqual(
    [649, 650, 651, 652, 900, 901].map((number) => steps.done(number)),
    [649, 650, 650.5, 651, 899, 899.5],
  );
  assert.equal(counted([]).done(12), 12);
});

test("the number of a step is found again from how many are done", () => {
  const steps = counted([0, 3, 4, 9]);
  for (let number = 0; number < 20; number += 1) assert.equal(steps.number(steps.done(number)), number);
  assert.equal(counted([5]).number(5.5), 6);
  assert.equal(counted([5]).number(2.5), 3); // none such: the next one
});

test("steps are said as people say them", () => {
  const words = new Words({}, "en");
  assert.deepEqual(
    [0, 0.5, 1, 1650.5].map((n) => words.steps(n)),
    ["0", "\u00bd", "1", "1,650\u00bd"],
  );
});

test("curves stand where the counted steps do", () => {
  const series = new Series();
  series.add([...Array(30).keys()].map((i) => [i + 1, { loss: i }]));
  series.steps.set([10, 11]);
  const chart = { series: [{ metric: "loss", title: "", role: "data" }] };
  const theme = { roles: { data: "#000000" } };
  assert.equal(lastStep(chart, series, new Series()), 29);
  const [, { x }] = chartTraces(chart, series, new Series(), theme);
  assert.deepEqual(x.slice(8, 13), [9, 10, 10.5, 11, 12]);
});
