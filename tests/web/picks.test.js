import assert from "node:assert/strict";
import { test } from "node:test";

import { nextCell, readCell } from "../../playground/web/draw/cells.js";
import { hasCells, partsOf } from "../../playground/web/draw/parts.js";
import { showRelevant } from "../../playground/web/panel/dials.js";

// a canvas on which every letter is as wide as it is high
const ctx = { font: "", measureText: (text) => ({ width: 100 * text.length }) };
const theme = { font: "x", small: 12 };
const words = { count: String, decimal: (value, digits) => value.toFixed(digits) };
const view = { width: 500, height: 500, unit: 1 };
const BARS = {
  name: "bars",
  kind: "bars",
  title: "Probability",
  values: Float32Array.from([0.5, 0.25, 0.125]),
  labels: ["a", "b", "c"],
  roles: ["generated", "field", "neutral"],
  pick: { dials: { rank: [0, 2, 3] }, title: "take it", chosen: 0 },
};
const TOKENS = {
  name: "tokens",
  kind: "tokens",
  vocabulary: ["x"],
  ids: Int8Array.from([0, 0, 0, 0]),
  states: Int8Array.from([1, 5, 1, 5]),
  shapes: { ids: [2, 2], states: [2, 2] },
  state_titles: ["", "given", "correct", "wrong", "to come", "generated"],
  place_title: "sequence {row}, position {position}",
  pick: { dials: { place: [null, 1], rank: [null, false] }, title: "look at it", chosen: 1 },
};
const read = (layers, at) => readCell(ctx, layers, view, theme, words, at);

test("a bar is found anywhere above and below it, and says what a click does", () => {
  const [left, pitch] = [40, 420 / 3];
  for (const [i, name] of ["a", "b", "c"].entries()) {
    for (const y of [5, 250, 495]) {
      const found = read([BARS], [left + (i + 0.5) * pitch, y]);
      assert.deepEqual([found.place, found.dials], [name, { rank: BARS.pick.dials.rank[i] }]);
      assert.equal(found.lines.at(-1)[1], "take it");
    }
  }
  assert.equal(read([BARS], [left - 2, 250]), null);
  assert.equal(read([BARS], [left + 3 * pitch + 2, 250]), null);
});

test("the arrow keys go from bar to bar", () => {
  let at = null;
  const visited = ["first", 1, 1, 1, -1].map((way) => {
    at = nextCell(ctx, [BARS], view, theme, at, way === "first" ? [0, 1] : [way, 0]);
    return read([BARS], at).lines[0][1];
  });
  assert.deepEqual(
    visited,
    [0, 1, 2, 2, 1].map((i) => `Probability: ${BARS.values[i].toFixed(3)}`),
  );
  assert.deepEqual(nextCell(ctx, [BARS], view, theme, at, [0, 1]), at);
});

test("a column of tokens turns its dials in every sequence, others turn none", () => {
  let at = nextCell(ctx, [TOKENS], view, theme, null, [1, 0]);
  const given = read([TOKENS], at);
  assert.deepEqual([given.dials, given.lines.at(-1)[1]], [null, "sequence 1, position 1"]);
  for (const way of [
    [1, 0],
    [0, 1],
  ]) {
    at = nextCell(ctx, [TOKENS], view, theme, at, way);
    assert.deepEqual(read([TOKENS], at).dials, { place: 1, rank: false });
  }
});

test("bars that turn nothing are no cells, and leave the picture as it was", () => {
  const plain = { ...BARS, pick: null };
  assert.ok(hasCells(BARS) && !hasCells(plain));
  assert.equal(partsOf([plain], view).size, 0);
  assert.deepEqual(partsOf([BARS], view).get("bars").view.height, 500);
  assert.equal(read([plain], [250, 250]), null);
});

test("dials are shown while one of those that they hang on has one of the values", () => {
  const dial = (name, value, when = {}) => ({ name, value, described: { when }, element: { hidden: null } });
  const dials = [
    dial("method", "greedy"),
    dial("first", false),
    dial("second", false),
    dial("beams", 3, { method: ["beam"] }),
    dial("rank", 0, { method: ["greedy", "sample"] }),
    dial("eta", 0.5, { first: [true], second: [true] }),
  ];
  const hidden = () => {
    showRelevant(dials);
    return dials.filter(({ element }) => element.hidden).map(({ name }) => name);
  };
  assert.deepEqual(hidden(), ["beams", "eta"]);
  dials[2].value = true;
  dials[0].value = "beam";
  assert.deepEqual(hidden(), ["rank"]);
  assert.ok(dials.every(({ element }) => typeof element.hidden === "boolean"));
  assert.equal(dials[4].value, 0);
});
