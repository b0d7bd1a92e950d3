// Snapshots that the teacher presents: small pictures side by side.

import { h, write } from "../core/dom.js";
import { drawLayers } from "../draw/layers.js";
import { fit, viewOf } from "../draw/view.js";

const SIZE = 160; // px

export class Presented {
  constructor(app) {
    this.app = app;
    this.cells = new Map(); // place -> {canvas, frame}
    this.element = h("div", { class: "pg-presented", hidden: true });
  }

  set(picks) {
    const frames = new Map([...this.cells].map(([place, { frame }]) => [place, frame]));
    this.cells.clear();
    this.element.replaceChildren(
      ...picks.map(({ place, name, step }) => {
        const canvas = h("canvas", { role: "img", "aria-label": name });
        const words = h("figcaption", { class: "pg-small" });
        write(words, `${name} · ${this.app.t("at_step_short", { step: this.app.words.count(step) })}`);
        this.cells.set(place, { canvas, frame: frames.get(place) });
        return h("figure", { class: "pg-presented-one" }, canvas, words);
      }),
    );
    this.element.hidden = !picks.length;
    this.draw();
  }

  bring(frame) {
    const cell = this.cells.get(frame.pick);
    if (!cell) return;
    cell.frame = frame;
    this.draw();
  }

  draw() {
    const { theme } = this.app;
    if (!theme) return;
    for (const { canvas, frame } of this.cells.values()) if (frame) drawSmall(canvas, frame, theme, SIZE);
  }

  destroy() {
    this.element.remove();
  }
}

/** A small picture of a scene. */
export function drawSmall(canvas, frame, theme, size) {
  const { ctx } = fit(canvas, size, size);
  canvas.style.width = canvas.style.height = `${size}px`;
  ctx.fillStyle = theme.paper;
  ctx.fillRect(0, 0, size, size);
  drawLayers(ctx, frame.layers, viewOf(size, size, frame.extent), theme);
}
