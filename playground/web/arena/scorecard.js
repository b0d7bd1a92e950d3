// The scorecard: a row for each contestant, sorted by a click on a column's head, taken along as CSV.

import { attribute, h, write } from "../core/dom.js";
import { fit } from "../draw/layers.js";
import { csv, save } from "../comparison/comparison.js";
import { colour, live, mark } from "./marks.js";

const WHOLE = ["calls", "parameters", "steps"];

export class Scorecard {
  constructor(field) {
    this.field = field;
    this.head = h("tr", {});
    this.body = h("tbody", {});
    const table = h("table", {}, h("thead", {}, this.head), this.body);
    this.element = h(
      "div",
      { class: "pg-comparison-table pg-scorecard" },
      h(
        "div",
        { class: "pg-comparison-scroll", tabindex: "0", role: "region", "aria-label": field.t("scorecard") },
        table,
      ),
      h("p", { class: "pg-comparison-help" }, field.t("table_help")),
    );
  }

  meet(grid) {
    this.grid = grid;
    this.status = [];
    this.sorted = null;
    this.rows = grid.cells.map((one, number) => {
      const chip = h("canvas", { class: "pg-contestant", "aria-hidden": "true" });
      const head = h("th", { scope: "row" }, h("a", { href: this.field.link(one), title: one.how }, chip, one.title));
      const cells = new Map(grid.columns.map(({ name }) => [name, h("td", {}, h("span", {}), h("small", {}))]));
      const point = (on) => () => this.field.point(on ? number : null);
      const element = h(
        "tr",
        { onPointerenter: point(true), onPointerleave: point(false), onFocusin: point(true), onFocusout: point(false) },
        head,
        ...cells.values(),
      );
      return { number, one, chip, cells, element };
    });
    this.head.replaceChildren(
      this.heading("title", this.field.t("contestant"), ""),
      ...grid.columns.map(({ name, title, unit, help }) =>
        this.heading(name, unit ? `${title} (${unit})` : title, help),
      ),
    );
    this.body.replaceChildren(...this.rows.map(({ element }) => element));
    this.retheme();
  }

  heading(name, title, help) {
    const button = h("button", { type: "button", title: help, onClick: () => this.choose(name) }, title);
    return h("th", { scope: "col", "data-name": name }, button);
  }

  /** What is known of a contestant now: [value, what stands below it]. */
  value(number, name) {
    const one = this.status[number];
    if (!one) return [null, ""];
    const found = one.measured ?? live(one);
    const value = { steps: one.step, seconds: one.spent, parameters: one.parameters, ...found }[name] ?? null;
    return [value, found];
  }

  figures(status) {
    this.status = status;
    for (const { number, cells, element } of this.rows) {
      for (const [name, cell] of cells) {
        const [big, small] = cell.children;
        const [above, below] = this.said(number, name);
        write(big, above);
        write(small, below);
      }
      attribute(element, "data-over", Boolean(status[number].stopped));
      attribute(element, "title", status[number].stopped ?? "");
    }
    this.sort();
  }

  /** A cell's words: its value, and the small print under it. */
  said(number, name) {
    const { words, t } = this.field;
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

  choose(name) {
    const better = this.grid.columns.find((column) => column.name === name)?.better;
    const falls = this.sorted?.name === name ? !this.sorted.falls : better === "higher";
    this.sorted = { name, falls };
    for (const th of this.head.children) {
      if (th.dataset.name === name) attribute(th, "aria-sort", falls ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
    this.sort();
  }

  sort() {
    if (!this.sorted) return;
    const { name, falls } = this.sorted;
    const value = ({ number }) => (name === "title" ? number : this.value(number, name)[0]);
    const rows = [...this.rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x == null || y == null) return (x == null) - (y == null) || a.number - b.number; // unknown comes last
      return (falls ? -1 : 1) * (x - y) || a.number - b.number;
    });
    const shown = [...this.body.children];
    if (rows.some((row, i) => row.element !== shown[i])) this.body.append(...rows.map((row) => row.element));
  }

  point(number) {
    for (const row of this.rows) attribute(row.element, "data-pointed", row.number === number);
  }

  retheme() {
    for (const { number, chip } of this.rows ?? []) {
      const { ctx } = fit(chip, 14, 14);
      ctx.clearRect(0, 0, 14, 14);
      ctx.fillStyle = colour(number, this.field.theme);
      mark(ctx, number, 7, 7, 4.6);
    }
  }

  /** The scorecard as it is now, with the names of the command line's. */
  save() {
    const { config } = this.field.wanted;
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
    save(new Blob([csv([head, ...lines])], { type: "text/csv" }), `arena-${config.data}.csv`);
  }
}
