import assert from "node:assert/strict";
import { test } from "node:test";

import { ExportMenu } from "../../playground/web/stage/export_menu.js";

/** Where a link leads while `frame` is shown. */
function aimed(watching, frame) {
  const link = {};
  const app = {
    session: { watching },
    frame,
    theme: { name: "dark" },
    words: { lang: "zh" },
    trajectory: { moment: 2 },
  };
  ExportMenu.prototype.aim.call({ app }, link, "metrics.csv");
  const { pathname, searchParams } = new URL(link.href);
  return [pathname.split("/").slice(-3).join("/"), Object.fromEntries(searchParams)];
}

test("a file is that of the step shown", () => {
  const query = { step: "7", theme: "dark", lang: "zh" };
  assert.deepEqual(aimed({ run: "abcd" }, { run: "abcd", step: 7 }), ["runs/abcd/metrics.csv", query]);
  assert.deepEqual(aimed({ run: null, recording: "r" }, { run: null, step: 7 }), ["recordings/r/metrics.csv", query]);
  const moved = aimed({ run: "abcd" }, { run: "abcd", step: 7, trajectory: {} })[1];
  assert.deepEqual(moved, { ...query, moment: "2.000" });
});

test("while the recording's last frame is still there, a new run's files are those of its beginning", () => {
  const frame = { run: null, step: 400, trajectory: {} };
  assert.deepEqual(aimed({ run: "abcd" }, frame), ["runs/abcd/metrics.csv", { step: "0", theme: "dark", lang: "zh" }]);
  assert.equal(aimed({ run: "abcd" }, null)[1].step, "0");
});
