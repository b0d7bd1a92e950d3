// A curve that stands out from everything under it, its ends lettered.

import { fade } from "../core/palette.js";

/** `xy`: points [[x, y], ...] in the units of `view`; `letters` mark the first and the last. */
export function curve(ctx, xy, view, theme, letters = []) {
  ctx.save();
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.beginPath();
  xy.forEach(([x, y], i) => ctx[i ? "lineTo" : "moveTo"](view.x(x), view.y(y)));
  for (const [colour, width] of [
    [fade(theme.paper, 0.85), 6],
    [theme.ink, 2.6],
  ]) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  }
  letters.forEach((letter, i) => drawLetter(ctx, letter, view, view.x(xy.at(-i)[0]), view.y(xy.at(-i)[1]), theme));
  ctx.restore();
}

/** A letter on a disc at pixel (x, y), or at the edge if that is outside of the picture. */
export function drawLetter(ctx, letter, view, x, y, theme) {
  const [px, py] = [inside(x, view.width), inside(y, view.height)];
  ctx.beginPath();
  ctx.arc(px, py, 10, 0, 2 * Math.PI);
  ctx.fillStyle = theme.ink;
  ctx.strokeStyle = theme.paper;
  ctx.lineWidth = 2;
  ctx.fill();
  ctx.stroke();
  ctx.font = `700 ${theme.small}px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.paper;
  ctx.fillText(letter, px, py + 0.5);
}

const inside = (pixel, size) => Math.max(10, Math.min(size - 10, pixel));

/** The circle of radius 1 in the units of `view`. */
export function ring(ctx, view, theme) {
  ctx.beginPath();
  ctx.arc(view.x(0), view.y(0), Math.abs(view.sx), 0, 2 * Math.PI);
  ctx.strokeStyle = fade(theme.ink, 0.35);
  ctx.lineWidth = 1.2;
  ctx.setLineDash([4, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
}
