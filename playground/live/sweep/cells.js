// The small pictures of a grid, one for each cell, with its step and its first measure under it.

import { attribute, h, write } from "../stage/dom.js";
import { drawLayers, fit, viewOf } from "../stage/draw.js";

export class Cells {
  constructor(field) {
    this.field = field;
    this.element = h("div", { class: "pg-cells", hidden: true });
    this.cells = [];
    this.resize = new ResizeObserver(() => this.redraw());
    this.resize.observe(this.element);
  }

  meet({ cells, axes }) {
    const { t } = this.field;
    this.cells = cells.map(({ run, labels }) => {
      const canvas = h("canvas", { role: "img", "aria-label": labels.join(", ") });
      const figure = h("span", { class: "pg-cell-figure" });
      const step = h("span", { class: "pg-cell-step" });
      const link = h(
        "a",
        { href: this.field.link(run), class: "pg-cell", title: t("open_cell") },
        canvas,
        h("b", {}, labels.join(" \u00b7 ")),
        figure,
        step,
      );
      return { canvas, figure, step, link, name: labels.join(", ") };
    });
    this.element.replaceChildren(...this.cells.map(({ link }) => link));
    this.element.hidden = false;
    // the last axis runs along a row, where all of it finds room
    const along = axes.at(-1).count;
    this.element.style.setProperty("--columns", axes.length > 1 && along > 1 && along <= 6 ? along : "auto-fill");
  }

  show(frame) {
    const cell = this.cells[frame.cell];
    if (!cell) return;
    cell.frame = frame;
    attribute(cell.canvas, "aria-label", `${cell.name}: ${frame.words}`);
    this.redraw();
  }

  figures(status) {
    const { words, t, table } = this.field;
    status.forEach(({ step, scores, stopped }, i) => {
      const cell = this.cells[i];
      const [name] = table.order(scores);
      const [value, floor] = scores[name] ?? [];
      write(cell.step, t("step", { step: words.count(step) }));
      write(
        cell.figure,
        stopped
          ? t("over")
          : value == null
            ? ""
            : `${table.title(name)} ${words.figure(value)}${floor == null ? "" : ` (${words.figure(floor)})`}`,
      );
      attribute(cell.link, "data-over", Boolean(stopped));
      attribute(cell.link, "title", stopped ?? t("open_cell"));
    });
  }

  redraw() {
    this.request ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.request = null;
    const { theme } = this.field;
    for (const cell of this.cells) {
      const size = cell.canvas.clientWidth;
      if (!cell.frame || !size) continue;
      const same = cell.drawn === cell.frame && cell.theme === theme.id;
      const { ctx, changed } = fit(cell.canvas, size, size);
      if (same && !changed) continue;
      ctx.fillStyle = theme.paper;
      ctx.fillRect(0, 0, size, size);
      drawLayers(ctx, cell.frame.layers, viewOf(size, size, cell.frame.extent), theme);
      Object.assign(cell, { drawn: cell.frame, theme: theme.id });
    }
  }

  destroy() {
    cancelAnimationFrame(this.request);
    this.resize.disconnect();
  }
}
