// Layers along a trajectory: arrays with one more axis in front, its moments, cut at a place between two of them.

/** Where `moment` is among the rising `moments`: a number counted from 0, whole at the moments themselves. */
export function placeOf(moments, moment) {
  const last = moments.length - 1;
  if (moment >= moments[last]) return last;
  let k = 0;
  while (k < last - 1 && moments[k + 1] <= moment) k++;
  return Math.max(0, k + (moment - moments[k]) / (moments[k + 1] - moments[k]));
}

export const span = ({ moments }) => moments.at(-1) - moments[0];

/** A figure at `place`; unknown where one of those around it is. */
export function mean(values, place) {
  const k = Math.min(Math.floor(place), values.length - 1);
  const [a, b] = [values[k], values[Math.min(k + 1, values.length - 1)]];
  if (place === k) return a;
  return a === null || b === null ? null : a + (b - a) * (place - k);
}

/** Keeps what it cut, so that nothing is reckoned or allocated twice. */
export class Cuts {
  constructor() {
    this.kept = new Map();
  }

  /** `layers` as they are at `place`; those that do not change along the trajectory are themselves. */
  at(layers, place) {
    return layers.map((layer) => (layer.trajectory ? this.cut(layer, place) : layer));
  }

  cut(layer, place) {
    let cut = this.kept.get(layer.name);
    if (cut?.whole !== layer) {
      cut = begin(layer, cut);
      this.kept.set(layer.name, cut);
    }
    if (cut.place === place && cut.since === layer.stamp) return cut;
    for (const [name, size] of Object.entries(cut.sizes)) cut[name] = between(cut, name, size, place);
    cut.place = place;
    cut.since = layer.stamp;
    cut.stamp += 1;
    return cut;
  }
}

/** A layer that reads like `whole`, but without the axis of the moments; a small canvas of the one before is used on. */
function begin(whole, before) {
  const cut = Object.create(whole);
  Object.assign(cut, { whole, trajectory: false, shapes: {}, sizes: {}, buffers: {}, place: null, stamp: 0 });
  cut.raster = before?.raster ? { ...before.raster, stamp: -1 } : null;
  for (const [name, [, ...shape]] of Object.entries(whole.shapes)) {
    cut.shapes[name] = shape;
    cut.sizes[name] = shape.reduce((a, b) => a * b, 1);
  }
  return cut;
}

/** The array at `place`: at a moment itself, or where nothing changes, a view that costs nothing. */
function between(cut, name, size, place) {
  const whole = cut.whole[name];
  const last = whole.length / size - 1;
  const k = Math.min(Math.floor(place), last);
  const share = last ? place - k : 0;
  const start = k * size;
  if (share === 0) return whole.subarray(start, start + size);
  const into = (cut.buffers[name] ??= new whole.constructor(size));
  const half = whole instanceof Uint8Array ? 0.5 : 0; // bytes are cut off, not rounded
  for (let i = 0, a = start, b = start + size; i < size; i++, a++, b++)
    into[i] = whole[a] + (whole[b] - whole[a]) * share + half;
  return into;
}
