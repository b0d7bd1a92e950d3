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
      attribute(element, "title", status[number].stopped ?? "");
    }
    this.sort();
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
      (name) => name !== "bounded",
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
