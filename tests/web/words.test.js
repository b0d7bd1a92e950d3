import assert from "node:assert/strict";
import { test } from "node:test";

import { csv } from "../../playground/web/core/files.js";
import { fade, mix, parse } from "../../playground/web/core/palette.js";
import { Words } from "../../playground/web/core/words.js";

test("texts are filled in, numbers are written in the visitor's language", () => {
  const words = new Words({ at: "step {step} of {head}" }, "en");
  assert.equal(words.t("at", { step: 3, head: 10 }), "step 3 of 10");
  assert.equal(words.t("at", { step: 3 }), "step 3 of ");
  assert.equal(words.count(1234567.6), "1,234,568");
  assert.deepEqual([words.decimal(-1.005, 1), words.decimal(-0.001, 2)], ["\u22121.0", "0.00"]);
  assert.deepEqual(
    [0.123456, 1234.5, 0.00002, -0.5, 0].map((one) => words.figure(one)),
    ["0.123", "1,230", "2.0e\u22125", "\u22120.5", "0"],
  );
});

test("a number has its noun in the right form", () => {
  const words = new Words({ points: "{n:point|points}; at least {fewest} are needed", zh: "{n} 个点" }, "en");
  const said = (n) => words.t("points", { n, fewest: 10 });
  assert.deepEqual(
    [0, 1, 2, "1", "1,024"].map(said),
    ["0 points", "1 point", "2 points", "1 point", "1,024 points"].map((one) => `${one}; at least 10 are needed`),
  );
  assert.equal(words.t("zh", { n: 1 }), "1 个点");
});

test("values are quoted in CSV where they have to be", () => {
  assert.equal(
    csv([
      ["name", "value"],
      ['a "b", c', 1.5],
      [null, undefined],
    ]),
    'name,value\n"a ""b"", c",1.5\n,\n',
  );
});

test("a text that a spreadsheet would compute is a text in CSV, and a number is a number", () => {
  assert.equal(csv([["=1+1", "+cmd", "-2+3", "@x", "\t=1"]]), "'=1+1,'+cmd,'-2+3,'@x,'\t=1\n");
  assert.equal(csv([[-1.5, "-1e-5", "+3", "a=b"]]), "-1.5,-1e-5,+3,a=b\n");
});

test("colours are read, mixed and faded", () => {
  assert.deepEqual(
    [parse("#0af"), parse("#0069a8"), parse("rgb(1, 2, 3)"), parse("rgba(4 5 6 / 50%)")],
    [
      [0, 170, 255],
      [0, 105, 168],
      [1, 2, 3],
      [4, 5, 6],
    ],
  );
  assert.equal(parse("red"), null);
  assert.equal(mix("#000000", "#ff8040", 0.5), "#804020");
  assert.equal(fade("#0069a8", 0.3), "rgba(0,105,168,0.3)");
});
