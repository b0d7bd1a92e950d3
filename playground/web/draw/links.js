// Attention as links between two rows of tokens: the more opaque, the larger the weight.

import { fade } from "../core/palette.js";
import { every, widest } from "./measure.js";

const WEAKEST = 3; // of 255: links of less than 1 % are not drawn
const MOST = 2000; // links: without a graphics card they take a browser 15 ms
const LEVELS = 16; // opacities
const ASIDE = 0.1; // opacity of the others, while one token's links are lit
const LETTERS = 2.2; // widths of a letter: longer labels stand beside each other in columns, not in rows
const LARGEST = 16; // px of labels
const NAMED = 6; // links that are written out
const MAX_PITCH = 40; // px from one token to the next

export function links(ctx, layer, view, theme) {
  const layout = layoutOf(ctx, layer, view, theme);
  const lit = view.pointer && linkCells.at(layout, layer, ...view.pointer);
  const opacity = ctx.globalAlpha;
  const levels = Array.from({ length: LEVELS }, () => []);
  const bright = Array.from({ length: LEVELS }, () => []);
  const [targets, sources] = layer.shapes.weights;
  const least = threshold(layer.weights);
  const most = lit ? (strongest(layer, lit)[0]?.[1] ?? 255) : 255; // what is lit is seen relative to the strongest
  for (let i = 0, k = 0; i < targets; i++) {
    for (let j = 0; j < sources; j++, k++) {
      const weight = layer.weights[k];
      const own = isLit(lit, i, j);
      if (weight < (own ? WEAKEST : least)) continue;
      (own ? bright : levels)[Math.ceil((weight / (own ? most : 255)) * LEVELS) - 1].push([i, j]);
    }
  }
  ctx.strokeStyle = theme.roles[layer.role];
  levels.forEach((pairs, level) => curves(ctx, layout, pairs, level, opacity * (lit ? ASIDE : 1)));
  bright.forEach((pairs, level) => curves(ctx, layout, pairs, level, opacity));
  ctx.globalAlpha = opacity;
  if (!layout.small) names(ctx, layer, layout, lit, theme);
}

const isLit = (lit, i, j) => Boolean(lit) && (lit.side === "targets" ? i : j) === lit.index;

/** The least weight that is drawn: 1 %, or more where there are too many of such links. */
export function threshold(weights, most = MOST) {
  const counts = new Uint32Array(256);
  for (const weight of weights) counts[weight] += 1;
  let sum = 0;
  for (let weight = 255; weight >= WEAKEST; weight--) {
    sum += counts[weight];
    if (sum > most) return Math.min(255, weight + 1);
  }
  return WEAKEST;
}

function curves(ctx, layout, pairs, level, opacity) {
  if (!pairs.length) return;
  const share = (level + 1) / LEVELS;
  ctx.globalAlpha = opacity * (0.02 + 0.98 * share ** 1.2);
  ctx.lineWidth = 0.7 + 1.8 * share;
  ctx.beginPath();
  for (const [i, j] of pairs) {
    const [[x0, y0], [x1, y1]] = [layout.place("targets", i), layout.place("sources", j)];
    ctx.moveTo(x0, y0);
    if (layout.upright) ctx.bezierCurveTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1);
    else ctx.bezierCurveTo(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2, x1, y1);
  }
  ctx.stroke();
}

/** The tokens' names, as many as have room; those of what is lit in any case. */
function names(ctx, layer, layout, lit, theme) {
  const { font, upright, pitch } = layout;
  ctx.textBaseline = "middle";
  for (const side of ["targets", "sources"]) {
    const texts = layer[side];
    const need = upright ? 1.15 * font : (widest(ctx, texts, theme) + 0.3) * font;
    const step = every(need, pitch);
    const chosen = lit ? chosenOf(layer, lit, side) : null;
    const free = new Set(); // places that are taken by what is lit
    const write = (k, weight) => {
      const [x, y] = layout.place(side, k);
      const away = side === "targets" ? -1 : 1;
      const [tx, ty] = upright ? [x + away * 7, y] : [x, y - away * (0.5 * font + 6)];
      ctx.textAlign = upright ? (away < 0 ? "right" : "left") : "center";
      ctx.font = `${weight} ${font}px ${theme.font}`;
      ctx.fillText(texts[k], tx, ty, upright ? layout.room - 10 : undefined);
    };
    const near = (k) => {
      for (let other = Math.ceil(k - step + 1e-9); other < k + step; other++) if (free.has(other)) return true;
      return false;
    };
    for (const [k, strong] of chosen ?? []) {
      if (near(k)) continue;
      free.add(k);
      ctx.fillStyle = strong ? theme.roles[layer.role] : theme.ink;
      write(k, strong ? 700 : 600);
    }
    ctx.fillStyle = fade(theme.ink, lit ? 0.4 : 0.85);
    for (let k = 0; k < texts.length; k += step) if (!near(k)) write(k, 400);
  }
}

