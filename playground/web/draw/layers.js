// A scene at any size, from back to front: the same code draws the big stage and the smallest picture.

import { bars } from "./bars.js";
import { links } from "./links.js";
import { matrix } from "./matrix.js";
import { partsOf } from "./parts.js";
import { arrows, contour, heatmap, mesh, paths, points } from "./plane.js";
import { ribbons } from "./ribbons.js";
import { images, text } from "./tables.js";
import { tokens } from "./tokens.js";

const PLANE = { points, heatmap, contour, arrows, paths, mesh };
const DRAWERS = { ...PLANE, images, bars, matrix, text, tokens, links, ribbons };

/** Whether the layers lie on a plane, which has axes. */
export function spatial(layers) {
  return layers.some((layer) => layer.kind in PLANE);
}

/** Draw `layers` on `ctx`, which is scaled to CSS pixels; `opacity(layer)` may dim some. `view.pointer`: a place whose
 * cell is to stand out; `view.parts`: which part of the picture each of these layers and of others has. */
export function drawLayers(ctx, layers, view, theme, opacity = () => 1) {
  const parts = view.parts ?? partsOf(layers, view);
  for (const layer of layers) {
    ctx.save();
    ctx.globalAlpha = opacity(layer);
    const part = parts.get(layer.name);
    if (part) ctx.translate(0, part.top);
    const own = part ? { ...part.view, pointer: within(view.pointer, part) } : view;
    DRAWERS[layer.kind]?.(ctx, layer, own, theme);
    ctx.restore();
  }
}

/** The pointer as a part has it; null: it is elsewhere. */
function within(pointer, { top, view }) {
  if (!pointer || pointer[1] < top || pointer[1] >= top + view.height) return null;
  return [pointer[0], pointer[1] - top];
}
