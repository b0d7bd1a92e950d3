// Layers along a trajectory have one more axis in front, its moments; a cut is what they are between two of them.

/** The position of `moment` among the rising `moments`, counted from 0: whole at the moments themselves. */
export function positionOf(moments, moment) {
  const last = moments.length - 1;
  if (moment >= moments[last]) return last;
  let k = 0;
  while (k < last - 1 && moments[k + 1] <= moment) k++;
  return Math.max(0, k + (moment - moments[k]) / (moments[k + 1] - moments[k]));
}

export const span = ({ moments }) => moments.at(-1) - moments[0];

/** How far along the trajectory `moment` is, from 0 to 1. */
export const shareOf = (trajectory, moment) => (moment - trajectory.moments[0]) / span(trajectory);

/** Interpolates a figure at `position`; null where one of its neighbours is unknown. */
export function figureAt(values, position) {
  const k = Math.min(Math.floor(position), values.length - 1);
  const [a, b] = [values[k], values[Math.min(k + 1, values.length - 1)]];
  if (position === k) return a;
  return a === null || b === null ? null : a + (b - a) * (position - k);
}

/** Keeps what it cut: nothing is computed or allocated twice. */
export class TrajectoryCuts {
  constructor() {
    this.kept = new Map();
  }

  /** `layers` at `position`; those that do not change along the trajectory are returned as they are. */
  at(layers, position) {
    return layers.map((layer) => (layer.trajectory ? this.cut(layer, position) : layer));
  }

  cut(layer, position) {
    let cut = this.kept.get(layer.name);
    if (cut?.whole !== layer) {
      cut = begin(layer, cut);
      this.kept.set(layer.name, cut);
    }
    if (cut.position === position && cut.since === layer.stamp) return cut;
    for (const [name, size] of Object.entries(cut.sizes)) cut[name] = between(cut, name, size, position);
    cut.position = position;
    cut.since = layer.stamp;
    cut.stamp += 1;
    return cut;
  }
}

/** A layer that reads like `whole`, without the axis of the moments; it reuses the raster of the cut `before`. */
function begin(whole, before) {
  const cut = Object.create(whole);
  Object.assign(cut, { whole, trajectory: false, shapes: {}, sizes: {}, buffers: {}, position: null, stamp: 0 });
  cut.raster = before?.raster ? { ...before.raster, stamp: -1 } : null;
  for (const [name, [, ...shape]] of Object.entries(whole.shapes)) {
    cut.shapes[name] = shape;
    cut.sizes[name] = shape.reduce((a, b) => a * b, 1);
  }
  return cut;
}

/** Whether the numbers name something, so that there is nothing between two of them. */
const isWhole = (values) => values instanceof Int8Array || values instanceof Int16Array;

/** The array at `position`: where nothing has to be interpolated, a view that costs nothing. */
function between(cut, name, size, position) {
  const whole = cut.whole[name];
  const last = whole.length / size - 1;
  const k = Math.min(Math.floor(position), last);
  const share = last && !isWhole(whole) ? position - k : 0;
  const start = k * size;
  if (share === 0) return whole.subarray(start, start + size);
  const into = (cut.buffers[name] ??= new whole.constructor(size));
  const half = whole instanceof Uint8Array ? 0.5 : 0; // bytes are truncated, not rounded
  for (let i = 0, a = start, b = start + size; i < size; i++, a++, b++)
    into[i] = whole[a] + (whole[b] - whole[a]) * share + half;
  return into;
}
