// Bars from 0, each with its name below.

import { fade } from "../core/palette.js";

const DIGITS = 3; // after the point of values that are read out

const number = (value) =>
  (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)).replace(
    "-",
    "\u2212",
  );

export function bars(ctx, layer, view, theme) {
  const { values, low, high, pick } = layer;
  const { small, left, right, top, foot, pitch } = layoutOf(ctx, layer, view);
  const y = (value) => foot - ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (foot - top);
  const zero = y(Math.max(low, 0));
  const found = pick && view.pointer ? barCells.at({ left, pitch }, layer, ...view.pointer) : null;
  if (found) {
    ctx.fillStyle = fade(theme.ink, 0.07);
    ctx.fillRect(left + found.column * pitch, 0, pitch, view.height);
  }
  ctx.strokeStyle = fade(theme.ink, 0.35);
  ctx.lineWidth = 1;
  line(ctx, left, zero, right, zero);
  ctx.textAlign = "center";
  values.forEach((value, i) => {
    const x = left + (i + 0.5) * pitch;
    const half = Math.min(0.34 * pitch, 40);
    const end = y(value);
    ctx.fillStyle = theme.roles[layer.roles[i]];
    ctx.fillRect(x - half, Math.min(end, zero), 2 * half, Math.max(1, Math.abs(zero - end)));
    if (small || pitch < 36) return;
    ctx.fillStyle = theme.ink;
    ctx.font = `600 ${theme.small}px ${theme.font}`;
    ctx.fillText(number(value), x, Math.min(end, zero) - 6);
  });
  if (!small) nameAll(ctx, layer.labels, left, pitch, foot + 20, theme);
  ctx.setLineDash([4, 3]);
  for (const [value, title] of layer.guides) {
    ctx.strokeStyle = fade(theme.ink, 0.55);
    line(ctx, left, y(value), right, y(value));
    if (small) continue;
    ctx.textAlign = "right";
    ctx.fillStyle = fade(theme.ink, 0.75);
    ctx.font = `${theme.small}px ${theme.font}`;
    ctx.fillText(title, right, y(value) - 5);
  }
  if (typeof pick?.chosen !== "number") return;
  ctx.setLineDash([]);
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = 2;
  ctx.strokeRect(left + pick.chosen * pitch + 2, 2, pitch - 4, view.height - 4);
}

function layoutOf(_ctx, { values }, view) {
  const small = view.width < 200;
  const [left, right] = [0.08 * view.width, 0.92 * view.width];
  const [top, foot] = [(small ? 0.08 : 0.1) * view.height, (small ? 0.92 : 0.86) * view.height];
  return { small, left, right, top, foot, pitch: (right - left) / values.length };
}

/** Bars that can be picked are cells, too (cells.js): each with all the room above and below it. */
export const barCells = {
  layout: layoutOf,

  at({ left, pitch }, { values }, x, _y, near) {
    const column = Math.floor((x - left) / pitch);
    const last = values.length - 1;
    return near || (column >= 0 && column <= last) ? { row: 0, column: Math.max(0, Math.min(last, column)) } : null;
  },

  centre: ({ left, pitch, top, foot }, _layer, { column }) => [left + (column + 0.5) * pitch, (top + foot) / 2],

  next: (_layout, { values }, { row, column }, [dx, dy]) =>
    dy ? null : { row, column: Math.max(0, Math.min(values.length - 1, column + dx)) },

  read: ({ labels, roles, title, values }, { column }, words) => ({
    place: labels[column],
    lines: [[roles[column], `${title}: ${words.decimal(values[column], DIGITS)}`]],
  }),
};

/** Neighbours with the same name share it; names too long for their place are thinned out. */
function nameAll(ctx, titles, left, pitch, y, theme) {
  const groups = [];
  titles.forEach((name, i) => {
    if (groups.at(-1)?.name === name) groups.at(-1).end = i + 1;
    else groups.push({ name, start: i, end: i + 1 });
  });
  ctx.fillStyle = theme.ink;
  ctx.font = `${theme.small}px ${theme.font}`;
  const widest = Math.max(
    ...groups.map(({ name, start, end }) => (ctx.measureText(name).width + 8) / ((end - start) * pitch)),
  );
  const every = Math.ceil(widest);
  groups.forEach(({ name, start, end }, i) => {
    if (i % every === 0) ctx.fillText(name, left + ((start + end) / 2) * pitch, y);
  });
}

export function line(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}
