// From the axes' units to the pixels of a canvas.

/** Converts between the axes' units and CSS pixels. `unit`: one pixel of a 500-pixel stage. */
export function viewOf(width, height, extent) {
  const [x0, x1, y0, y1] = extent;
  return {
    width,
    height,
    extent,
    sx: width / (x1 - x0),
    sy: height / (y1 - y0),
    x0,
    y1,
    unit: Math.min(width, height) / 500,
    x(value) {
      return (value - this.x0) * this.sx;
    },
    y(value) {
      return (this.y1 - value) * this.sy;
    },
  };
}

/** Give the canvas the screen's resolution: its context, scaled to CSS pixels, and whether its size changed. */
export function fit(canvas, width, height) {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  const changed = canvas.width !== w || canvas.height !== h;
  if (changed) {
    canvas.width = w;
    canvas.height = h;
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { ctx, changed };
}
