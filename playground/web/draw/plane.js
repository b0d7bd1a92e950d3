// Layers on the plane: each function draws one kind.

import { css, fade } from "../core/palette.js";
import { crowded, splat } from "./dots.js";
import { isolines } from "./isolines.js";

const sprites = new Map();

/** A dot with a thin halo, drawn once and then stamped: two thousand take a millisecond or two. */
function dot(colour, halo, diameter, ratio) {
  const known = `${colour}|${halo}|${diameter.toFixed(2)}|${ratio}`;
  if (sprites.has(known)) return sprites.get(known);
  const rim = Math.min(1, diameter * 0.22);
  const size = diameter + 2 * rim + 2;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(size * ratio);
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  for (const [radius, fill] of [
    [diameter / 2 + rim, halo],
    [diameter / 2, colour],
  ]) {
    ctx.beginPath();
    ctx.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
    ctx.fillStyle = fill;
    ctx.fill();
  }
  if (sprites.size > 400) sprites.clear();
  const sprite = { canvas, size: canvas.width / ratio, middle: size / 2 };
  sprites.set(known, sprite);
  return sprite;
}

export function points(ctx, layer, view, theme) {
  const { xy, values } = layer;
  const diameter = Math.max(1.6, layer.size * Math.max(view.unit, 0.45) * 1.15);
  const ratio = ctx.getTransform().a;
  const kinds = layer.kinds?.length ?? 0;
  const colours = kinds
    ? theme.kinds.slice(0, kinds)
    : Array.from({ length: values ? 16 : 1 }, (_, level) =>
        values ? css(theme.marks[level * 17]) : theme.roles[layer.role],
      );
  const last = colours.length - 1;
  const pick = (k) => (values ? Math.max(0, Math.min(last, Math.round(values[k] * last))) : 0);
  if (crowded(ctx, xy.length / 2)) splat(ctx, xy, pick, colours, theme.paper, diameter, view);
  else {
    const shades = colours.map((colour) => dot(colour, fade(theme.paper, 0.75), diameter, ratio));
    for (let i = 0, k = 0; i < xy.length; i += 2, k++) {
      const { canvas, size, middle } = shades[pick(k)];
      ctx.drawImage(canvas, view.x(xy[i]) - middle, view.y(xy[i + 1]) - middle, size, size);
    }
  }
  if (kinds && view.width >= 200 && layer.kinds.some(Boolean)) key(ctx, layer.kinds, view, theme, diameter);
}

