// Ribbons: rows over time, each a band whose colour says which class there is at each frame.

import { fade, mix, parse, readableOn } from "../core/palette.js";
import { widest, widthOf } from "./measure.js";
import { bandOf, BESIDE, NEAR, ribbonLayout, SWATCH } from "./ribbon_layout.js";
import { BACKGROUND, colourOf, named, seen, segmentAt, segments } from "./ribbon_segments.js";
import { format, ticks } from "./ticks.js";

const FAINT = 0.7; // how much of what is still to come the paper covers
const THIN = 2; // px of the background's line
const MARK = [4, 6]; // px: half the width, and the height of a mark
const INSIDE = 8; // px that a segment must have beside its name

export function ribbons(ctx, layer, view, theme) {
  const layout = layoutOf(ctx, layer, view, theme);
  const { left, top, width, pitch, font, rows, step } = layout;
  ctx.textBaseline = "middle";
  ctx.imageSmoothingEnabled = false;
  const picture = raster(layer, theme);
  for (let row = 0; row < rows; row++) {
    const [y, band] = bandOf(layout, row);
    if (layout.frames) ctx.drawImage(picture, 0, row, layout.frames, 1, left, y, width, band);
    inside(ctx, layer, layout, row, theme);
  }
  marks(ctx, layer, layout, theme);
  const now = left + seen(layer) * step;
  ctx.fillStyle = fade(theme.paper, FAINT);
  ctx.fillRect(now, top - 1, left + width + MARK[0] - now, rows * pitch + 2);
  ctx.fillStyle = theme.ink;
  ctx.fillRect(now - 0.75, top, 1.5, rows * pitch + 2);
  if (font) labels(ctx, layer, layout, theme);
  const found = view.pointer && ribbonCells.at(layout, layer, ...view.pointer);
  const segment = found && segmentAt(layer, found.row, found.frame);
  if (!segment) return;
  const [y, band] = bandOf(layout, found.row);
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(left + segment[0] * step, y, (segment[1] - segment[0]) * step, band);
}

/** One pixel for each row and frame, as opaque as it is sure; of no class and of the background nothing. */
function raster(layer, theme) {
  const kept = Object.hasOwn(layer, "raster") ? layer.raster : null;
  if (kept && kept.stamp === layer.stamp && kept.colours === theme.kinds) return kept.canvas;
  const [rows, frames] = layer.shapes.classes;
  const canvas = kept?.canvas ?? document.createElement("canvas");
  canvas.width = Math.max(1, frames);
  canvas.height = Math.max(1, rows);
  const ctx = canvas.getContext("2d");
  const image = ctx.createImageData(canvas.width, canvas.height);
  const colours = theme.kinds.map(parse);
  layer.classes.forEach((number, i) => {
    if (number <= BACKGROUND) return;
    image.data.set(colours[(number - 1) % colours.length], 4 * i);
    image.data[4 * i + 3] = layer.weights?.[i] ?? 255;
  });
  ctx.putImageData(image, 0, 0);
  layer.raster = { canvas, stamp: layer.stamp, colours: theme.kinds };
  return canvas;
}

/** The background's lines, and names where they have room. */
function inside(ctx, layer, layout, row, theme) {
  const { left, step, font, frames } = layout;
  const [top, band] = bandOf(layout, row);
  ctx.textAlign = "center";
  ctx.font = `${font}px ${theme.font}`;
  for (const [start, stop, number] of segments(layer, row)) {
    const [x, wide] = [left + start * step, (stop - start) * step];
    const name = layer.names[number];
    if (number === BACKGROUND) {
      ctx.fillStyle = mix(theme.paper, colourOf(number, theme), 0.5);
      ctx.fillRect(x, top + (band - THIN) / 2, wide, THIN);
    } else if (name && font && band >= font + 2 && widthOf(ctx, name, theme) * font + INSIDE <= wide) {
      const weights = layer.weights?.subarray(row * frames + start, row * frames + stop) ?? [255];
      const sure = weights.reduce((sum, weight) => sum + weight, 0) / weights.length / 255;
      ctx.fillStyle = readableOn(mix(theme.paper, colourOf(number, theme), sure), theme);
      ctx.fillText(name, x + wide / 2, top + band / 2 + 0.5);
    }
  }
}

