import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { momentAt, nextCell, readCell } from "../../playground/web/draw/cells.js";
import { partsOf } from "../../playground/web/draw/parts.js";
import { ribbonLayout } from "../../playground/web/draw/ribbon_layout.js";
import { colourOf, named, seen, segmentAt, segments } from "../../playground/web/draw/ribbon_segments.js";
import { ribbons } from "../../playground/web/draw/ribbons.js";
import { TrajectoryCuts } from "../../playground/web/draw/trajectory_cuts.js";
import { readableOn } from "../../playground/web/core/palette.js";

const KINDS = ["#cc6677", "#332288", "#c2ab3a", "#117733", "#4ea6d6", "#882255", "#329686", "#808022", "#aa4499"];
const theme = {
  font: "x",
  small: 12,
  ink: "#1f2430",
  paper: "#ffffff",
  kinds: [...KINDS, "#777777"],
  roles: { neutral: "#565e6c" },
};
const words = { count: String, decimal: (value, digits) => value.toFixed(digits) };
const view = { width: 500, height: 500, unit: 1 };
const LAYER = {
  name: "ribbons",
  kind: "ribbons",
  classes: Int8Array.from([0, 0, 1, 1, 1, 0, 2, 2, -1, -1, /**/ 0, 0, 0, 1, 1, 1, 2, 2, 2, 2]),
  weights: Uint8Array.from([...Array(10).fill(255), ...Array(10).fill(51)]),
  now: Float32Array.of(4),
  marks: Float32Array.of(NaN, 3),
  shapes: { classes: [2, 10], weights: [2, 10], now: [1], marks: [2, 1] },
  rows: ["truth", "model"],
  names: ["background", "wave", "kick"],
  seconds: 0.1,
  frame_title: "frame {frame}",
  time_title: "{seconds} s",
  stamp: 0,
};

/** A canvas on which every letter is as wide as it is high; it notes what is drawn, in which colour. */
function canvas() {
  const drawn = [];
  const quiet = ["beginPath", "moveTo", "lineTo", "fill", "createImageData", "putImageData"];
  const ctx = {
    drawn,
    globalAlpha: 1,
    measureText: (text) => ({ width: 100 * text.length }),
    fillRect: (...box) => drawn.push(["rect", ctx.fillStyle, ...box]),
    strokeRect: (...box) => drawn.push(["frame", ctx.strokeStyle, ...box]),
    fillText: (text, x, y) => drawn.push(["text", ctx.fillStyle, text, x, y]),
    drawImage: (_, ...box) => drawn.push(["image", null, ...box]),
  };
  for (const name of quiet) ctx[name] = () => {};
  return ctx;
}

const pixels = { data: null };
globalThis.document = {
  createElement: () => ({
    getContext: () => ({
      createImageData: (width, height) => Object.assign(pixels, { data: new Uint8ClampedArray(4 * width * height) }),
      putImageData: () => {},
    }),
  }),
};

const PYTHON = `
import json, sys
from dataclasses import asdict
from playground.render.ribbon_layout import ribbon_layout
print(json.dumps([asdict(ribbon_layout(*case)) for case in json.load(sys.stdin)]))
`;

test("rows, names and the axis are where they are in pictures", () => {
  const cases = [];
  for (const rows of [1, 3, 8, 20])
    for (const title of [0, 3.5, 30])
      for (const names of [[], [4, 2.5, 7.25], Array(14).fill(5)])
        for (const [width, height] of [
          [500, 500],
          [700, 160],
          [260, 90],
          [150, 150],
          [300, 640],
        ])
          cases.push([rows, title, names, width, height]);
  const cwd = new URL("../..", import.meta.url);
  const run = { cwd, input: JSON.stringify(cases), encoding: "utf8" };
  const wanted = JSON.parse(execFileSync(process.env.PYTHON ?? "python3", ["-c", PYTHON], run));
  const round = (value) => (Array.isArray(value) ? value.map(round) : Number(value.toFixed(6)));
  cases.forEach(([rows, title, names, width, height], k) => {
    const got = ribbonLayout({ rows, title, names, width, height, letters: 12 });
    for (const [name, value] of Object.entries(wanted[k]))
      assert.deepEqual(round(got[name]), round(value), `${name} of ${JSON.stringify(cases[k])}`);
  });
});

test("segments are runs of one class, and where none is known there is none", () => {
  assert.deepEqual(segments(LAYER, 0), [
    [0, 2, 0],
    [2, 5, 1],
    [5, 6, 0],
    [6, 8, 2],
  ]);
  assert.deepEqual(segmentAt(LAYER, 1, 9), [6, 10, 2]);
  assert.equal(segmentAt(LAYER, 0, 9), null);
});

test("each class has a colour of its own up to ten, and text on it the clearer of two", () => {
  assert.equal(colourOf(0, theme), theme.roles.neutral);
  assert.deepEqual(
    [1, 9, 10, 11].map((k) => colourOf(k, theme)),
    [KINDS[0], KINDS[8], "#777777", KINDS[0]],
  );
  assert.equal(readableOn("#332288", theme), theme.paper);
  assert.equal(readableOn("#c2ab3a", theme), theme.ink);
  assert.equal(readableOn("#332288", { ink: "#eef0f4", paper: "#0e1117" }), "#eef0f4");
});

test("all names are written, or of many those that occur", () => {
  assert.deepEqual(named(LAYER), [0, 1, 2]);
  assert.deepEqual(named({ ...LAYER, names: ["", "wave", "kick", "never"] }), [1, 2, 3]);
  assert.deepEqual(named({ ...LAYER, names: Array.from({ length: 21 }, (_, k) => `c${k}`) }), [0, 1, 2]);
});

