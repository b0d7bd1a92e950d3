import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, decodeScenes, holdsScenes } from "../../playground/web/core/decode.js";
import { message, scenes } from "./messages.js";

test("a message becomes its header, whose layers carry their arrays", () => {
  const frame = decode(
    message(
      { seq: 7, step: 120, layers: [{ name: "samples", kind: "points" }, { name: "map" }] },
      [
        ["xy", "f4", [2, 2], [1.5, -2.25, 0, 3]],
        ["values", "u1", [2], [0, 255]],
      ],
      [["values", "u1", [2, 3], [1, 2, 3, 4, 5, 6]]],
    ),
  );
  assert.deepEqual([frame.seq, frame.step], [7, 120]);
  const [samples, map] = frame.layers;
  assert.deepEqual([...samples.xy], [1.5, -2.25, 0, 3]);
  assert.deepEqual(samples.shapes, { xy: [2, 2], values: [2] });
  assert.deepEqual([...samples.values], [0, 255]);
  assert.deepEqual([map.shapes.values, [...map.values], map.stamp], [[2, 3], [1, 2, 3, 4, 5, 6], 0]);
});

test("float16 values are those of IEEE 754", () => {
  const halves = {
    0x0000: 0,
    0x3c00: 1,
    0xc000: -2,
    0x3555: 0.333251953125,
    0x7bff: 65504, // the largest
    0x0400: 2 ** -14, // the smallest normal number
    0x0001: 2 ** -24, // the smallest of all
    0x83ff: -1023 * 2 ** -24,
    0x7c00: Infinity,
    0xfc00: -Infinity,
    0x7e00: NaN,
  };
  const bits = Object.keys(halves).map(Number);
  const frame = decode(message({ layers: [{ name: "a" }] }, [["xy", "f2", [bits.length], bits]]));
  assert.deepEqual(
    [...frame.layers[0].xy],
    bits.map((one) => halves[one]),
  );
});

test("numbers of tokens are whole, and -1 is none", () => {
  const frame = decode(
    message({ layers: [{ name: "t" }] }, [
      ["ids", "i2", [1, 3], [-1, 3000, 32767]],
      ["states", "i1", [1, 3], [0, 4, -1]],
    ]),
  );
  const [{ ids, states }] = frame.layers;
  assert.deepEqual([...ids, ...states], [-1, 3000, 32767, 0, 4, -1]);
});

test("what is not a frame is refused", () => {
  assert.throws(() => decode(new ArrayBuffer(16)), /not a frame/);
});

test("a panel's answer holds scenes of its own", () => {
  const one = message({ layers: [{ name: "p" }] }, [["xy", "f4", [1, 2], [1, 2]]]);
  const two = message({ title: "second", layers: [] });
  const answer = scenes({ name: "noise", step: 9 }, [one, two]);
  assert.equal(holdsScenes(answer), true);
  assert.equal(holdsScenes(one), false);
  const { name, step, scenes: found } = decodeScenes(answer);
  assert.deepEqual([name, step, found.length, found[1].title], ["noise", 9, 2, "second"]);
  assert.deepEqual([...found[0].layers[0].xy], [1, 2]);
});
