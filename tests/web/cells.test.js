import assert from "node:assert/strict";
import { test } from "node:test";

import { nextCell, readCell } from "../../playground/web/draw/cells.js";
import { every } from "../../playground/web/draw/measure.js";
import { short } from "../../playground/web/draw/matrix.js";
import { strongest, threshold } from "../../playground/web/draw/links.js";
import { partsOf } from "../../playground/web/draw/parts.js";
import { cellAt, cornerOf, tokenLayout } from "../../playground/web/draw/token_layout.js";

const ROOM = { width: 500, height: 500, least: 12, second: true };
const lay = (rows, columns, unit, room = {}) => tokenLayout({ ...ROOM, ...room, rows, columns, unit });

/** Every cell is inside, none overlaps another, and each is found again where it is. */
function check(layout, { rows, columns, width, height }) {
  const seen = new Set();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = cornerOf(layout, row, column);
      assert.ok(x >= 0 && y >= 0 && x + layout.width <= width + 1e-6 && y + layout.height <= height + 1e-6);
      const found = cellAt(layout, { rows, columns }, x + layout.width / 2, y + layout.height / 2);
      assert.deepEqual(found, { row, column });
      seen.add(`${x.toFixed(3)} ${y.toFixed(3)}`);
    }
  }
  assert.equal(seen.size, rows * columns);
}

for (const side of [110, 300, 500, 700])
  for (const columns of [1, 8, 20, 48, 130])
    for (const rows of [1, 4, 12])
      for (const unit of [0.62, 1, 5])
        test(`${rows} sequences of ${columns} tokens, ${unit} wide, in ${side} pixels`, () => {
          const room = { width: side, height: side };
          const layout = lay(rows, columns, unit, room);
          check(layout, { rows, columns, ...room });
          if (layout.font) {
            assert.ok(layout.font >= 12);
            assert.ok(layout.width >= unit * layout.font, "a text is wider than its cell");
          }
        });

test("letters are as large as there is room, rows stay whole where they can, and blocks come last", () => {
  assert.equal(lay(4, 8, 0.62).font, 20);
  assert.equal(lay(8, 30, 0.62).lines, 1);
  assert.ok(lay(1, 130, 0.62).lines > 1 && lay(1, 130, 0.62).font > 12); // one sequence is broken into lines
  const phone = lay(8, 20, 0.62, { width: 320, height: 320 });
  assert.ok(phone.font >= 12 && phone.lines === 1);
  assert.equal(lay(8, 130, 0.62).font, 0);
  assert.ok(lay(8, 130, 0.62).width >= 10); // blocks are broken into lines, too: 130 in one would be lines of 3 pixels
});

test("beside its cells there is nothing", () => {
  const layout = lay(2, 5, 1);
  const size = { rows: 2, columns: 5 };
  assert.equal(cellAt(layout, size, layout.left - 3, layout.top + 3), null);
  assert.equal(cellAt(layout, size, layout.left + 3, layout.top + layout.height + layout.gap / 2), null);
  assert.deepEqual(cellAt(layout, size, -50, 9999, true), { row: 1, column: 0 });
});

test("the weakest links are left out: below 1 %, and where there are too many", () => {
  const weights = Uint8Array.from([0, 1, 2, 3, 100, 200, 255]);
  assert.equal(threshold(weights), 3);
  assert.equal(threshold(weights, 2), 101);
  const layer = { weights: Uint8Array.from([2, 100, 155, 255, 0, 30]), shapes: { weights: [2, 3] } };
  assert.deepEqual(strongest(layer, { side: "targets", index: 0 }), [
    [2, 155],
    [1, 100],
  ]);
  assert.deepEqual(strongest(layer, { side: "sources", index: 0 }), [[1, 255]]);
});

test("labels are thinned out until they have room", () => {
  assert.deepEqual([every(10, 12), every(12, 12), every(13, 12), every(30, 4)], [1, 1, 2, 8]);
});

