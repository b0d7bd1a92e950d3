// The scorecard: a row for each contestant; a click on a column's head sorts them; downloaded as CSV.

import { attribute, h, write } from "../core/dom.js";
import { downloadCsv } from "../core/files.js";
import { fit } from "../draw/view.js";
import { colour, drawMark, live } from "./marks.js";

const WHOLE = ["calls", "parameters", "steps"];

export class Scorecard {
  constructor(arena, onPoint) {
    this.arena = arena;
    this.onPoint = onPoint;
    this.head = h("tr", {});
    this.body = h("tbody", {});
    const table = h("table", {}, h("thead", {}, this.head), this.body);
    this.element = h(
      "div",
      { class: "pg-comparison-table pg-scorecard" },
      h(
        "div",
        { class: "pg-comparison-scroll", tabindex: "0", role: "region", "aria-label": arena.t("scorecard") },
        table,
      ),
      h("p", { class: "pg-comparison-help" }, arena.t("table_help")),
    );
  }

  set(grid) {
    this.grid = grid;
    this.status = [];
    this.sorted = null;
    this.rows = grid.cells.map((one, number) => {
      const chip = h("canvas", { class: "pg-contestant", "aria-hidden": "true" });
      const head = h("th", { scope: "row" }, h("a", { href: this.arena.link(one), title: one.how }, chip, one.title));
      const cells = new Map(grid.columns.map(({ name }) => [name, h("td", {}, h("span", {}), h("small", {}))]));
      const point = (on) => () => this.onPoint(on ? number : null);
      const element = h(
        "tr",
        { onPointerenter: point(true), onPointerleave: point(false), onFocusin: point(true), onFocusout: point(false) },
        head,
        ...cells.values(),
      );
      return { number, one, chip, cells, element };
    });
    this.head.replaceChildren(
      this.heading("title", this.arena.t("contestant"), ""),
      ...grid.columns.map(({ name, title, unit, help }) =>
        this.heading(name, unit ? `${title} (${unit})` : title, help),
      ),
    );
    this.body.replaceChildren(...this.rows.map(({ element }) => element));
    this.drawMarks();
  }

  heading(name, title, help) {
    const button = h("button", { type: "button", title: help, onClick: () => this.sortBy(name) }, title);
    return h("th", { scope: "col", "data-name": name }, button);
  }

  /** What is known of a contestant now: [the value, all that was measured]. */
  value(number, name) {
    const one = this.status[number];
    if (!one) return [null, ""];
    const found = one.measured ?? live(one);
    const value = { steps: one.step, seconds: one.spent, parameters: one.parameters, ...found }[name] ?? null;
    return [value, found];
  }

  showStatus(status) {
    this.status = status;
    for (const { number, cells, element } of this.rows) {
      for (const [name, cell] of cells) {
        const [big, small] = cell.children;
        const [above, below] = this.text(number, name);
        write(big, above);
        write(small, below);
      }
      attribute(element, "data-over", Boolean(status[number].stopped));
    }
    this.markBest();
    for (const { number, element } of this.rows) {
      attribute(element, "title", status[number].stopped ?? "");
    }
    this.sort();
  }

  /** Mark the best value of each column, and those that cannot be told from it. */
  markBest() {
    const { t, words } = this.arena;
    for (const { name, better } of this.grid.columns) {
      const found = this.rows
        .map(({ number }) => this.status[number]?.measured)
        .map((measured) => ({
          value: measured?.[name],
          error: measured?.[`${name}_error`],
        }));
      const best = bestOf(found, better);
      this.rows.forEach(({ cells }, i) => {
        const cell = cells.get(name);
        attribute(cell, "data-best", best[i]);
        const { error } = found[i];
        if (!best[i]) cell.removeAttribute("title");
        else attribute(cell, "title", error == null ? t("best_exact") : t("best", { error: words.figure(error) }));
      });
    }
  }

