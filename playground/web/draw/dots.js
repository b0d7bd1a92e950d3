// Many dots: they are written into an image pixel by pixel, and the image is drawn at once. Without a graphics card a
// thousand separate stamps take a browser ten times as long.

import { parse } from "../core/palette.js";

const SUBPIXELS = 4; // along each axis: a dot may lie between two pixels
const FEW = 250; // so many are stamped one by one
const MAX_KEPT = 200; // looks of dots
const looks = new Map(); // key -> what a dot looks like at each of its subpixel positions
let kept = null; // {canvas, ctx, image}

/** Whether this is worth it: many dots, on a canvas without an offset. */
export function crowded(ctx, count) {
  const { e, f } = ctx.getTransform();
  return count >= FEW && e === 0 && f === 0;
}

/** Draw dots at `xy` in `colours[pick(k)]`, with a thin halo; `diameter` in CSS pixels. */
export function splat(ctx, xy, pick, colours, halo, diameter, view) {
  const ratio = ctx.getTransform().a;
  const [width, height] = [Math.ceil(view.width * ratio), Math.ceil(view.height * ratio)];
  const { canvas, ctx: into, image } = imageOf(width, height);
  const shades = colours.map((colour) => lookOf(colour, halo, diameter * ratio));
  const { size, half } = shades[0];
  const [sx, sy] = [view.sx * ratio, view.sy * ratio];
  const { data } = image;
  data.fill(0);
  for (let i = 0, k = 0; i < xy.length; i += 2, k++) {
    const [x, y] = [(xy[i] - view.x0) * sx - half, (view.y1 - xy[i + 1]) * sy - half];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    if (!(left > -size && top > -size && left < width && top < height)) continue;
    const place = Math.floor((y - top) * SUBPIXELS) * SUBPIXELS + Math.floor((x - left) * SUBPIXELS);
    blend(data, width, height, shades[pick(k)].parts[place], size, left, top);
  }
  into.putImageData(image, 0, 0);
  ctx.drawImage(canvas, 0, 0, width / ratio, height / ratio);
}

function imageOf(width, height) {
  if (kept?.image.width === width && kept.image.height === height) return kept;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const ctx = canvas.getContext("2d", { willReadFrequently: true }); // it is written by hand
  kept = { canvas, ctx, image: ctx.createImageData(width, height) };
  return kept;
}

/** A dot over what is there; red, green, blue and opacity of each pixel, as an image has them. */
function blend(data, width, height, dot, size, left, top) {
  const [from, to] = [Math.max(0, -left), Math.min(size, width - left)];
  for (let row = Math.max(0, -top); row < Math.min(size, height - top); row++) {
    let at = 4 * ((top + row) * width + left + from);
    for (let of = 4 * (row * size + from); of < 4 * (row * size + to); of += 4, at += 4) {
      const over = dot[of + 3];
      if (!over) continue;
      const under = (data[at + 3] * (255 - over)) / 255;
      const whole = over + under;
      for (let c = 0; c < 3; c++) data[at + c] = (dot[of + c] * over + data[at + c] * under) / whole;
      data[at + 3] = whole;
    }
  }
}

/** A dot of that many pixels, drawn at each of its places between the pixels. */
function lookOf(colour, halo, diameter) {
  const key = `${colour}|${halo}|${diameter.toFixed(2)}`;
  if (looks.has(key)) return looks.get(key);
  const [radius, rim] = [diameter / 2, Math.min(1, diameter * 0.22)];
  const half = Math.ceil(radius + rim + 0.5);
  const size = 2 * half + 1;
  const [core, edge] = [parse(colour), parse(halo)];
  const parts = Array.from({ length: SUBPIXELS * SUBPIXELS }, (_, place) => {
    const dot = new Uint8ClampedArray(4 * size * size);
    const [x, y] = [
      half + ((place % SUBPIXELS) + 0.5) / SUBPIXELS,
      half + (Math.floor(place / SUBPIXELS) + 0.5) / SUBPIXELS,
    ];
    for (let k = 0; k < size * size; k++) {
      const far = Math.hypot((k % size) + 0.5 - x, Math.floor(k / size) + 0.5 - y);
      const inner = Math.max(0, Math.min(1, radius + 0.5 - far));
      const outer = 0.75 * Math.max(0, Math.min(1, radius + rim + 0.5 - far)) * (1 - inner);
      const whole = inner + outer;
      if (!whole) continue;
      for (let c = 0; c < 3; c++) dot[4 * k + c] = (core[c] * inner + edge[c] * outer) / whole;
      dot[4 * k + 3] = 255 * whole;
    }
    return dot;
  });
  if (looks.size > MAX_KEPT) looks.clear();
  looks.set(key, { size, half, parts });
  return looks.get(key);
}
