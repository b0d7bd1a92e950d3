// Round numbers along the edges of a picture.

const OWN = { center: [0, 0], scale: [1, 1], names: ["", ""] };

/** Numbers along the lower and the left edge, over the picture; in `units` of a person's data, with their names. */
export function drawTicks(ctx, view, theme, units) {
  const [x0, x1, y0, y1] = view.extent;
  const { center, scale, names } = units ?? OWN;
  const along = (axis, low, high) =>
    ticks(center[axis] + scale[axis] * low, center[axis] + scale[axis] * high).map((tick) => [
      (tick - center[axis]) / scale[axis],
      format(tick),
    ]);
  ctx.save();
  ctx.font = `${theme.small}px ${theme.font}`;
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
  for (const [at, text] of along(0, x0, x1)) label(text, view.x(at), view.height - 6);
  ctx.textAlign = "left";
  for (const [at, text] of along(1, y0, y1)) label(text, 6, view.y(at) + 3.5);
  if (names[1]) label(names[1], 6, 13);
  ctx.textAlign = "right";
  if (names[0]) label(names[0], view.width - 6, view.height - 9 - theme.small);
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

export const format = (value) => String(Number(value.toPrecision(10))).replace("-", "\u2212");
