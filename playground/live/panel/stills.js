// What does not move while a journey is played is drawn once, and then stamped.

import { drawLayers, fit } from "../stage/draw.js";

/** Whether a layer stays as it is: neither cut out of a journey nor on its way to another picture. */
const still = (layer) => !layer.whole && !layer.from;

export class Stills {
  constructor() {
    this.kept = []; // {canvas, key}: one for each run of layers that stay
  }

  /** Draw `layers` from back to front; `key`: whatever else decides how they look. */
  draw(ctx, layers, view, theme, strength, key) {
    let used = 0;
    for (let i = 0; i < layers.length; ) {
      let end = i + 1;
      while (end < layers.length && still(layers[end]) === still(layers[i])) end += 1;
      const run = layers.slice(i, end);
      if (still(layers[i])) this.stamp(ctx, used++, run, view, theme, strength, key);
      else drawLayers(ctx, run, view, theme, strength);
      i = end;
    }
  }

  stamp(ctx, number, run, view, theme, strength, key) {
    const { width, height } = view;
    const kept = (this.kept[number] ??= { canvas: document.createElement("canvas"), run: [], key: null });
    const whole = [width, height, ctx.getTransform().a, theme.id, ...key].join();
    if (kept.key !== whole || run.length !== kept.run.length || run.some((layer, i) => layer !== kept.run[i])) {
      const { ctx: into } = fit(kept.canvas, width, height);
      into.clearRect(0, 0, width, height);
      drawLayers(into, run, view, theme, strength);
      Object.assign(kept, { run, key: whole });
    }
    ctx.drawImage(kept.canvas, 0, 0, width, height);
  }
}
