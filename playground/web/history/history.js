// The history of the visitor's runs: the moment shown, the tree of forks, a pinned run beside the one on show.

import { Forks } from "./forks.js";
import { Moment } from "./moment.js";
import { Pin, pinnedBefore } from "./pin.js";

export class History {
  constructor(app) {
    this.app = app;
    this.linked = null; // the run that the page's link wants pinned
    this.settings = {};
    this.runs = [];
    this.moment = new Moment(app);
    this.pin = new Pin(app);
    this.forks = new Forks(app);
  }

  /** The server's message `tree`: all runs of the visitor. */
  set({ runs, settings }) {
    this.settings = settings;
    this.runs = runs;
    this.forks.set(runs);
    const pinned = this.begun ? null : pinnedBefore(this.app.family, this.linked);
    this.begun = true;
    if (pinned) this.pin.set(pinned);
  }

  update() {
    this.moment.update();
    this.pin.update();
    this.forks.update();
    Object.assign(this.app.seen, {
      runs: this.runs.length,
      pinned: this.pin.run,
      pinnedStep: this.pin.frame?.step ?? null,
    });
  }

  /** How the settings of the run on show and of the pinned one differ: "Learning rate: 0.001 / 0.004 · same seed". */
  compare() {
    const { t } = this.app;
    const [shown, pinned] = [this.config(this.app.session.watching), this.config(this.pin.session?.watching)];
    if (!shown || !pinned) return "";
    const names = Object.keys(pinned).filter((name) => name !== "seed" && shown[name] !== pinned[name]);
    const differences = names.map(
      (name) =>
        `${this.settings[name]?.title ?? name}: ${this.value(name, shown[name])} / ${this.value(name, pinned[name])}`,
    );
    if (!differences.length) differences.push(t("same_settings"));
    differences.push(
      shown.seed === pinned.seed ? t("same_seed") : t("other_seed", { here: shown.seed, there: pinned.seed }),
    );
    return differences.join(" · ");
  }

  config(watching) {
    return this.runs.find((run) => run.id === watching?.run)?.config ?? watching?.config;
  }

  value(name, value) {
    const known = this.settings[name];
    const title = known?.options[String(value)];
    if (title === undefined && typeof value === "string") return known?.title ?? name; // a code says nothing to anybody
    return title ?? (typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value));
  }

  destroy() {
    this.pin.destroy();
  }
}
