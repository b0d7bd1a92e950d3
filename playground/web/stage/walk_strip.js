// The line between two points of the noise as a strip of images, over the lower edge of the big picture.

import { fade } from "../core/palette.js";
import { drawLetter } from "./walk_curve.js";

const PAD = 8; // px around the images
const GAP = 2;

/** `rows`: images [[pixel, ...], ...] from 0 to 1, of `shape` [height, width]; the first and the last are lettered. */
export function strip(ctx, rows, [height, width], view, theme, letters) {
  const cell = (view.width - 2 * PAD - (rows.length - 1) * GAP) / rows.length;
  const tall = (cell * height) / width;
  const top = view.height - tall - 2 * PAD;
  ctx.save();
  ctx.fillStyle = fade(theme.paper, 0.96);
  ctx.fillRect(0, top - 14, view.width, view.height - top + 14);
  ctx.strokeStyle = fade(theme.ink, 0.35);
  ctx.beginPath();
  ctx.moveTo(0, top - 14);
  ctx.lineTo(view.width, top - 14);
  ctx.stroke();
  ctx.imageSmoothingEnabled = false;
  rows.forEach((pixels, i) => {
    const image = painted(pixels, height, width, theme.sequential.generated);
    ctx.drawImage(image, PAD + i * (cell + GAP), top + PAD, cell, tall);
  });
  drawLetter(ctx, letters[0], view, PAD + 0.5 * cell, top - 12, theme);
  drawLetter(ctx, letters[1], view, view.width - PAD - 0.5 * cell, top - 12, theme);
  ctx.restore();
}

function painted(pixels, height, width, colours) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const ctx = canvas.getContext("2d");
  const image = ctx.createImageData(width, height);
  const into = new Uint32Array(image.data.buffer);
  pixels.forEach((value, i) => {
    into[i] = colours[Math.max(0, Math.min(255, Math.round(255 * value)))];
  });
  ctx.putImageData(image, 0, 0);
  return canvas;
}
