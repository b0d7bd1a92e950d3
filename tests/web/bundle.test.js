import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { message } from "./messages.js";

const WEB = new URL("../../playground/web/", import.meta.url);
const PRINT = "import sys; from playground.live.bundle import bundle; sys.stdout.buffer.write(bundle().files['js'])";
const text = execFileSync(process.env.PYTHON ?? "python3", ["-c", PRINT], { cwd: new URL("../..", import.meta.url) });
const whole = await import(`data:text/javascript;base64,${text.toString("base64")}`);

const names = readdirSync(WEB, { recursive: true })
  .filter((name) => name.endsWith(".js"))
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => !name.startsWith("site/")); // of the pages without a server: another bundle

test("the bundle is one module with all scripts and exactly their exports", () => {
  assert.equal(Object.keys(whole).length, names.length);
  for (const name of names) {
    const source = readFileSync(new URL(name, WEB), "utf-8");
    const exported = [...source.matchAll(/^export (?:async )?(?:function\*?|class|const) (\w+)/gm)].map((m) => m[1]);
    const module = whole[name.replace(".js", "").replace("/", "$")];
    assert.deepEqual(Object.keys(module).sort(), exported.sort(), name);
    assert.ok(Object.values(module).every((value) => value !== undefined));
  }
});

test("what stands in the bundle works like its source", () => {
  const frame = whole.core$decode.decode(message({ layers: [{ name: "a" }] }, [["xy", "f4", [1, 2], [3, 4]]]));
  assert.deepEqual([...frame.layers[0].xy], [3, 4]);
  const { positionOf } = whole.draw$trajectory_cuts;
  assert.equal(positionOf([0, 1, 3], 2), 1.5);
  assert.equal(whole.draw$position_label.positionLabel({ moments: [0, 1], labels: ["a", "b"] }, 1), "b");
});

test("every module is one and the same for all that import it", () => {
  const stage = { family: "gan" };
  whole.core$event_bus.addStage(stage);
  assert.equal(whole.core$event_bus.stageOf("gan"), stage);
  whole.core$event_bus.removeStage(stage);
  assert.equal(whole.core$event_bus.stageOf("gan"), null);
});
