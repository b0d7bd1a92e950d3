// A matrix: coloured squares, with as many names of rows and columns as have room.

import { fade } from "../core/palette.js";
import { every, widest } from "./measure.js";
import { raster } from "./plane.js";

const LETTERS = 2.2; // widths of a letter: longer names of columns are turned
const EDGE = 6; // px
const DARK = 150; // of 255: a cell's shade on which ink cannot be read
const EXACT = 3; // digits after the point of numbers that are read out

export function matrix(ctx, layer, view, theme) {
  const [rows, columns] = layer.shapes.values;
  const layout = layoutOf(ctx, layer, view, theme);
  const { left, top, cell, small } = layout;
  const [width, height] = [cell * columns, cell * rows];
  ctx.imageSmoothingEnabled = false;
  ctx.translate(0, 2 * top + height); // row 0 of a matrix is on top, that of a raster at the bottom
  ctx.scale(1, -1);
  ctx.drawImage(raster(layer, rows, columns, theme.sequential[layer.role]), left, top, width, height);
  ctx.scale(1, -1);
  ctx.translate(0, -2 * top - height);
  ctx.strokeStyle = fade(theme.ink, 0.2);
  ctx.strokeRect(left, top, width, height);
  if (small) return;
  if (layer.numbers) numbers(ctx, layer, layout, theme);
  const found = view.pointer && matrixCells.at(layout, layer, ...view.pointer);
  names(ctx, layer, layout, found, theme);
  if (!found) return;
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(left + found.column * cell, top + found.row * cell, cell, cell);
}

/** Write the numbers into their cells, with as many digits as have room. */
function numbers(ctx, layer, { left, top, cell, font }, theme) {
  const columns = layer.shapes.values[1];
  ctx.font = `${font}px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const digits = [2, 1].find((count) => ctx.measureText(`\u2212${(8).toFixed(count)}`).width + 4 <= cell);
  if (digits === undefined) return;
  layer.numbers.forEach((number, i) => {
    if (Number.isNaN(number)) return;
    ctx.fillStyle = layer.values[i] > DARK ? theme.paper : theme.ink;
    ctx.fillText(
      short(number, digits),
      left + ((i % columns) + 0.5) * cell,
      top + (Math.floor(i / columns) + 0.5) * cell,
    );
  });
}

/** A number in few letters: none is longer than −0.00 or −0.0. */
export function short(number, digits) {
  if (!Number.isFinite(number)) return number < 0 ? "\u2212\u221e" : "\u221e";
  const fewer = Math.max(0, digits + 1 - String(Math.trunc(Math.abs(number))).length);
  return number
    .toFixed(fewer)
    .replace(/^-(0(\.0*)?)$/, "$1")
    .replace("-", "\u2212");
}

function names(ctx, layer, layout, found, theme) {
  const { left, top, cell, font, turned, room } = layout;
  ctx.textBaseline = "middle";
  ctx.textAlign = "right";
  thinned(ctx, layer.rows, 1.15 * font, layout, found?.row, theme, (title, i) =>
    ctx.fillText(title, left - 6, top + (i + 0.5) * cell, room.left - 8),
  );
  ctx.textAlign = turned ? "left" : "center";
  const need = turned ? 1.15 * font : widest(ctx, layer.columns, theme) * font + 4;
  thinned(ctx, layer.columns, need, layout, found?.column, theme, (title, i) => {
    const x = left + (i + 0.5) * cell;
    if (!turned) {
      ctx.fillText(title, x, top - 0.5 * font - 4);
      return;
    }
    ctx.save();
    ctx.translate(x, top - 5);
    ctx.rotate(-Math.PI / 2);
    ctx.fillText(title, 0, 0, room.top - 8);
    ctx.restore();
  });
}

/** Write each so-manieth name, and the one pointed at in the place of its neighbours. */
function thinned(ctx, titles, need, { cell, font }, found, theme, write) {
  const step = every(need, cell);
  titles.forEach((title, i) => {
    const own = i === found;
    if (!own && (i % step || (found !== undefined && Math.abs(i - found) < step))) return;
    ctx.font = `${own ? 700 : 400} ${font}px ${theme.font}`;
    ctx.fillStyle = own ? theme.ink : fade(theme.ink, 0.8);
    write(title, i);
  });
}

function layoutOf(ctx, layer, view, theme) {
  const [rows, columns] = layer.shapes.values;
  const small = view.width < 200;
  const font = theme.small;
  const unit = (titles) => (small ? 0 : widest(ctx, titles, theme));
  const turned = unit(layer.columns) > LETTERS;
  const share = 0.28; // of the picture that names may take
  const room = {
    left: !small && layer.rows.length ? Math.min(share * view.width, unit(layer.rows) * font + 12) : EDGE,
    top:
      small || !layer.columns.length
        ? EDGE
        : turned
          ? Math.min(share * view.height, unit(layer.columns) * font + 12)
          : font + 10,
  };
  const cell = Math.min((view.width - room.left - EDGE) / columns, (view.height - room.top - EDGE) / rows);
  const left = room.left + (view.width - room.left - EDGE - cell * columns) / 2;
  const top = room.top + (view.height - room.top - EDGE - cell * rows) / 2;
  return { small, font, turned, room, cell, left, top };
}

/** The cell under the pointer, and the next one by arrow key (cells.js). */
export const matrixCells = {
  layout: layoutOf,

  at({ left, top, cell }, layer, x, y, near) {
    const [rows, columns] = layer.shapes.values;
    const [row, column] = [Math.floor((y - top) / cell), Math.floor((x - left) / cell)];
    if (!near && !(row >= 0 && column >= 0 && row < rows && column < columns)) return null;
    return { row: Math.max(0, Math.min(rows - 1, row)), column: Math.max(0, Math.min(columns - 1, column)) };
  },

  centre: ({ left, top, cell }, _layer, { row, column }) => [left + (column + 0.5) * cell, top + (row + 0.5) * cell],

  next(_layout, layer, { row, column }, [dx, dy]) {
    const [rows, columns] = layer.shapes.values;
    if (row + dy < 0 || row + dy >= rows) return null;
    return { row: row + dy, column: Math.max(0, Math.min(columns - 1, column + dx)) };
  },

  read(layer, { row, column }, words) {
    const { values, low, high, rows, columns, shapes } = layer;
    const i = row * shapes.values[1] + column;
    const exact = layer.numbers?.[i];
    const value = exact ?? low + (values[i] / 255) * (high - low);
    const digits = Math.max(0, Math.min(8, 2 - Math.floor(Math.log10(Math.max(high - low, 1e-9)))));
    const name = (titles, k) => (titles[k] ? `${titles[k]} (${words.count(k + 1)})` : words.count(k + 1));
    const text = Number.isFinite(value) ? words.decimal(value, exact === undefined ? digits : EXACT) : short(value, 0);
    return {
      place: `${name(rows, row)}, ${name(columns, column)}`,
      lines: Number.isNaN(value) ? [] : [[layer.role, `${layer.title}: ${text}`]],
    };
  },
};
