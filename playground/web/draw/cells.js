// Layers of cells that have a name: which one is under the pointer, and which is next by arrow key.

import { barCells } from "./bars.js";
import { linkCells } from "./links.js";
import { matrixCells } from "./matrix.js";
import { partsOf } from "./parts.js";
import { ribbonCells } from "./ribbons.js";
import { tokenCells } from "./tokens.js";

const CELLS = { tokens: tokenCells, links: linkCells, matrix: matrixCells, ribbons: ribbonCells, bars: barCells };

/** The layers of cells from top to bottom, each with where it is. */
function placed(ctx, layers, view, theme) {
  const parts = view.parts ?? partsOf(layers, view);
  return layers
    .filter((layer) => parts.has(layer.name))
    .map((layer) => {
      const part = parts.get(layer.name);
      const cells = CELLS[layer.kind];
      return { layer, cells, layout: cells.layout(ctx, layer, part.view, theme), ...part };
    });
}

/** What is known of the cell at a place, {place, lines: [role, text], dials: what a click on it turns, by name, or
 * null}; null: there is none. */
export function readCell(ctx, layers, view, theme, words, [x, y]) {
  for (const { layer, cells, layout, top, view: own } of placed(ctx, layers, view, theme)) {
    const found = y >= top && y < top + own.height && cells.at(layout, layer, x, y - top, false);
    if (!found) continue;
    const { place, lines } = cells.read(layer, found, words);
    const dials = dialsOf(layer, found);
    return { place, lines: dials ? [...lines, [null, layer.pick.title]] : lines, dials };
  }
  return null;
}

/** See `Pick` in core/layers.py. */
function dialsOf({ pick }, { column }) {
  const turned = Object.entries(pick?.dials ?? {})
    .map(([name, values]) => [name, values[column] ?? null])
    .filter(([, value]) => value !== null);
  return turned.length ? Object.fromEntries(turned) : null;
}

/** The middle of the cell that an arrow key leads to from a place; from nowhere (null) that of the first one. */
export function nextCell(ctx, layers, view, theme, from, [dx, dy]) {
  const all = placed(ctx, layers, view, theme);
  const middle = ({ layer, cells, layout, top }, cell) => {
    const [x, y] = cells.centre(layout, layer, cell);
    return [x, y + top];
  };
  const nearest = (one, [x, y]) => middle(one, one.cells.at(one.layout, one.layer, x, y - one.top, true));
  if (!all.length) return null;
  if (!from) return nearest(all[0], [0, 0]);
  const [x, y] = from;
  const i = Math.max(
    0,
    all.findIndex(({ top, view: own }) => y < top + own.height),
  );
  const { layer, cells, layout, top } = all[i];
  const now = cells.at(layout, layer, x, y - top, true);
  const next = cells.next(layout, layer, now, [dx, dy]);
  if (next) return middle(all[i], next);
  const other = dy ? all[i + dy] : null;
  return other ? nearest(other, [x, dy > 0 ? other.top : other.top + other.view.height]) : middle(all[i], now);
}

/** Which cell is at a place, {layer: its name, cell}; null: there is none. */
export function findCell(ctx, layers, view, theme, [x, y]) {
  for (const { layer, cells, layout, top, view: own } of placed(ctx, layers, view, theme)) {
    const cell = y >= top && y < top + own.height && cells.at(layout, layer, x, y - top, false);
    if (cell) return { layer: layer.name, cell };
  }
  return null;
}

/** The middle of a cell found by `findCell`, wherever it is now; null: its layer is not on show. */
export function middleOf(ctx, layers, view, theme, { layer: name, cell }) {
  const found = placed(ctx, layers, view, theme).find(({ layer }) => layer.name === name);
  if (!found) return null;
  const [x, y] = found.cells.centre(found.layout, found.layer, cell);
  return [x, y + found.top];
}

/** The moment of a trajectory at which the frame at a place of ribbons is the one shown; null: there is none. */
export function momentAt(ctx, layers, view, theme, moments, [x, y]) {
  for (const { layer, cells, layout, top, view: own } of placed(ctx, layers, view, theme)) {
    const now = layer.kind === "ribbons" ? layer.whole?.now : null; // at every moment
    const found =
      now?.length === moments.length && y >= top && y < top + own.height && cells.at(layout, layer, x, y - top);
    if (!found) continue;
    const away = (k) => Math.abs(now[k] - found.frame);
    return moments[moments.reduce((best, _, k) => (away(k) < away(best) ? k : best), 0)];
  }
  return null;
}
