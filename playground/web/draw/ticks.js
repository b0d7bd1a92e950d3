// Round numbers along the edges of a picture.

/** Numbers along the lower and the left edge, over the picture. */
export function drawTicks(ctx, view, theme) {
  const [x0, x1, y0, y1] = view.extent;
  ctx.save();
  ctx.font = `10.5px ${theme.font}`;
  ctx.textBaseline = "alphabetic";
  const label = (text, x, y) => {
    ctx.lineWidth = 3;
    ctx.lineJoin = "round";
    ctx.strokeStyle = theme.paper;
    ctx.globalAlpha = 0.6;
    ctx.strokeText(text, x, y);
    ctx.globalAlpha = 0.75;
    ctx.fillStyle = theme.ink;
    ctx.fillText(text, x, y);
  };
  ctx.textAlign = "center";
  for (const tick of ticks(x0, x1)) label(format(tick), view.x(tick), view.height - 6);
  ctx.textAlign = "left";
  for (const tick of ticks(y0, y1)) label(format(tick), 6, view.y(tick) + 3.5);
  ctx.restore();
}

/** Round numbers about `rough` apart, none within the share `edge` of an end. */
export function ticks(low, high, rough = (high - low) / 6, edge = 0.04) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999);
  const found = [];
  const gap = edge * (high - low) - 1e-9 * step;
  for (let k = Math.ceil((low + gap) / step); k * step <= high - gap; k++) found.push(k * step);
  return found;
}

export const format = (value) => (Math.round(value * 1e6) / 1e6).toString().replace("-", "\u2212");
