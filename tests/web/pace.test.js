import assert from "node:assert/strict";
import { test } from "node:test";

import { Pace, PERIOD, SHARE } from "../../playground/web/draw/pace.js";

/** Draw for `time` ms on a screen of 60 frames a second, `cost(now)` ms a frame: the moments of the frames. */
function drawn(pace, cost, time, start = 0) {
  const moments = [];
  for (let now = start; now < start + time; now += PERIOD) {
    if (pace.wait(now) > PERIOD / 2) continue;
    pace.begin(now);
    pace.spent(cost(now), now + cost(now));
    moments.push(now);
  }
  return moments;
}

const gaps = (moments) => moments.slice(1).map((moment, i) => Math.round((moment - moments[i]) / PERIOD));

test("cheap pictures are drawn with each frame of the screen", () => {
  assert.ok(drawn(new Pace(), () => 2, 1000).length >= 59);
});

test("dear pictures keep to the budget, at even distances", () => {
  const pace = new Pace();
  for (const cost of [6, 12, 20]) {
    const moments = drawn(pace, () => cost, 4000, cost * 10000).slice(20);
    assert.equal(new Set(gaps(moments)).size, 1, `${cost}: ${gaps(moments)}`);
    const spent = (cost * (moments.length - 1)) / (moments.at(-1) - moments[0]);
    assert.ok(spent <= SHARE * 1.01 && spent > SHARE / 2.1, `${cost}: ${spent}`);
    assert.ok(Math.abs(pace.share - spent) < 0.03);
  }
});

test("costs that waver around a border do not make the pace waver", () => {
  const pace = new Pace();
  const border = SHARE * PERIOD * 2;
  const moments = drawn(pace, (now) => border * (1 + 0.2 * Math.sin(now)), 6000).slice(40);
  assert.ok(new Set(gaps(moments)).size <= 2);
  const changes = gaps(moments).filter((gap, i, all) => i && gap !== all[i - 1]).length;
  assert.ok(changes <= 2, `${changes} changes`);
});

test("one stray frame hardly slows the pace, and calm brings it back", () => {
  const pace = new Pace();
  drawn(pace, () => 3, 500);
  pace.spent(400, 600);
  assert.ok(pace.every <= 2);
  drawn(pace, () => 3, 1000, 700);
  assert.equal(pace.every, 1);
});

test("it never stops, however dear a picture is", () => {
  const moments = drawn(new Pace(), () => 90, 8000).slice(20);
  assert.ok(Math.max(...gaps(moments)) <= 8);
});

test("after a rest the next picture is drawn at once", () => {
  const pace = new Pace();
  drawn(pace, () => 20, 2000);
  assert.equal(pace.wait(5000), 0);
});