/** Names and colours of the kinds, in a row along the upper edge. */
function key(ctx, kinds, view, theme, diameter) {
  const pitch = Math.min(34, (view.width - 12) / kinds.length);
  ctx.font = `600 ${theme.small}px ${theme.font}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  kinds.forEach((name, k) => {
    const x = 12 + k * pitch;
    ctx.beginPath();
    ctx.arc(x, 13, Math.max(3.5, diameter / 2), 0, 2 * Math.PI);
    ctx.fillStyle = theme.kinds[k];
    ctx.fill();
    ctx.lineWidth = 3;
    ctx.strokeStyle = fade(theme.paper, 0.75);
    ctx.strokeText(name, x + 7, 13.5);
    ctx.fillStyle = theme.ink;
    ctx.fillText(name, x + 7, 13.5);
  });
}

export function heatmap(ctx, layer, view, theme) {
  const colours = layer.scale === "diverging" ? theme.diverging : theme.ground[layer.role];
  const [rows, columns] = layer.shapes.values;
  const [x0, x1, y0, y1] = layer.extent;
  // values lie at the grid's nodes, edges included: their cells reach half a step beyond
  const [dx, dy] = [(x1 - x0) / (columns - 1) / 2, (y1 - y0) / (rows - 1) / 2];
  const [left, top] = [view.x(x0 - dx), view.y(y1 + dy)];
  ctx.imageSmoothingEnabled = true;
  ctx.imageSmoothingQuality = view.width < columns ? "medium" : "low"; // the same where it is made larger
  ctx.drawImage(raster(layer, rows, columns, colours), left, top, view.x(x1 + dx) - left, view.y(y0 - dy) - top);
}

/** The values as a small picture (row 0 at the bottom), kept until they change. */
export function raster(layer, rows, columns, colours) {
  const kept = Object.hasOwn(layer, "raster") ? layer.raster : null;
  if (kept && kept.stamp === layer.stamp && kept.colours === colours) return kept.canvas;
  const canvas = kept?.canvas ?? document.createElement("canvas");
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const ctx = canvas.getContext("2d");
  const image = ctx.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let row = 0; row < rows; row++) {
    const into = (rows - 1 - row) * columns;
    for (let column = 0; column < columns; column++)
      pixels[into + column] = colours[layer.values[row * columns + column]];
  }
  ctx.putImageData(image, 0, 0);
  layer.raster = { canvas, stamp: layer.stamp, colours };
  return canvas;
}

export function contour(ctx, layer, view, theme) {
  const [rows, columns] = layer.shapes.values;
  const [x0, x1, y0, y1] = layer.extent;
  const x = (column) => view.x(x0 + (column / (columns - 1)) * (x1 - x0));
  const y = (row) => view.y(y0 + (row / (rows - 1)) * (y1 - y0));
  ctx.beginPath();
  for (const level of layer.levels) {
    isolines(layer.values, rows, columns, level, (line) => {
      for (let k = 0; k < line.length; k += 2) ctx[k ? "lineTo" : "moveTo"](x(line[k]), y(line[k + 1]));
      const last = line.length - 2;
      if (line[0] === line[last] && line[1] === line[last + 1]) ctx.closePath();
    });
  }
  ctx.lineJoin = "round";
  haloed(ctx, theme, theme.roles[layer.role], Math.max(1, 1.7 * view.unit));
}

export function arrows(ctx, layer, view, theme) {
  const { xy, uv } = layer;
  const longest = Math.min(view.width, view.height) / 10;
  const width = Math.max(0.8, 1.3 * view.unit);
  ctx.beginPath();
  for (let i = 0; i < xy.length; i += 2) {
    let [dx, dy] = [uv[i] * layer.length * view.sx, -uv[i + 1] * layer.length * view.sy];
    const length = Math.hypot(dx, dy);
    if (!(length > 1)) continue;
    const shrink = Math.min(1, longest / length);
    [dx, dy] = [dx * shrink, dy * shrink];
    const [x, y] = [view.x(xy[i]), view.y(xy[i + 1])];
    const head = Math.min(5.5 * Math.max(view.unit, 0.5), 0.45 * length * shrink);
    const [ux, uy] = [(dx / (length * shrink)) * head, (dy / (length * shrink)) * head];
    ctx.moveTo(x, y);
    ctx.lineTo(x + dx, y + dy);
    ctx.moveTo(x + dx - ux - 0.55 * uy, y + dy - uy + 0.55 * ux);
    ctx.lineTo(x + dx, y + dy);
    ctx.lineTo(x + dx - ux + 0.55 * uy, y + dy - uy - 0.55 * ux);
  }
  haloed(ctx, theme, theme.roles[layer.role], width); // round ends would take a browser four times as long
}

export function paths(ctx, layer, view, theme) {
  const [count, times] = layer.shapes.xy;
  ctx.beginPath();
  for (let i = 0; i < count; i++) {
    for (let t = 0; t < times; t++) {
      const at = 2 * (i * times + t);
      ctx[t ? "lineTo" : "moveTo"](view.x(layer.xy[at]), view.y(layer.xy[at + 1]));
    }
  }
  ctx.lineJoin = "round";
  ctx.globalAlpha *= count > 60 ? 0.45 : 0.8;
  ctx.lineWidth = Math.max(0.6, view.unit);
  ctx.strokeStyle = theme.roles[layer.role];
  ctx.stroke();
}

/** Cells of equal weight share one path; all are wound the same way, so that folds do not cancel out. */
export function mesh(ctx, layer, view, theme) {
  const [rows, columns] = layer.shapes.xy;
  const at = (row, column) => 2 * (row * columns + column);
  const { xy, weights } = layer;
  const opacity = ctx.globalAlpha;
  const cells = Array.from({ length: 12 }, () => []);
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const level = Math.ceil((weights[row * (columns - 1) + column] / 255) * 12) - 1;
      if (level >= 0)
        cells[level].push([at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)]);
    }
  }
  ctx.fillStyle = ctx.strokeStyle = theme.roles[layer.role];
  cells.forEach((quads, level) => {
    ctx.beginPath();
    for (const quad of quads) {
      const ordered = area(xy, quad) < 0 ? quad.reverse() : quad;
      ordered.forEach((k, i) => ctx[i ? "lineTo" : "moveTo"](view.x(xy[k]), view.y(xy[k + 1])));
      ctx.closePath();
    }
    ctx.globalAlpha = (opacity * 0.6 * (level + 1)) / 12;
    ctx.fill();
  });
  ctx.beginPath();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      ctx[column ? "lineTo" : "moveTo"](view.x(xy[at(row, column)]), view.y(xy[at(row, column) + 1]));
  }
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++)
      ctx[row ? "lineTo" : "moveTo"](view.x(xy[at(row, column)]), view.y(xy[at(row, column) + 1]));
  }
  ctx.globalAlpha = 0.35 * opacity;
  ctx.lineWidth = Math.max(0.4, 0.7 * view.unit);
  ctx.stroke();
}

function area(xy, quad) {
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    const [a, b] = [quad[i], quad[(i + 1) % 4]];
    sum += xy[a] * xy[b + 1] - xy[b] * xy[a + 1];
  }
  return sum;
}

/** Stroke the path twice: first wider in the paper's colour, so that it stands out from what is behind. */
function haloed(ctx, theme, colour, width) {
  ctx.strokeStyle = fade(theme.paper, 0.7);
  ctx.lineWidth = width + 1.6;
  ctx.stroke();
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}
