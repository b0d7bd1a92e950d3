// Interpolates between two frames, but only layers whose items stay the same (`tween`). It takes as long as frames take
// to come, so that motion never stops and starts.

const ARRAYS = ["xy", "uv", "values", "weights", "pixels"];
const SHORTEST = 30; // ms of one interpolation
const LONGEST = 700;
const PAUSE = 1500; // ms: a longer gap between two frames says nothing about their rhythm

export class Tween {
  constructor() {
    this.frame = null;
    this.blends = [];
    this.start = 0;
    this.span = 0;
    this.interval = 100;
    this.last = -Infinity;
  }

  /** Move towards `frame` from what is seen now. `span`: in ms; by default it follows the frames' rhythm. */
  push(frame, now, { span, instant = false } = {}) {
    const gap = now - this.last;
    this.last = now;
    if (gap < PAUSE) this.interval += 0.25 * (gap - this.interval);
    const seen = this.frame ? new Map(this.at(now).map((layer) => [layer.name, layer])) : new Map();
    this.blends = frame.layers.map((layer) => (instant ? layer : blend(seen.get(layer.name), layer)));
    this.frame = frame;
    this.start = now;
    this.span = Math.min(LONGEST, Math.max(SHORTEST, span ?? 1.1 * this.interval));
  }

  moving(now) {
    return this.frame !== null && now - this.start < this.span;
  }

  /** The layers to be drawn now. */
  at(now) {
    if (!this.moving(now)) return this.frame ? this.frame.layers : [];
    const share = (now - this.start) / this.span;
    for (const layer of this.blends) if (layer.from) advance(layer, share);
    return this.blends;
  }
}

/** A layer on its way: it reads like `to`, with arrays of its own. */
function blend(seen, to) {
  if (!to.tween || !seen || seen === to || seen.kind !== to.kind || !alike(seen.shapes, to.shapes)) return to;
  const layer = Object.create(to);
  layer.from = {};
  layer.to = to;
  layer.raster = null;
  for (const name of ARRAYS) {
    if (!to[name]?.length) continue;
    layer.from[name] = seen[name].slice();
    layer[name] = seen[name].slice();
  }
  return layer;
}

function advance(layer, share) {
  if (layer.share === share) return;
  for (const [name, from] of Object.entries(layer.from)) {
    const [to, into] = [layer.to[name], layer[name]];
    for (let i = 0; i < into.length; i++) into[i] = from[i] + (to[i] - from[i]) * share;
  }
  layer.share = share;
  layer.stamp += 1;
}

function alike(a, b) {
  const names = Object.keys(b);
  return (
    names.length === Object.keys(a).length &&
    names.every((name) => a[name] && a[name].length === b[name].length && a[name].every((n, i) => n === b[name][i]))
  );
}
