// One scene, any size: the layers from back to front. The same code draws the big stage and the small nodes.

import { arrows, contour, heatmap, mesh, paths, points } from "./plane.js";
import { bars, images, matrix, words } from "./tables.js";

const DRAWERS = { points, heatmap, contour, arrows, paths, mesh, images, bars, matrix, text: words };
const SPATIAL = new Set(["points", "heatmap", "contour", "arrows", "paths", "mesh"]);

/** Axes' units to pixels. `unit`: one pixel of a 500-pixel stage. */
export function viewOf(width, height, extent) {
  const [x0, x1, y0, y1] = extent;
  return {
    width,
    height,
    extent,
    sx: width / (x1 - x0),
    sy: height / (y1 - y0),
    x0,
    y1,
    unit: Math.min(width, height) / 500,
    x(value) {
      return (value - this.x0) * this.sx;
    },
    y(value) {
      return (this.y1 - value) * this.sy;
    },
  };
}

export function spatial(layers) {
  return layers.some((layer) => SPATIAL.has(layer.kind));
}

/** Draw `layers` where `ctx` is (already scaled to CSS pixels); `strength` of a layer: its opacity. */
export function drawLayers(ctx, layers, view, theme, strength = () => 1) {
  for (const layer of layers) {
    ctx.save();
    ctx.globalAlpha = strength(layer);
    DRAWERS[layer.kind]?.(ctx, layer, view, theme);
    ctx.restore();
  }
}

/** Make the canvas's pixels those of the screen; says whether its size changed. */
export function fit(canvas, width, height) {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  const changed = canvas.width !== w || canvas.height !== h;
  if (changed) {
    canvas.width = w;
    canvas.height = h;
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { ctx, changed };
}

/** Light numbers along the edges, and hairlines where they stand. */
export function axes(ctx, view, theme) {
  const [x0, x1, y0, y1] = view.extent;
  ctx.save();
  ctx.font = `10.5px ${theme.font}`;
  ctx.textBaseline = "alphabetic";
  const label = (text, x, y) => {
    ctx.lineWidth = 3;
    ctx.lineJoin = "round";
    ctx.strokeStyle = theme.paper;
    ctx.globalAlpha = 0.6;
    ctx.strokeText(text, x, y);
    ctx.globalAlpha = 0.75;
    ctx.fillStyle = theme.ink;
    ctx.fillText(text, x, y);
  };
  ctx.textAlign = "center";
  for (const tick of ticks(x0, x1)) label(format(tick), view.x(tick), view.height - 6);
  ctx.textAlign = "left";
  for (const tick of ticks(y0, y1)) label(format(tick), 6, view.y(tick) + 3.5);
  ctx.restore();
}

/** Round numbers about `rough` apart, none within the share `edge` of an end. */
export function ticks(low, high, rough = (high - low) / 6, edge = 0.04) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999);
  const found = [];
  const gap = edge * (high - low) - 1e-9 * step;
  for (let k = Math.ceil((low + gap) / step); k * step <= high - gap; k++) found.push(k * step);
  return found;
}

export const format = (value) => (Math.round(value * 1e6) / 1e6).toString().replace("-", "\u2212");
