// Layers that fill their whole canvas: bars, images, text.

import { fade } from "../core/palette.js";

const number = (value) =>
  (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)).replace(
    "-",
    "\u2212",
  );

export function bars(ctx, layer, view, theme) {
  const small = view.width < 200;
  const { values, low, high } = layer;
  const [left, right] = [0.08 * view.width, 0.92 * view.width];
  const [top, foot] = [(small ? 0.08 : 0.1) * view.height, (small ? 0.92 : 0.86) * view.height];
  const y = (value) => foot - ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (foot - top);
  const zero = y(Math.max(low, 0));
  const pitch = (right - left) / values.length;
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
  if (!small) labels(ctx, layer.labels, left, pitch, foot + 20, theme);
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
}

/** Neighbours with the same name share it; names too long for their place are thinned out. */
function labels(ctx, names, left, pitch, y, theme) {
  const groups = [];
  names.forEach((name, i) => {
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

export function images(ctx, layer, view, theme) {
  const [count, height, width] = layer.shapes.pixels;
  const columns = Math.min(layer.columns, count);
  const rows = Math.ceil(count / columns);
  const cell = Math.min(view.width / (columns * width), view.height / (rows * height));
  const left = (view.width - cell * columns * width) / 2;
  const top = (view.height - cell * rows * height) / 2;
  const gap = Math.min(3, 0.08 * cell * width);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(sheet(layer, theme.sequential, columns, rows), left, top, cell * columns * width, cell * rows * height);
  ctx.strokeStyle = theme.paper;
  ctx.lineWidth = gap;
  for (let c = 1; c < columns; c++)
    line(ctx, left + c * cell * width, top, left + c * cell * width, top + cell * rows * height);
  for (let r = 1; r < rows; r++)
    line(ctx, left, top + r * cell * height, left + cell * columns * width, top + r * cell * height);
}

/** All images on one canvas, kept until they change. */
function sheet(layer, colours, columns, rows) {
  const [count, height, width] = layer.shapes.pixels;
  const kept = Object.hasOwn(layer, "raster") ? layer.raster : null;
  if (kept && kept.stamp === layer.stamp && kept.colours === colours) return kept.canvas;
  const canvas = kept?.canvas ?? document.createElement("canvas");
  canvas.width = columns * width;
  canvas.height = rows * height;
  const ctx = canvas.getContext("2d");
  const image = ctx.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let n = 0; n < count; n++) {
    const corner = Math.floor(n / columns) * height * canvas.width + (n % columns) * width;
    const scale = colours[layer.roles[n] ?? layer.role];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        pixels[corner + y * canvas.width + x] = scale[layer.pixels[(n * height + y) * width + x]];
    }
  }
  ctx.putImageData(image, 0, 0);
  layer.raster = { canvas, stamp: layer.stamp, colours };
  return canvas;
}

/** A text or a formula in the middle, broken at spaces, as large as it fits. */
export function text(ctx, layer, view, theme) {
  ctx.fillStyle = layer.role === "neutral" ? theme.ink : theme.roles[layer.role];
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (let size = Math.min(30, 0.24 * view.height); ; size -= 1) {
    ctx.font = `500 ${size}px ${theme.font}`;
    const lines = wrap(ctx, layer.text, 0.9 * view.width);
    const fits =
      lines.length * size * 1.3 <= 0.92 * view.height &&
      lines.every((part) => ctx.measureText(part).width <= 0.94 * view.width);
    if (!fits && size > 7) continue;
    lines.forEach((part, i) =>
      ctx.fillText(
        part,
        view.width / 2,
        view.height / 2 + (i - (lines.length - 1) / 2) * size * 1.3,
        0.96 * view.width,
      ),
    );
    return;
  }
}

function wrap(ctx, whole, width) {
  const lines = [];
  for (const part of whole.split("\n")) {
    let current = "";
    for (const word of part.split(" ")) {
      const longer = current ? `${current} ${word}` : word;
      if (current && ctx.measureText(longer).width > width) {
        lines.push(current);
        current = word;
      } else current = longer;
    }
    lines.push(current);
  }
  return lines;
}

function line(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}
