// Sequences of tokens, one a row: coloured cells with their text.

import { fade, mix } from "../core/palette.js";
import { widest } from "./measure.js";
import { cellAt, cornerOf, tokenLayout } from "./token_layout.js";

// In the order of TokenState (core/layers.py): empty, given, right, wrong, to come, generated.
const ROLES = ["neutral", "neutral", "field", "gradient", "neutral", "generated"];
const [EMPTY, WRONG, TO_COME] = [0, 3, 4];
const TINT = [0, 0.16, 0.26, 0.3, 0.05, 0.26]; // of the role's colour behind a text
const BLOCK_TINT = [0, 0.34, 0.72, 1, 0.12, 0.72]; // of a cell without a text
const HATCHES = 5; // px between two lines over what is to come
const LEAST_MARK = 4; // px: a smaller block that is wrong is told by a line alone

export function tokens(ctx, layer, view, theme) {
  const { ids, states, expected, vocabulary, pick } = layer;
  const [rows, columns] = layer.shapes.ids;
  const layout = layoutOf(ctx, layer, view, theme);
  const { font, small, width, box } = layout;
  const shades = (font ? TINT : BLOCK_TINT).map((share, k) => mix(theme.paper, theme.roles[ROLES[k]], share));
  const inset = Math.min(1, 0.1 * width);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (let i = 0; i < rows * columns; i++) {
    const state = states[i];
    if (state === EMPTY) continue;
    const [x, y] = cornerOf(layout, Math.floor(i / columns), i % columns);
    const [left, top, wide, tall] = [x + inset, y + inset, width - 2 * inset, box - 2 * inset];
    ctx.fillStyle = shades[state];
    if (font) {
      ctx.beginPath();
      ctx.roundRect(left, top, wide, tall, 3);
      ctx.fill();
    } else ctx.fillRect(left, top, wide, tall);
    if (state === TO_COME) hatch(ctx, left, top, wide, tall, theme);
    if (state === WRONG) strike(ctx, left, top, wide, tall, font, theme);
    if (!font) continue;
    const text = vocabulary[ids[i]];
    const middle = x + width / 2;
    ctx.font = `${font}px ${theme.font}`;
    ctx.fillStyle = state === TO_COME ? fade(theme.ink, 0.68) : theme.ink;
    if (text) ctx.fillText(text, middle, y + box / 2 + 0.06 * font);
    const right = small && state === WRONG && expected ? vocabulary[expected[i]] : null;
    if (!right) continue;
    ctx.font = `${small}px ${theme.font}`;
    ctx.fillStyle = theme.roles.truth;
    ctx.fillText(right, middle, y + box + small / 2 + 1);
  }
  if (typeof pick?.chosen === "number") outline(ctx, layout, rows, pick.chosen, theme);
  const found = view.pointer && cellAt(layout, { rows, columns }, ...view.pointer);
  if (!found || states[found.row * columns + found.column] === EMPTY) return;
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(...cornerOf(layout, found.row, found.column), width, box);
}

/** The column that a panel's dials stand for. */
function outline(ctx, layout, rows, column, theme) {
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = 2;
  for (let row = 0; row < rows; row++) ctx.strokeRect(...cornerOf(layout, row, column), layout.width, layout.box);
}

/** Thin lines over what is not there yet. */
function hatch(ctx, left, top, width, height, theme) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.beginPath();
  for (let x = left - height; x < left + width; x += HATCHES) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.strokeStyle = fade(theme.ink, 0.16);
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.restore();
}

/** What is wrong is told by more than its colour: a bar under the text, a corner cut out of a block. */
function strike(ctx, left, top, width, height, font, theme) {
  ctx.fillStyle = font ? theme.roles.gradient : theme.paper;
  const bar = font ? Math.max(2, 0.14 * font) : Math.max(1, 0.3 * height);
  if (!font && Math.min(width, height) >= LEAST_MARK) {
    ctx.beginPath();
    ctx.moveTo(left + width, top);
    ctx.lineTo(left + width, top + 0.75 * height);
    ctx.lineTo(left + 0.25 * width, top);
    ctx.fill();
  } else ctx.fillRect(left, top + height - bar, width, font ? bar : bar / 2);
}

function layoutOf(ctx, layer, view, theme) {
  const [rows, columns] = layer.shapes.ids;
  const unit = widest(ctx, layer.vocabulary, theme);
  const { width, height } = view;
  return tokenLayout({ rows, columns, unit, second: Boolean(layer.expected), width, height, least: theme.small });
}

/** The cell under the pointer, and the next one by arrow key (cells.js). */
export const tokenCells = {
  layout: layoutOf,

  at(layout, layer, x, y, near) {
    const [rows, columns] = layer.shapes.ids;
    const cell = cellAt(layout, { rows, columns }, x, y, near);
    return cell && (near || layer.states[cell.row * columns + cell.column] !== EMPTY) ? cell : null;
  },

  centre(layout, _layer, { row, column }) {
    const [x, y] = cornerOf(layout, row, column);
    return [x + layout.width / 2, y + layout.box / 2];
  },

  /** Along a sequence from line to line; up and down between lines and sequences. */
  next({ lines, perLine }, layer, { row, column }, [dx, dy]) {
    const [rows, columns] = layer.shapes.ids;
    if (dx) return { row, column: Math.max(0, Math.min(columns - 1, column + dx)) };
    const line = row * lines + Math.floor(column / perLine) + dy;
    if (line < 0 || line >= rows * lines) return null;
    const to = (line % lines) * perLine + (column % perLine);
    return { row: Math.floor(line / lines), column: Math.min(columns - 1, to) };
  },

  /** What it is, in words. */
  read(layer, { row, column }) {
    const [, columns] = layer.shapes.ids;
    const i = row * columns + column;
    const state = layer.states[i];
    const expected = state === WRONG && layer.expected ? layer.vocabulary[layer.expected[i]] : null;
    const place = layer.place_title.replace("{row}", row + 1).replace("{position}", column + 1);
    return {
      place: layer.vocabulary[layer.ids[i]] ?? "",
      lines: [
        [ROLES[state], layer.state_titles[state]],
        ...(expected ? [["truth", `${layer.expected_title}: ${expected}`]] : []),
        [null, place],
      ],
    };
  },
};
