// What does not move while a trajectory is played is drawn once, and then stamped.

import { drawLayers, fit } from "../draw/layers.js";

/** Whether a layer stays as it is: neither cut out of a trajectory nor on its way to another picture. */
const still = (layer) => !layer.whole && !layer.from;

export class Stills {
  constructor() {
    this.kept = []; // {canvas, key}: one for each run of layers that stay
  }

  /** Draw `layers` from back to front, and then `over`, which never moves; `key`: what else decides how they look. */
  draw(ctx, layers, view, theme, strength, key, over) {
    let used = 0;
    for (let i = 0; i < layers.length;) {
      let end = i + 1;
      while (end < layers.length && still(layers[end]) === still(layers[i])) end += 1;
      const run = layers.slice(i, end);
      const paint = (into) => drawLayers(into, run, view, theme, strength);
      if (still(layers[i])) this.stamp(ctx, used++, run, view, [theme.id, ...key], paint);
      else paint(ctx);
      i = end;
    }
    this.stamp(ctx, used, [], view, [theme.id, ...key], over);
  }

  stamp(ctx, number, run, { width, height }, key, paint) {
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
