// Where the cells of sequences of tokens are; render/token_layout.py has the same rules for pictures.

const LARGEST = 20; // px of letters
const MOST_LINES = 16; // of one sequence
const LINE_COST = { one: 1, many: 3 }; // px of letters that another line must bring, of one sequence and of many
const ROOMY = [1.3, 0.5]; // least width of a cell, and what it has beside its text, in sizes of letters
const TIGHT = [1.1, 0.3];
const BLOCK = 22; // px of a cell without a text, at most
const SMALL = 0.8; // size of the expected token's letters, relative to the others

/**
 * Cells for `rows` sequences of `columns` tokens in that many pixels. `unit`: width of the widest token in sizes of its
 * letters; `least`: px of the smallest letters; `second`: whether a small text may stand under a token.
 * {font: px, or 0 where letters have no room, small, perLine, lines, width, height, box: height without the small text,
 * gap: between sequences, left, top}
 */
export function tokenLayout({ rows, columns, unit, second, width, height, least }) {
  const edge = Math.min(width, height) < 200 ? 3 : 10;
  const [wide, tall] = [width - 2 * edge, height - 2 * edge];
  const sizes = { rows, columns, wide, tall, edge };
  const sought = { unit, second, least };
  return (
    withText(sizes, sought, ROOMY) ??
    withText(sizes, sought, TIGHT) ??
    withText(sizes, { ...sought, second: false }, TIGHT) ??
    blocks(sizes)
  );
}

/** The layout with the largest letters; null: there is none with a text. */
function withText(sizes, { unit, second, least }, [narrowest, around]) {
  const { rows, columns } = sizes;
  let best = null;
  for (let lines = 1; lines <= Math.min(MOST_LINES, columns); lines++) {
    const cost = (lines - 1) * (rows > 1 ? LINE_COST.many : LINE_COST.one);
    for (let font = Math.max(LARGEST, least); font >= least && (!best || font - cost > best.worth); font--) {
      const box = Math.round(1.6 * font);
      const small = second ? Math.round(SMALL * font) : 0;
      const width = Math.ceil(font * Math.max(narrowest, unit + around) - 1e-9);
      const cell = { width, height: box + (small && small + 3), box, small };
      const found = placed(sizes, lines, cell, (lines > 1 ? 0.8 : 0.3) * font);
      if (found) best = { ...found, font, worth: font - cost };
    }
  }
  return best;
}

/** The layout with these cells, in the middle; null: there is no room for it. */
function placed({ rows, columns, wide, tall, edge }, lines, cell, gap) {
  const perLine = Math.ceil(columns / lines);
  const across = perLine * cell.width;
  const down = rows * lines * cell.height + (rows - 1) * gap;
  if (across > wide + 1e-6 || down > tall + 1e-6) return null;
  return { ...cell, gap, perLine, lines, left: edge + (wide - across) / 2, top: edge + (tall - down) / 2 };
}

/** Cells without a text, as nearly square as they can be. */
function blocks(sizes) {
  const { rows, columns, wide, tall } = sizes;
  let best = null;
  for (let lines = 1; lines <= columns; lines++) {
    const gap = lines > 1 ? Math.min(6, (0.2 * tall) / rows) : 0;
    const width = Math.min(BLOCK, wide / Math.ceil(columns / lines));
    const height = Math.min(BLOCK, (tall - (rows - 1) * gap) / (rows * lines));
    if (best && Math.min(width, height) <= best.worth) continue;
    const cell = { width, height, box: height, small: 0 };
    best = { ...placed(sizes, lines, cell, gap), font: 0, worth: Math.min(width, height) };
  }
  return best;
}

/** The upper left corner of a cell. */
export function cornerOf({ left, top, width, height, gap, lines, perLine }, row, column) {
  const line = row * lines + Math.floor(column / perLine);
  return [left + (column % perLine) * width, top + line * height + row * gap];
}

/** The cell at a place; `near`: the nearest one; else null where there is none. */
export function cellAt(layout, { rows, columns }, x, y, near = false) {
  const { left, top, width, height, gap, lines, perLine } = layout;
  const whole = lines * height + gap;
  const within = (value, most) => Math.max(0, Math.min(most - 1, value));
  const across = Math.floor((x - left) / width);
  const row = Math.floor((y - top) / whole);
  const line = Math.floor((y - top - row * whole) / height);
  if (!near && !(across >= 0 && across < perLine && row >= 0 && row < rows && line < lines)) return null;
  const column = within(line, lines) * perLine + within(across, perLine);
  if (!near && column >= columns) return null;
  return { row: within(row, rows), column: within(column, columns) };
}