test("what is drawn: bands, a veil over what is to come, the moment shown, names where they have room", () => {
  const ctx = canvas();
  ribbons(ctx, { ...LAYER }, view, theme);
  const layout = ribbonLayout({ rows: 2, title: 5, names: [10, 4, 4], ...view, letters: 12 });
  const bands = ctx.drawn.filter(([what]) => what === "image");
  assert.deepEqual(
    bands.map(([, , , row, frames, , left, , width]) => [row, frames, left, width]),
    [
      [0, 10, layout.left, layout.width],
      [1, 10, layout.left, layout.width],
    ],
  );
  const half = layout.left + layout.width / 2; // frame 4 of 10 has passed: so have five
  const veil = ctx.drawn.find(([, colour]) => colour === "rgba(255,255,255,0.7)");
  assert.equal(veil[2], half);
  assert.ok(veil[2] + veil[4] >= layout.left + layout.width);
  assert.ok(ctx.drawn.some(([what, , x, , w]) => what === "rect" && x === half - 0.75 && w === 1.5));
  const texts = ctx.drawn.filter(([what]) => what === "text").map(([, , text]) => text);
  assert.equal(texts.filter((text) => text === "wave").length, 3); // in two segments, and above
  for (const text of ["truth", "model", "background", "0 s", "1 s"]) assert.ok(texts.includes(text), text);
  assert.equal(seen(LAYER), 5);
  assert.deepEqual([...pixels.data.slice(4 * 2, 4 * 3)], [0xcc, 0x66, 0x77, 255]);
  assert.deepEqual([...pixels.data.slice(4 * 13, 4 * 14)], [0xcc, 0x66, 0x77, 51]);
  assert.deepEqual(
    [0, 8].map((k) => pixels.data[4 * k + 3]),
    [0, 0],
  ); // background, and unknown
});

test("a small picture has its bands and no words", () => {
  const ctx = canvas();
  ribbons(ctx, { ...LAYER }, { width: 110, height: 110, unit: 0.2 }, theme);
  assert.equal(ctx.drawn.filter(([what]) => what === "image").length, 2);
  assert.ok(!ctx.drawn.some(([what]) => what === "text"));
});

test("the segment under the pointer is framed", () => {
  const layout = ribbonLayout({ rows: 2, title: 5, names: [10, 4, 4], ...view, letters: 12 });
  const step = layout.width / 10;
  const pointer = [layout.left + 7.5 * step, layout.top + 1.6 * layout.pitch];
  const ctx = canvas();
  ribbons(ctx, { ...LAYER }, { ...view, pointer }, theme);
  const [[, , x, , width]] = ctx.drawn.filter(([what]) => what === "frame");
  assert.ok(Math.abs(x - layout.left - 6 * step) < 1e-9 && Math.abs(width - 4 * step) < 1e-9);
});

test("the arrow keys go from frame to frame and from row to row, and each says what it is", () => {
  const visited = [];
  let at = null;
  for (const way of [
    [0, 1],
    [1, 0],
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, 1],
  ]) {
    at = nextCell(canvas(), [LAYER], view, theme, at, way);
    const { place, lines } = readCell(canvas(), [LAYER], view, theme, words, at);
    visited.push([place, ...lines.map(([, text]) => text)].join("; "));
  }
  assert.deepEqual(visited, [
    "truth; background: 1.00; frame 1, 0.0 s",
    "truth; background: 1.00; frame 2, 0.1 s",
    "truth; wave: 1.00; frame 3, 0.2 s",
    "model; background: 0.20; frame 3, 0.2 s",
    "model; background: 0.20; frame 2, 0.1 s",
    "model; background: 0.20; frame 2, 0.1 s",
  ]);
  const bare = { ...LAYER, weights: undefined, seconds: 0 };
  const unknown = readCell(canvas(), [bare], view, theme, words, [495, at[1] - 60]);
  assert.equal(unknown, null); // beside the rows
});

test("along a trajectory only the moment shown moves, and a click leads to the moment of its frame", () => {
  const whole = {
    ...LAYER,
    trajectory: true,
    now: Float32Array.of(0, 4, 9),
    shapes: { classes: [1, 2, 10], weights: [1, 2, 10], now: [3, 1], marks: [1, 2, 1] },
  };
  const [cut] = new TrajectoryCuts().at([whole], 1.5);
  assert.deepEqual([cut.now[0], cut.shapes.classes], [6.5, [2, 10]]);
  assert.deepEqual([...cut.classes], [...LAYER.classes]);
  const layout = ribbonLayout({ rows: 2, title: 5, names: [10, 4, 4], ...view, letters: 12 });
  const go = (frame, y = layout.top + 0.6 * layout.pitch) => [layout.left + ((frame + 0.5) * layout.width) / 10, y];
  const to = (layer, ...place) => momentAt(canvas(), [layer], view, theme, [10, 20, 30], go(...place));
  assert.deepEqual(
    [0, 3, 6, 8].map((frame) => to(cut, frame)),
    [10, 20, 20, 30],
  );
  assert.equal(to(cut, 3, 5), null); // above the rows
  assert.equal(to(LAYER, 3), null); // it does not move along a trajectory
});

test("beside other layers they have the lower part of the picture", () => {
  const paths = { name: "limbs", kind: "paths" };
  const at = (layers, more = {}, covered = 0) => {
    const { top, view: own } = partsOf(layers, { ...view, ...more }, covered).get("ribbons");
    return [top, own.height];
  };
  assert.deepEqual(at([paths, LAYER], { stacked: 0.4 }), [300, 200]);
  assert.deepEqual(at([LAYER], { stacked: 0.4 }), [0, 500]);
  assert.deepEqual(at([paths, LAYER]), [0, 500]);
  assert.deepEqual(at([paths, LAYER], { stacked: 0.4 }, 30), [300, 200]);
});