// a canvas on which every letter is as wide as it is high
const ctx = { font: "", measureText: (text) => ({ width: 100 * text.length }) };
const theme = { font: "x", small: 12 };
const words = { count: String, decimal: (value, digits) => value.toFixed(digits) };
const view = { width: 500, height: 500, unit: 1 };
const TOKENS = {
  name: "tokens",
  kind: "tokens",
  vocabulary: ["a", "b", "c"],
  ids: Int8Array.from([0, 1, 2, 0]),
  states: Int8Array.from([1, 3, 0, 2]),
  expected: Int8Array.from([-1, 2, -1, -1]),
  shapes: { ids: [2, 2], states: [2, 2], expected: [2, 2] },
  state_titles: ["", "given", "correct", "wrong", "to come", "generated"],
  expected_title: "expected",
  place_title: "sequence {row}, position {position}",
};
const LINKS = {
  name: "links",
  kind: "links",
  role: "data",
  weights: Uint8Array.from([255, 0, 51, 204]),
  shapes: { weights: [2, 2] },
  targets: ["p", "q"],
  sources: ["r", "s"],
};
const MATRIX = {
  name: "matrix",
  kind: "matrix",
  role: "data",
  title: "Weight",
  values: Uint8Array.from([0, 51, 102, 255]),
  shapes: { values: [2, 2] },
  rows: ["p", "q"],
  columns: ["r", "s"],
  low: 0,
  high: 1,
};
const ALL = [TOKENS, LINKS, MATRIX];

test("layers of cells share the picture by their shares, others do not count", () => {
  const parts = partsOf([{ name: "points", kind: "points" }, { ...TOKENS, share: 2 }, LINKS], view);
  assert.deepEqual([...parts.keys()], ["tokens", "links"]);
  const [tokens, links] = parts.values();
  assert.ok(Math.abs(tokens.view.height - 2 * links.view.height) < 1e-9);
  assert.ok(Math.abs(links.top + links.view.height - 500) < 1e-9 && links.top > tokens.view.height);
});

test("what is covered along the upper edge is left free", () => {
  const { top, view: own } = partsOf([TOKENS], view, 40).get("tokens");
  assert.deepEqual([top, own.height], [40, 460]);
});

test("the arrow keys go through the cells of all layers, and each says what it is", () => {
  const visited = [];
  let at = null;
  for (const key of ["first", "right", "down", "down", "right", "down", "down", "down", "right", "down", "left"]) {
    const way = { right: [1, 0], left: [-1, 0], down: [0, 1], first: [0, 1] }[key];
    at = nextCell(ctx, ALL, view, theme, at, way);
    const { place, lines } = readCell(ctx, ALL, view, theme, words, at);
    visited.push([place, ...lines.map(([, text]) => text)].join("; "));
  }
  assert.deepEqual(visited, [
    "a; given; sequence 1, position 1",
    "b; wrong; expected: c; sequence 1, position 2",
    "a; correct; sequence 2, position 2",
    "s (2); \u2192 q (2): 0.80",
    "s (2); \u2192 q (2): 0.80",
    "q (2); \u2190 s (2): 0.80; \u2190 r (1): 0.20",
    "p (1), s (2); Weight: 0.20",
    "q (2), s (2); Weight: 1.00",
    "q (2), s (2); Weight: 1.00",
    "q (2), s (2); Weight: 1.00",
    "q (2), r (1); Weight: 0.40",
  ]);
});

test("an empty cell has nothing to say", () => {
  const from = nextCell(ctx, [TOKENS], view, theme, null, [1, 0]);
  const below = nextCell(ctx, [TOKENS], view, theme, from, [0, 1]);
  assert.equal(readCell(ctx, [TOKENS], view, theme, words, below), null);
  assert.ok(readCell(ctx, [TOKENS], view, theme, words, from));
});

test("where a matrix has true numbers, its shades are not read; what is not computed yet says nothing", () => {
  const numbers = Float32Array.from([-0.0625, -Infinity, NaN, 12.3456]);
  const layer = { ...MATRIX, numbers };
  const read = (way, from) => {
    const at = nextCell(ctx, [layer], view, theme, from, way);
    return [at, readCell(ctx, [layer], view, theme, words, at).lines.map(([, text]) => text)];
  };
  const [first, one] = read([0, 1], null);
  const [right, two] = read([1, 0], first);
  const [below, three] = read([0, 1], right);
  const [, four] = read([-1, 0], below);
  assert.deepEqual([one, two, three, four], [["Weight: -0.063"], ["Weight: \u2212\u221e"], ["Weight: 12.346"], []]);
});

test("a number takes no more letters than its cell has room for", () => {
  assert.deepEqual(
    [-0.004, 0.456, -3.14159, 12.345, -1234.5, -Infinity].map((number) => short(number, 2)),
    ["0.00", "0.46", "\u22123.14", "12.3", "\u22121235", "\u2212\u221e"],
  );
});