/** The tokens on that side that are lit: the one pointed at, or the ends of its links, strongest first. */
function chosenOf(layer, lit, side) {
  if (side === lit.side) return [[lit.index, true]];
  return strongest(layer, lit).map(([k]) => [k, false]);
}

/** [index, weight out of 255] of a token's links, the strongest first. */
export function strongest(layer, { side, index }) {
  const [targets, sources] = layer.shapes.weights;
  const count = side === "targets" ? sources : targets;
  const at = (k) => (side === "targets" ? index * sources + k : k * sources + index);
  return Array.from({ length: count }, (_, k) => [k, layer.weights[at(k)]])
    .filter(([, weight]) => weight >= WEAKEST)
    .sort((a, b) => b[1] - a[1]);
}

function layoutOf(ctx, layer, view, theme) {
  const { width, height } = view;
  const small = width < 200 || height < 90;
  const unit = small ? 0 : Math.max(widest(ctx, layer.targets, theme), widest(ctx, layer.sources, theme));
  const upright = unit > LETTERS;
  const count = Math.max(layer.targets.length, layer.sources.length, 1);
  const along = (upright ? height : width) - (small ? 8 : 20);
  const pitch = Math.min(MAX_PITCH, along / count);
  const font = Math.max(theme.small, Math.min(LARGEST, Math.floor(upright ? pitch / 1.2 : pitch / (unit + 0.3))));
  const room = small ? 4 : upright ? Math.min(0.34 * width, unit * font + 12) : font + 14;
  const place = (side, k) => {
    const total = (side === "targets" ? layer.targets : layer.sources).length * pitch;
    const on = ((upright ? height : width) - total) / 2 + (k + 0.5) * pitch;
    if (upright) return [side === "targets" ? room : width - room, on];
    return [on, side === "targets" ? height - room : room];
  };
  return { small, upright, pitch, font, room, place, width, height };
}

/** The token under the pointer, and the next one by arrow key (cells.js). */
export const linkCells = {
  layout: layoutOf,

  at(layout, layer, x, y, near) {
    const { upright, width, height, pitch } = layout;
    const [along, across] = upright ? [y, x / width] : [x, 1 - y / height];
    const side = across < 0.5 ? "targets" : "sources";
    const [first] = [layout.place(side, 0)];
    const index = Math.round((along - first[upright ? 1 : 0]) / pitch);
    const most = layer[side].length - 1;
    if (!near && (Math.abs(across - 0.5) < 0.15 || index < 0 || index > most)) return null;
    return { side, index: Math.max(0, Math.min(most, index)) };
  },

  centre: (layout, _layer, { side, index }) => layout.place(side, index),

  next({ upright }, layer, { side, index }, [dx, dy]) {
    const [along, across] = upright ? [dy, dx] : [dx, -dy];
    const to = across < 0 ? "targets" : across > 0 ? "sources" : side;
    if (across && to === side) return null;
    if (upright && along && !layer[side][index + along]) return null;
    return { side: to, index: Math.max(0, Math.min(layer[to].length - 1, index + along)) };
  },

  read(layer, { side, index }, words) {
    const [other, arrow] = side === "targets" ? ["sources", "\u2190"] : ["targets", "\u2192"];
    const name = (of, k) => `${layer[of][k]} (${words.count(k + 1)})`;
    return {
      place: name(side, index),
      lines: strongest(layer, { side, index })
        .slice(0, NAMED)
        .map(([k, weight]) => [layer.role, `${arrow} ${name(other, k)}: ${words.decimal(weight / 255, 2)}`]),
    };
  },
};
