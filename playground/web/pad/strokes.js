// What has been drawn on the pad: strokes, each a list of points x, y, x, y, ... in the frame of the data, [-3, 3].

export const HALF = 3; // the frame reaches from -HALF to HALF on both axes
const DENSITY = 24; // points of a thin brush per unit of length
const GAP = 0.25; // between two points of the tool "points"

const within = (value) => Math.max(-HALF, Math.min(HALF, value));

export class Strokes {
  /** At most `limit` points in all; `random`: numbers from 0 to 1. */
  constructor(points, limit, random = Math.random) {
    this.all = points.length ? [[...points]] : [];
    this.before = []; // what `undo` goes back to
    this.limit = limit;
    this.random = random;
  }

  /** The number of points. */
  get total() {
    return this.all.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  }

  get points() {
    return this.all.flat();
  }

  begin() {
    this.change([...this.all, []]);
  }

  clear() {
    this.change([]);
  }

  change(all) {
    this.before.push(this.all);
    this.all = all;
  }

  undo() {
    if (this.before.length) this.all = this.before.pop();
  }

  /** Add `count` points around a place to the newest stroke, normally distributed with that standard deviation. */
  dab([x, y], count, spread) {
    const stroke = this.all.at(-1);
    for (let i = 0; i < count && this.total < this.limit; i++) {
      const radius = spread * Math.sqrt(-2 * Math.log(1 - this.random())); // Box and Muller (1958)
      const angle = 2 * Math.PI * this.random();
      const rounded = (value) => within(Math.round(value * 1e3) / 1e3);
      stroke.push(rounded(x + radius * Math.cos(angle)), rounded(y + radius * Math.sin(angle)));
    }
  }

  /** Dab along a line at even distances; `owed`: the length since the last dab. Returns what is owed then. */
  line([x, y], to, spread, owed) {
    const length = Math.hypot(to[0] - x, to[1] - y);
    const gap = spread === null ? GAP : 1 / DENSITY / (1 + 4 * spread);
    for (let s = gap - owed; s <= length; s += gap)
      this.dab([x + ((to[0] - x) * s) / length, y + ((to[1] - y) * s) / length], 1, spread ?? 0);
    return (owed + length) % gap;
  }
}
