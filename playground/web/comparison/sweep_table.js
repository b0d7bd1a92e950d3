// The measures of all runs of a sweep: a click on a column's head sorts them; downloaded as CSV.

import { attribute, h, icon, write } from "../core/dom.js";
import { downloadCsv } from "../core/files.js";

const PLAIN = ["step", "ms", "parameters"];
const WHOLE = ["step", "parameters"];

export class SweepTable {
  constructor(comparison) {
    this.comparison = comparison;
    const { t } = comparison;
    this.head = h("tr", {});
    this.body = h("tbody", {});
    this.download = h(
      "button",
      { type: "button", class: "pg-text-button", onClick: () => this.save() },
      icon("download"),
      t("csv"),
    );
    this.element = h(
      "div",
      { class: "pg-comparison-table", hidden: true },
      h(
        "div",
        { class: "pg-comparison-scroll", tabindex: "0", role: "region", "aria-label": t("table") },
        h("table", {}, h("thead", {}, this.head), this.body),
      ),
      h("p", { class: "pg-comparison-help" }, t("table_help")),
      this.download,
    );
    this.columns = [];
  }

  set(grid) {
    this.grid = grid;
    this.status = [];
    this.columns = [];
    this.sorted = null;
    const { t } = this.comparison;
    this.rows = grid.cells.map((one, number) => {
      const { labels } = one;
      const link = h("a", { href: this.comparison.link(one) }, labels.join(" \u00b7 "));
      return { number, labels, link, cells: new Map(), element: h("tr", {}, h("th", { scope: "row" }, link)) };
    });
    this.body.replaceChildren(...this.rows.map(({ element }) => element));
    this.head.replaceChildren(this.heading("cell", t("cell")));
    this.element.hidden = false;
  }

  title(name) {
    return PLAIN.includes(name) ? this.comparison.t(`column_${name}`) : (this.grid.titles[name] ?? name);
  }

  /** The names of `scores`, the most important first. */
  order(scores) {
    const { first } = this.grid;
    const known = Object.keys(scores);
    return [...first.filter((name) => known.includes(name)), ...known.filter((name) => !first.includes(name))];
  }

  showStatus(status) {
    this.status = status;
    const scores = Object.assign({}, ...status.map((cell) => cell.scores));
    const wanted = [...this.order(scores), ...PLAIN];
    if (wanted.join() !== this.columns.join()) this.setColumns(wanted);
    const { words } = this.comparison;
    this.rows.forEach((row) => {
      attribute(row.element, "data-over", Boolean(status[row.number].stopped));
      for (const name of this.columns) {
        const [value, floor] = this.value(row.number, name);
        const [big, small] = row.cells.get(name).children;
        write(big, value == null ? "\u2013" : WHOLE.includes(name) ? words.count(value) : this.figure(value));
        write(small, floor == null ? "" : this.figure(floor));
      }
    });
    this.sort();
  }

  figure(value) {
    const tiny = value !== 0 && Math.abs(value) < 1e-3;
    return tiny ? value.toExponential(1).replaceAll("-", "\u2212") : this.comparison.words.figure(value);
  }

  value(number, name) {
    const cell = this.status[number];
    if (!cell) return [null, null];
    return PLAIN.includes(name) ? [cell[name], null] : (cell.scores[name] ?? [null, null]);
  }

  /** Other measures are known now. */
  setColumns(columns) {
    this.columns = columns;
    this.head.replaceChildren(
      this.heading("cell", this.comparison.t("cell")),
      ...columns.map((name) => this.heading(name, this.title(name))),
    );
    for (const row of this.rows) {
      row.cells = new Map(columns.map((name) => [name, h("td", {}, h("span", {}), h("small", {}))]));
      row.element.replaceChildren(row.element.firstChild, ...row.cells.values());
    }
    this.markSorted();
  }

  heading(name, title) {
    const button = h("button", { type: "button", onClick: () => this.sortBy(name) }, title);
    return h("th", { scope: "col", "data-name": name }, button);
  }

  sortBy(name) {
    const descending = this.sorted?.name === name ? !this.sorted.descending : this.grid.better[name] === "higher";
    this.sorted = { name, descending };
    this.markSorted();
    this.sort();
  }

  markSorted() {
    for (const th of this.head.children) {
      const now = th.dataset.name === this.sorted?.name;
      if (now) attribute(th, "aria-sort", this.sorted.descending ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
  }

  sort() {
    if (!this.sorted) return;
    const { name, descending } = this.sorted;
    const sign = descending ? -1 : 1;
    const value = (row) => (name === "cell" ? row.number : this.value(row.number, name)[0]);
    const rows = [...this.rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x == null || y == null) return (x == null) - (y == null); // unknown values come last
      return sign * (x - y) || a.number - b.number;
    });
    const shown = [...this.body.children];
    if (rows.some((row, i) => row.element !== shown[i])) this.body.append(...rows.map((row) => row.element));
  }

  /** The table as it is now, with the names that the command line writes. */
  save() {
    const settings = Object.keys(this.grid.cells[0].values);
    const measures = this.order(Object.assign({}, ...this.status.map((cell) => cell.scores)));
    const measured = measures.flatMap((name) => [name, `${name}_floor`]);
    const head = [...settings, "steps", "status", ...measured, "ms_per_step", "parameters", "run"];
    const lines = this.grid.cells.map(({ run, values }, i) => {
      const { step, stopped, scores, ms, parameters } = this.status[i] ?? { scores: {} };
      const figures = measures.flatMap((name) => scores[name] ?? ["", ""]);
      return [...settings.map((name) => values[name]), step, stopped ? "ended" : "", ...figures, ms, parameters, run];
    });
    downloadCsv([head, ...lines], `sweep-${this.comparison.family}.csv`);
  }
}
