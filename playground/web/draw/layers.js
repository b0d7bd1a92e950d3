// A scene at any size, from back to front: the same code draws the big stage and the smallest picture.

import { arrows, contour, heatmap, mesh, paths, points } from "./plane.js";
import { bars, images, matrix, text } from "./tables.js";

const DRAWERS = { points, heatmap, contour, arrows, paths, mesh, images, bars, matrix, text };
const SPATIAL = new Set(["points", "heatmap", "contour", "arrows", "paths", "mesh"]);

/** Whether the layers lie on a plane, which has axes. */
export function spatial(layers) {
  return layers.some((layer) => SPATIAL.has(layer.kind));
}

/** Draw `layers` on `ctx`, which is scaled to CSS pixels; `opacity(layer)` may dim some. */
export function drawLayers(ctx, layers, view, theme, opacity = () => 1) {
  for (const layer of layers) {
    ctx.save();
    ctx.globalAlpha = opacity(layer);
    DRAWERS[layer.kind]?.(ctx, layer, view, theme);
    ctx.restore();
  }
}
