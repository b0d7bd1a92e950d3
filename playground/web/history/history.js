// The time machine: moments, forks, the tree of runs, a pinned run beside the one on show.

import { Branches } from "./forks.js";
import { Moment } from "./moment.js";
import { kept, Pin } from "./pin.js";

export class Machine {
  constructor(app) {
    this.app = app;
    this.linked = null; // the run to be pinned that the page's link names
    this.settings = {};
    this.runs = [];
    this.moment = new Moment(app);
    this.pin = new Pin(app);
    this.branches = new Branches(app);
  }

  /** The server tells of the visitor's runs. */
  tree({ runs, settings }) {
    this.settings = settings;
    this.runs = runs;
    this.branches.set(runs);
    const pinned = this.begun ? null : kept(this.app.family, this.linked);
    this.begun = true;
    if (pinned) this.pin.set(pinned);
  }

  update() {
    this.moment.update();
    this.pin.update();
    this.branches.update();
    Object.assign(this.app.seen, {
      runs: this.runs.length,
      pinned: this.pin.run,
      pinnedStep: this.pin.frame?.step ?? null,
    });
  }

  /** In which settings the run on show and the pinned one differ, in words: "Learning rate: 0.001 / 0.004, same seed". */
  compare() {
    const { t } = this.app;
    const [shown, pinned] = [this.config(this.app.session.opened), this.config(this.pin.session?.opened)];
    if (!shown || !pinned) return "";
    const names = Object.keys(pinned).filter((name) => name !== "seed" && shown[name] !== pinned[name]);
    const said = names.map(
      (name) =>
        `${this.settings[name]?.title ?? name}: ${this.value(name, shown[name])} / ${this.value(name, pinned[name])}`,
    );
    if (!said.length) said.push(t("same_settings"));
    said.push(shown.seed === pinned.seed ? t("same_seed") : t("other_seed", { here: shown.seed, there: pinned.seed }));
    return said.join(" · ");
  }

  config(opened) {
    return this.runs.find((run) => run.id === opened?.run)?.config ?? opened?.config;
  }

  value(name, value) {
    const named = this.settings[name]?.options[String(value)];
    return named ?? (typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value));
  }

  destroy() {
    this.pin.destroy();
  }
}