/** Small triangles above the rows. */
function marks(ctx, layer, layout, theme) {
  if (!layer.marks || !layout.font) return;
  const each = layer.shapes.marks[1];
  ctx.fillStyle = theme.ink;
  ctx.beginPath();
  layer.marks.forEach((frame, i) => {
    if (Number.isNaN(frame)) return;
    const [x, y] = [layout.left + (frame + 0.5) * layout.step, bandOf(layout, Math.floor(i / each))[0] - 1];
    ctx.moveTo(x - MARK[0], y - MARK[1]);
    ctx.lineTo(x + MARK[0], y - MARK[1]);
    ctx.lineTo(x, y);
  });
  ctx.fill();
}

/** Titles of rows, names of classes, and the axis. */
function labels(ctx, layer, layout, theme) {
  const { left, font } = layout;
  ctx.font = `${font}px ${theme.font}`;
  ctx.fillStyle = theme.ink;
  ctx.textAlign = "right";
  layer.rows.forEach((title, row) => {
    const [top, band] = bandOf(layout, row);
    ctx.fillText(title, left - BESIDE, top + band / 2, left - BESIDE - 2);
  });
  ctx.textAlign = "left";
  const shown = named(layer);
  layout.names.forEach(([x, y], k) => {
    const line = shown[k] === BACKGROUND;
    const colour = colourOf(shown[k], theme);
    const half = (line ? THIN : SWATCH) / 2;
    ctx.fillStyle = line ? mix(theme.paper, colour, 0.5) : colour;
    ctx.fillRect(x, y - half, SWATCH, 2 * half);
    ctx.fillStyle = theme.ink;
    ctx.fillText(layer.names[shown[k]], x + SWATCH + NEAR, y);
  });
  if (layout.axis) axis(ctx, layer, layout, theme);
}

/** Numbers below: seconds, or frames that have passed. */
function axis(ctx, layer, layout, theme) {
  const whole = layout.frames * (layer.seconds || 1);
  if (!whole) return;
  const most = Math.min(8, Math.max(2, Math.floor(layout.width / 60)));
  ctx.fillStyle = fade(theme.ink, 0.68);
  ctx.textAlign = "center";
  for (const at of ticks(0, whole, whole / most, 0)) {
    const x = layout.left + (at / whole) * layout.width;
    ctx.fillRect(x - 0.5, layout.axis, 1, 4);
    const text = layer.seconds ? layer.time_title.replace("{seconds}", format(at)) : format(at);
    const half = (widthOf(ctx, text, theme) * layout.font) / 2;
    ctx.fillText(text, Math.min(x, layout.end - half - 2), layout.axis + 5 + layout.font / 2);
  }
}

function layoutOf(ctx, layer, view, theme) {
  const [rows, frames] = layer.shapes.classes;
  const names = named(layer).map((number) => widthOf(ctx, layer.names[number], theme));
  const { width, height } = view;
  const title = widest(ctx, layer.rows, theme);
  const layout = ribbonLayout({ rows, title, names, width, height, letters: theme.small });
  return { ...layout, end: width, frames, step: layout.width / Math.max(frames, 1) };
}

const within = (value, most) => Math.max(0, Math.min(most - 1, value));

/** The frame under the pointer, and the next one by arrow key (cells.js). */
export const ribbonCells = {
  layout: layoutOf,

  at({ left, top, pitch, step, rows, frames }, layer, x, y, near) {
    const [row, frame] = [Math.floor((y - top) / pitch), Math.floor((x - left) / step)];
    if (!frames || !rows) return null;
    if (!near && !(row >= 0 && frame >= 0 && row < rows && frame < frames)) return null;
    return { row: within(row, rows), frame: within(frame, frames) };
  },

  centre(layout, _layer, { row, frame }) {
    const [top, band] = bandOf(layout, row);
    return [layout.left + (frame + 0.5) * layout.step, top + band / 2];
  },

  next({ rows, frames }, _layer, { row, frame }, [dx, dy]) {
    if (row + dy < 0 || row + dy >= rows) return null;
    return { row: row + dy, frame: within(frame + dx, frames) };
  },

  /** Row, class and how sure, frame and second. */
  read(layer, { row, frame }, words) {
    const i = row * layer.shapes.classes[1] + frame;
    const name = layer.names[layer.classes[i]];
    const sure = layer.weights ? `: ${words.decimal(layer.weights[i] / 255, 2)}` : "";
    const place = layer.frame_title.replace("{frame}", words.count(frame + 1));
    const time = layer.time_title.replace("{seconds}", words.decimal(frame * layer.seconds, 1));
    return {
      place: layer.rows[row] ?? "",
      lines: [...(name ? [[null, `${name}${sure}`]] : []), [null, layer.seconds ? `${place}, ${time}` : place]],
    };
  },
};
