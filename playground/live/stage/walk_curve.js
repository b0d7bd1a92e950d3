// A curve that stands out from everything under it, its ends marked with letters.

import { fade } from "./palette.js";

/** `xy`: places [[x, y], ...] in the units of `view`; `letters` mark the first and the last. */
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
  letters.forEach((letter, i) => mark(ctx, letter, view, xy.at(-i), theme));
  ctx.restore();
}

function mark(ctx, letter, view, [x, y], theme) {
  const [px, py] = [inside(view.x(x), view.width), inside(view.y(y), view.height)];
  ctx.beginPath();
  ctx.arc(px, py, 10, 0, 2 * Math.PI);
  ctx.fillStyle = theme.ink;
  ctx.strokeStyle = theme.paper;
  ctx.lineWidth = 2;
  ctx.fill();
  ctx.stroke();
  ctx.font = `700 11.5px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.paper;
  ctx.fillText(letter, px, py + 0.5);
}

/** A place beyond the picture is marked at its edge. */
const inside = (pixel, size) => Math.max(10, Math.min(size - 10, pixel));
