// Layers that fill their whole canvas: images, text.

import { line } from "./bars.js";

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
