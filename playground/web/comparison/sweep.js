// What Streamlit mounts for a grid of sweeps: ordinary runs of the visitor side by side, and the table of their measures.

import { Comparison, mountComparison } from "./comparison.js";
import { SweepTable } from "./sweep_table.js";

export const mount = (component) => mountComparison(Sweep, component);

class Sweep extends Comparison {
  constructor(parent, data) {
    super(parent, data, "socket/sweep");
    window.__sweep = this.seen; // for browser tests
  }

  buildResults() {
    this.table = new SweepTable(this);
    return this.table.element;
  }

  update({ family, config, grid }) {
    const number = Object.values(grid).reduce((count, values) => count * values.length, 1);
    this.setWanted({ do: "sweep", family, config, grid }, number);
  }

  show(grid) {
    super.show(grid);
    this.table.set(grid);
  }

  showStatus(status) {
    super.showStatus(status);
    this.table.showStatus(status);
  }

  /** Under a picture: its first measure, and its step. */
  caption({ step, scores }) {
    const [name] = this.table.order(scores);
    const [value, floor] = scores[name] ?? [];
    const { words, t } = this;
    const at = t("step", { step: words.count(step) });
    if (value == null) return ["", at];
    const figures = { title: this.table.title(name), value: words.figure(value), floor: words.figure(floor) };
    return [floor == null ? `${figures.title} ${figures.value}` : t("scored", figures), at];
  }
}