  /** A cell's text: its value, and the small print under it. */
  text(number, name) {
    const { words, t } = this.arena;
    const [value, found] = this.value(number, name);
    const measured = Boolean(this.status[number]?.measured);
    if (name === "gap" && measured && value == null) return [t("no_density"), ""];
    if (value == null) return [measured || this.status[number]?.stopped ? "\u2013" : "\u2026", ""];
    if (WHOLE.includes(name)) return [words.count(value), ""];
    if (name === "modes") return [t("modes", { count: words.count(value), all: words.count(found.modes_of) }), ""];
    if (name === "gap") return [found.bounded ? t("at_most", { value: words.figure(value) }) : words.figure(value), ""];
    const floor = found[`${name}_floor`];
    const shown = name === "mass" ? words.decimal(value, 3) : words.figure(value);
    return [shown, floor == null ? "" : name === "mass" ? words.decimal(floor, 3) : words.figure(floor)];
  }

  sortBy(name) {
    const better = this.grid.columns.find((column) => column.name === name)?.better;
    const descending = this.sorted?.name === name ? !this.sorted.descending : better === "higher";
    this.sorted = { name, descending };
    for (const th of this.head.children) {
      if (th.dataset.name === name) attribute(th, "aria-sort", descending ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
    this.sort();
  }

  sort() {
    if (!this.sorted) return;
    const { name, descending } = this.sorted;
    const value = ({ number }) => (name === "title" ? number : this.value(number, name)[0]);
    const rows = [...this.rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x == null || y == null) return (x == null) - (y == null) || a.number - b.number; // unknown values come last
      return (descending ? -1 : 1) * (x - y) || a.number - b.number;
    });
    const shown = [...this.body.children];
    if (rows.some((row, i) => row.element !== shown[i])) this.body.append(...rows.map((row) => row.element));
  }

  point(number) {
    for (const row of this.rows) attribute(row.element, "data-pointed", row.number === number);
  }

  drawMarks() {
    for (const { number, chip } of this.rows ?? []) {
      const { ctx } = fit(chip, 14, 14);
      ctx.clearRect(0, 0, 14, 14);
      ctx.fillStyle = colour(number, this.arena.theme);
      drawMark(ctx, number, 7, 7, 4.6);
    }
  }

  /** The scorecard as it is now, with the names that the command line writes. */
  save() {
    const { config } = this.arena;
    const budget = config.budget === "steps" ? `${config.steps} steps` : `${config.seconds} s`;
    const names = Object.keys(this.status.find(({ measured }) => measured)?.measured ?? {}).filter(
      (name) => name !== "bounded" && !name.endsWith("_error"),
    );
    const head = ["contestant", "family", "data", "seed", "budget", "status", "density", ...names, "run"];
    const lines = this.rows.map(({ number, one }) => {
      const { measured, stopped } = this.status[number] ?? {};
      const state = stopped ? "failed" : measured ? "done" : "training";
      const density = !measured ? "" : measured.gap == null ? "none" : measured.bounded ? "bound" : "exact";
      const figures = names.map((name) => measured?.[name]);
      return [one.name, one.family, config.data, config.seed, budget, state, density, ...figures, one.run];
    });
    downloadCsv([head, ...lines], `arena-${config.data}.csv`);
  }
}

/** Which of these values are the best, or not worse than their errors allow to tell; none where only one is known.
 * `better`: "lower", "higher" or "". */
export function bestOf(found, better) {
  const sign = { lower: 1, higher: -1 }[better];
  const known = found.filter(({ value }) => value != null);
  if (!sign || known.length < 2) return found.map(() => false);
  const best = known.reduce((a, b) => (sign * b.value < sign * a.value ? b : a));
  return found.map(
    ({ value, error }) =>
      value != null &&
      sign * (value - best.value) <= Math.hypot(error ?? 0, best.error ?? 0) + 1e-12 * Math.abs(best.value),
  );
}
