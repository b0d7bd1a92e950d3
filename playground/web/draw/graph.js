// A scene that is a graph: a frame with titled axes, ticks and, if asked for, logarithmic scales.

import { fade } from "../core/palette.js";
import { drawLayers } from "./layers.js";
import { format, ticks } from "./ticks.js";
import { viewOf } from "./view.js";

const LINE = 1.6; // px
const SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

/** Draw `layers` of a scene with `axes` {x, y, log_x, log_y} into that size, with room for numbers and titles. */
export function drawGraph(ctx, layers, { axes, extent }, width, height, theme, opacity) {
  const [x0, x1, y0, y1] = extent;
  ctx.font = `${theme.small}px ${theme.font}`;
  const marks = { x: marksOf(x0, x1, axes.log_x, width / 60), y: marksOf(y0, y1, axes.log_y, height / 36) };
  const widest = Math.max(0, ...marks.y.map(({ text }) => ctx.measureText(text).width));
  const room = { left: Math.ceil(widest) + 12 + (axes.y ? theme.small + 6 : 0), right: 12, top: 8 };
  room.bottom = theme.small + 10 + (axes.x ? theme.small + 7 : 0);
  const [inner, tall] = [width - room.left - room.right, height - room.top - room.bottom];
  if (inner < 20 || tall < 20) return;
  const view = { ...viewOf(inner, tall, extent), unit: LINE };
  ctx.save();
  ctx.translate(room.left, room.top);
  gridLines(ctx, marks, view, theme);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, 0, inner, tall);
  ctx.clip();
  drawLayers(ctx, layers, view, theme, opacity);
  ctx.restore();
  numbers(ctx, marks, view, theme);
  titles(ctx, axes, room, view, theme);
  ctx.restore();
}

function gridLines(ctx, marks, view, theme) {
  ctx.lineWidth = 1;
  ctx.strokeStyle = fade(theme.ink, 0.1);
  ctx.beginPath();
  for (const { at } of marks.x) stroke(ctx, view.x(at), 0, view.x(at), view.height);
  for (const { at } of marks.y) stroke(ctx, 0, view.y(at), view.width, view.y(at));
  ctx.stroke();
  ctx.strokeStyle = fade(theme.ink, 0.35);
  ctx.strokeRect(0.5, 0.5, view.width - 1, view.height - 1);
}

function stroke(ctx, x0, y0, x1, y1) {
  ctx.moveTo(Math.round(x0) + 0.5, Math.round(y0) + 0.5);
  ctx.lineTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
}

function numbers(ctx, marks, view, theme) {
  ctx.fillStyle = fade(theme.ink, 0.8);
  ctx.font = `${theme.small}px ${theme.font}`;
  ctx.textBaseline = "top";
  ctx.textAlign = "center";
  for (const { at, text } of marks.x) ctx.fillText(text, view.x(at), view.height + 6);
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  for (const { at, text } of marks.y) ctx.fillText(text, -7, view.y(at));
}

function titles(ctx, axes, room, view, theme) {
  ctx.fillStyle = theme.ink;
  ctx.font = `500 ${theme.small}px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  if (axes.x) ctx.fillText(axes.x, view.width / 2, view.height + room.bottom - 5, view.width);
  if (!axes.y) return;
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(axes.y, -view.height / 2, theme.small - room.left, view.height);
  ctx.rotate(Math.PI / 2);
}

/** An axis's numbers: {at, text}, about `most` of them. On a logarithmic axis `low` and `high` are decimal logarithms;
 * it shows powers of ten and, where these are too few, also their doubles and fivefolds. */
export function marksOf(low, high, log, most) {
  if (!log) {
    const step = (high - low) / Math.max(2, Math.min(6, most));
    return ticks(low, high, step, 0).map((at) => ({ at, text: format(at) }));
  }
  const powers = [];
  for (let k = Math.ceil(low - 1e-9); k <= high + 1e-9; k++) powers.push(k);
  if (powers.length > 2 || high - low > 2) {
    const every = Math.max(1, Math.ceil(powers.length / Math.max(2, most)));
    return powers.filter((k) => k % every === 0).map((k) => ({ at: k, text: power(k) }));
  }
  const found = [];
  for (let k = Math.floor(low); k <= high; k++)
    for (const digit of [1, 2, 5]) {
      const at = k + Math.log10(digit);
      if (at >= low - 1e-9 && at <= high + 1e-9) found.push({ at, text: format(Number(`${digit}e${k}`)) });
    }
  return found;
}

/** From 0.001 to 1000 as a number, beyond that 10 with its exponent. */
function power(k) {
  if (Math.abs(k) <= 3) return format(Number(`1e${k}`));
  const digits = String(Math.abs(k)).replace(/\d/g, (digit) => SUPERSCRIPTS[digit]);
  return `10${k < 0 ? "\u207b" : ""}${digits}`;
}
