// What Streamlit mounts: a grid of sweeps. Its cells are ordinary runs of the visitor, which train side by side;
// field.js speaks with the server, table.js holds the measures.

import { Field, mountField } from "./comparison.js";
import { Table } from "./sweep_table.js";

export function mount(component) {
  return mountField(Sweep, component);
}

class Sweep extends Field {
  constructor(parent, data) {
    super(parent, data, "grid");
    window.__sweep = this.seen; // for browser tests
  }

  below() {
    this.table = new Table(this);
    return [this.table.element];
  }

  update({ family, config, grid }) {
    const number = Object.values(grid).reduce((count, values) => count * values.length, 1);
    this.refit({ do: "grid", family, config, grid }, number);
  }

  meet(grid) {
    super.meet(grid);
    this.table.meet(grid);
  }

  figures() {
    super.figures();
    this.table.figures(this.status);
  }

  /** Under a picture: its first measure, and its step. */
  caption({ step, scores }) {
    const [name] = this.table.order(scores);
    const [value, floor] = scores[name] ?? [];
    const { words, t } = this;
    const beside = floor == null ? "" : ` (${words.figure(floor)})`;
    const figure = value == null ? "" : `${this.table.title(name)} ${words.figure(value)}${beside}`;
    return [figure, t("step", { step: words.count(step) })];
  }
}
