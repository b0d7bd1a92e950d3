// Layers that do not move while a trajectory is played are drawn once and then copied.

import { drawLayers } from "../draw/layers.js";
import { fit } from "../draw/view.js";

/** Whether a layer is neither cut out of a trajectory nor on its way to another frame. */
const isStill = (layer) => !layer.whole && !layer.from;

export class LayerCache {
  constructor() {
    this.kept = []; // {canvas, run, key}: one for each run of layers that stay as they are
  }

  /** Draw `layers` from back to front, then `over`, which never moves; `key`: what else decides how they look. */
  draw(ctx, layers, view, theme, opacity, key, over) {
    let used = 0;
    for (let i = 0; i < layers.length;) {
      let end = i + 1;
      while (end < layers.length && isStill(layers[end]) === isStill(layers[i])) end += 1;
      const run = layers.slice(i, end);
      const paint = (into) => drawLayers(into, run, view, theme, opacity);
      if (isStill(layers[i])) this.copy(ctx, used++, run, view, [theme.id, ...key], paint);
      else paint(ctx);
      i = end;
    }
    this.copy(ctx, used, [], view, [theme.id, ...key], over);
  }

  copy(ctx, number, run, { width, height }, key, paint) {
    const kept = (this.kept[number] ??= { canvas: document.createElement("canvas"), run: null, key: null });
    const whole = [width, height, ctx.getTransform().a, ...key].join();
    if (kept.key !== whole || run.length !== kept.run.length || run.some((layer, i) => layer !== kept.run[i])) {
      const { ctx: into } = fit(kept.canvas, width, height);
      into.clearRect(0, 0, width, height);
      paint(into);
      Object.assign(kept, { run, key: whole });
    }
    ctx.drawImage(kept.canvas, 0, 0, width, height);
  }
}
