// What Streamlit mounts for the arena: contestants of different families train side by side under one budget.

import { Comparison, mountComparison } from "../comparison/comparison.js";
import { DataPicker } from "../core/data_picker.js";
import { h, write } from "../core/dom.js";
import { live } from "./marks.js";
import { Results } from "./results.js";

const REMEMBERED = 40; // shares of the budget that were used, one with each table of figures

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
    this.left = h("span", { class: "pg-arena-left" }); // not in the status: it changes too often to be read out
    this.bar.append(this.left);
    this.past = []; // [{now, used}], the last ones
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
    if (opening && !this.session.asked) this.begin(false); // what there is; a button begins to train
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
    if (value == null) return ["", had];
    const title = this.opened.titles.sliced_w2;
    return [t("scored", { title, value: words.figure(value), floor: words.figure(floor) }), had];
  }

  /** Whether all contestants have used up their budget. */
  get over() {
    const { status } = this.session;
    return status.length > 0 && status.every((run) => run.over || run.stopped);
  }

  label() {
    const { stale, playing, status } = this.session;
    if (!stale && this.over) return ["live", this.t("over_all")];
    if (!playing && status.every((run) => !run.step)) return ["play", this.t("start", { count: this.number })];
    return super.label();
  }

  /** How long it will take until all budgets are used up, as the last seconds tell; "" while that is unknown. */
  timeLeft() {
    const { playing, status } = this.session;
    const now = performance.now() / 1000;
    const used = status.reduce((sum, run) => sum + (run.stopped ? 1 : (run.used ?? 0)), 0) / Math.max(1, status.length);
    if (!playing || used >= 1) this.past = [];
    else if (used !== this.past.at(-1)?.used) this.past = [...this.past, { now, used }].slice(-REMEMBERED);
    const [first] = this.past;
    if (this.past.length < 3 || now - first.now < 1) return "";
    const seconds = ((1 - used) * (now - first.now)) / (used - first.used);
    return this.t("time_left", { seconds: this.words.count(Math.max(1, seconds)) });
  }

  refresh() {
    super.refresh();
    this.button.disabled = !this.session.stale && this.over;
    write(this.left, this.timeLeft());
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
