import assert from "node:assert/strict";
import { test } from "node:test";

import { found } from "../../playground/web/core/glossary.js";

const TERMS = [
  { words: ["nats", "nat"], text: "" },
  { words: ["KL divergence", "KL"], text: "" },
  { words: ["\u5948\u7279"], text: "" },
];

test("terms are whole words, the longest of overlapping ones", () => {
  assert.deepEqual(found("1.2 nats of KL divergence, no nature", TERMS), [
    [4, 8, 0],
    [12, 25, 1],
  ]);
  assert.deepEqual(found("kl is no KL", TERMS), [[9, 11, 1]]); // capitals matter in an abbreviation
  assert.deepEqual(found("\u4ee5\u5948\u7279\u8ba1", TERMS), [[1, 3, 2]]);
});
