// Small pictures of runs side by side, each with its first measure and its step under it.

import { attribute, h, write } from "../core/dom.js";
import { drawLayers } from "../draw/layers.js";
import { screen } from "../draw/screen.js";
import { inSight, unwatch, watch } from "../draw/sight.js";
import { fit, viewOf } from "../draw/view.js";

export class Thumbnails {
  constructor(comparison) {
    this.comparison = comparison;
    this.element = h("div", { class: "pg-thumbnails", hidden: true });
    this.cells = [];
    this.draw = this.draw.bind(this);
    this.resize = new ResizeObserver(() => this.redraw());
    this.resize.observe(this.element);
  }

  set({ cells, axes }) {
    const { t } = this.comparison;
    for (const { canvas } of this.cells) unwatch(canvas);
    this.cells = cells.map((one) => {
      const { labels } = one;
      const canvas = h("canvas", { role: "img", "aria-label": labels.join(", ") });
      watch(canvas, () => this.redraw());
      const figure = h("span", { class: "pg-thumbnail-figure" });
      const step = h("span", { class: "pg-thumbnail-step" });
      const used = h("i", { class: "pg-thumbnail-used", "aria-hidden": "true" });
      const link = h(
        "a",
        { href: this.comparison.link(one), class: "pg-thumbnail", title: t("open_cell") },
        canvas,
        used,
        h("b", {}, labels.join(" \u00b7 ")),
        figure,
        step,
      );
      return { canvas, figure, step, used, link, name: labels.join(", ") };
    });
    this.element.replaceChildren(...this.cells.map(({ link }) => link));
    this.element.hidden = false;
    // the last axis runs along a row if all of it has room there
    const along = axes.at(-1)?.count ?? 0;
    this.element.style.setProperty("--columns", axes.length > 1 && along > 1 && along <= 6 ? along : "auto-fill");
  }

  show(frame) {
    const cell = this.cells[frame.cell];
    if (!cell) return;
    cell.frame = frame;
    attribute(cell.canvas, "aria-label", `${cell.name}: ${frame.words}`);
    this.redraw();
  }

  showStatus(status) {
    const { t } = this.comparison;
    status.forEach((run, i) => {
      const { stopped, used } = run;
      const cell = this.cells[i];
      const [figure, step] = this.comparison.caption(run);
      write(cell.step, step);
      write(cell.figure, stopped ? t("over") : figure);
      cell.used.hidden = used === undefined;
      cell.used.style.setProperty("--used", used ?? 0);
      attribute(cell.link, "data-over", Boolean(stopped));
      attribute(cell.link, "title", stopped ?? t("open_cell"));
    });
  }

  redraw() {
    screen.request(this.draw);
  }

  draw() {
    const { theme } = this.comparison;
    const sizes = this.cells.map(({ canvas }) => canvas.clientWidth); // read before anything is drawn
    for (const [i, cell] of this.cells.entries()) {
      const size = sizes[i];
      if (!cell.frame || !size || !inSight(cell.canvas)) continue;
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
    screen.cancel(this.draw);
    for (const { canvas } of this.cells) unwatch(canvas);
    this.resize.disconnect();
  }
}
