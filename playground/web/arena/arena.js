// What Streamlit mounts for the arena: contestants of different families train side by side under one budget.

import { Comparison, mountComparison } from "../comparison/comparison.js";
import { DataPicker } from "../core/data_picker.js";
import { live } from "./marks.js";
import { Results } from "./results.js";

export const mount = (component) => mountComparison(Arena, component);

class Arena extends Comparison {
  constructor(parent, data) {
    super(parent, data, "socket/arena");
    window.__arena = this.seen; // for browser tests
  }

  build(parent) {
    super.build(parent);
    this.picker = new DataPicker(this, (value) => this.trigger("pick", value)); // the page does the rest
    this.root.classList.add("pg-arena");
    this.bar.classList.add("pg-bar", "pg-arena-bar");
    this.bar.prepend(this.picker.element);
  }

  buildResults() {
    this.results = new Results(this);
    return this.results.element;
  }

  update({ config, count, choices, own, heading, opening }) {
    this.config = config;
    this.heading = heading;
    this.picker.set(choices, config.data, own);
    this.setWanted({ do: "arena", config }, count);
    if (opening && !this.session.asked) this.begin("free");
  }

  show(arena) {
    const cells = arena.cells.map((cell) => ({ ...cell, labels: [cell.title] }));
    super.show({ ...arena, cells, axes: [] });
    this.results.set(this.opened);
    this.thumbnails.element.style.setProperty("--columns", Math.min(7, Math.max(4, arena.cells.length)));
  }

  showStatus(status) {
    super.showStatus(status);
    this.results.showStatus(status);
    this.seen.measured = status.filter((run) => run.measured).length;
  }

  /** Under a picture: how near its samples are to the data, and what it has used of the budget. */
  caption(run) {
    const { words, t } = this;
    const had = t("had", { seconds: words.decimal(run.spent ?? 0, 1), steps: words.count(run.step) });
    if (run.over && !run.measured) return [t("measuring"), had];
    const { sliced_w2: value, sliced_w2_floor: floor } = run.measured ?? live(run);
    const title = this.opened.titles.sliced_w2;
    return [value == null ? "" : `${title} ${words.figure(value)} (${words.figure(floor)})`, had];
  }

  /** Whether all contestants have used up their budget. */
  get over() {
    const { status } = this.session;
    return status.length > 0 && status.every((run) => run.over || run.stopped);
  }

  label() {
    if (this.session.stale || !this.over) return super.label();
    return ["live", this.t("over_all")];
  }

  refresh() {
    super.refresh();
    this.button.disabled = !this.session.stale && this.over;
  }

  summary() {
    const { status } = this.session;
    const measured = status.filter((run) => run.measured).length;
    const waiting = status.filter((run) => run.over && !run.measured && !run.stopped).length;
    const parts = [super.summary()];
    if (waiting) parts.push(this.t("waiting", { count: waiting }));
    if (measured) parts.push(this.t("measured", { count: measured }));
    return parts.join(" ");
  }

  /** The page of the contestant's family. */
  link({ run, family }) {
    const url = new URL(family, location.href);
    url.search = new URLSearchParams({ run, lang: this.words.lang });
    return url.href;
  }

  updateTheme() {
    const changed = super.updateTheme();
    if (changed) this.results.redraw();
    return changed;
  }

  destroy() {
    this.results.destroy();
    super.destroy();
  }
}
