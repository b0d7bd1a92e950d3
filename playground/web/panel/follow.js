// One point, followed through all scenes of a panel: number i is the same in each of them (`follow` of a layer).

import { fade } from "../core/palette.js";

const NEAR = { mouse: 14, touch: 26 }; // px: how far from a point a click may be
const DIM = { points: 0.4, paths: 0.25 }; // opacity of layers while one of their points is followed
const CONE = 1.2; // tangent of the angle within which an arrow key looks for the next point

/** The point that a panel follows; null: none. */
export class Follow {
  constructor(onChange) {
    this.index = null;
    this.onChange = onChange;
  }

  set(index) {
    if (index === this.index) return;
    this.index = index;
    this.onChange();
  }

  /** Follow that point, or if it is followed already none. */
  flip(index) {
    this.set(index === this.index ? null : index);
  }
}

export const canFollow = (scene) => scene.layers.some((layer) => layer.follow && layer.kind === "points");

/** A layer's opacity while point `index` is followed. */
export const opacity = (layer, index) => (index !== null && layer.follow ? (DIM[layer.kind] ?? 1) : 1);

/** All points that can be followed: their numbers, and where they are in pixels. */
function* points(layers, view) {
  for (const { follow, kind, xy } of layers) {
    if (!follow || kind !== "points") continue;
    for (let i = 0; 2 * i < xy.length; i++) yield { index: i, x: view.x(xy[2 * i]), y: view.y(xy[2 * i + 1]) };
  }
}

function cheapest(found, cost) {
  let [best, at] = [Infinity, null];
  for (const point of found) {
    const now = cost(point);
    if (now < best) [best, at] = [now, point.index];
  }
  return at;
}

/** The number of the point near a pixel, or null. */
export function pointAt(layers, view, x, y, kind = "mouse") {
  const reach = NEAR[kind] ?? NEAR.mouse;
  return cheapest(points(layers, view), (p) => {
    const distance = Math.hypot(p.x - x, p.y - y);
    return distance <= reach ? distance : Infinity;
  });
}

/** The next point in a direction from the followed one; if none is followed, the one nearest to the middle. */
export function neighbour(layers, view, index, [dx, dy]) {
  const from = index === null ? null : [...points(layers, view)].find((point) => point.index === index);
  if (!from) return cheapest(points(layers, view), (p) => Math.hypot(p.x - view.width / 2, p.y - view.height / 2));
  const next = cheapest(points(layers, view), (p) => {
    const [x, y] = [p.x - from.x, p.y - from.y];
    const [ahead, aside] = [x * dx + y * dy, Math.abs(x * dy - y * dx)];
    return p.index !== index && ahead > 0.5 && aside <= CONE * ahead ? ahead + 2 * aside : Infinity;
  });
  return next ?? index;
}

/** Where point `index` is, in units of the axes; null: not in this scene. */
export function whereIs(layers, index) {
  const layer = layers.find(({ follow, kind, xy }) => follow && kind === "points" && 2 * index < xy.length);
  return layer ? [layer.xy[2 * index], layer.xy[2 * index + 1]] : null;
}

/** Mark point `index` with its path. `position`: where on the trajectory the layers were cut, counted in moments. */
export function markFollowed(ctx, layers, index, position, view, theme) {
  for (const layer of layers) {
    if (!layer.follow || layer.kind !== "points" || 2 * index >= layer.xy.length) continue;
    const colour = theme.roles[layer.role];
    if (layer.whole?.shapes.xy[0] > 1) drawPath(ctx, layer, index, position, view, theme, colour);
    const [x, y] = [view.x(layer.xy[2 * index]), view.y(layer.xy[2 * index + 1])];
    const radius = Math.max(4, 6 * view.unit);
    for (const [more, fill] of [
      [3.2, theme.paper],
      [1.6, theme.ink],
      [0, colour],
    ]) {
      ctx.beginPath();
      ctx.arc(x, y, radius + more, 0, 2 * Math.PI);
      ctx.fillStyle = fill;
      ctx.fill();
    }
  }
}

/** The point's path through the moments of the trajectory: what is behind it and, thinner, what is to come. */
function drawPath(ctx, { whole, xy }, index, position, view, theme, colour) {
  const [moments, count] = whole.shapes.xy;
  const at = (m) => 2 * (m * count + index);
  const here = [view.x(xy[2 * index]), view.y(xy[2 * index + 1])];
  const line = (from, to) => {
    ctx.beginPath();
    if (from > 0) ctx.moveTo(...here);
    for (let m = from; m <= to; m++)
      ctx[m === 0 ? "moveTo" : "lineTo"](view.x(whole.xy[at(m)]), view.y(whole.xy[at(m) + 1]));
    if (from === 0) ctx.lineTo(...here);
  };
  ctx.save();
  ctx.lineJoin = ctx.lineCap = "round";
  const width = Math.max(1.4, 2.2 * view.unit);
  for (const [from, to, ink, wide] of [
    [Math.floor(position) + 1, moments - 1, fade(theme.ink, 0.4), width * 0.6],
    [0, Math.floor(position), theme.ink, width],
  ]) {
    line(from, to);
    ctx.strokeStyle = fade(theme.paper, 0.8);
    ctx.lineWidth = wide + 2.2;
    ctx.stroke();
    ctx.strokeStyle = ink;
    ctx.lineWidth = wide;
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.arc(view.x(whole.xy[at(0)]), view.y(whole.xy[at(0) + 1]), 3, 0, 2 * Math.PI); // where it began
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.restore();
}
