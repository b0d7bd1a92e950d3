// The curves' numbers. A metric that has too many points drops every second one: the beginning is never lost.

import { Steps } from "./steps.js";

const MAX_POINTS = 1500; // of a metric

export class Series {
  constructor() {
    this.steps = new Steps(); // how those of this run are counted
    this.clear();
  }

  clear() {
    this.metrics = new Map();
    this.scores = {};
    this.revision = 0;
  }

  /** `points`: [[step, {metric: value}], ...]; a step that comes again replaces what followed it. */
  add(points) {
    for (const [step, values] of points) {
      for (const [metric, value] of Object.entries(values)) {
        if (!Number.isFinite(value)) continue;
        const kept = this.metrics.get(metric) ?? { x: [], y: [] };
        this.metrics.set(metric, kept);
        while (kept.x.length && kept.x.at(-1) >= step) {
          kept.x.pop();
          kept.y.pop();
        }
        kept.x.push(step);
        kept.y.push(value);
        if (kept.x.length > MAX_POINTS) thin(kept);
      }
    }
    if (points.length) this.revision += 1;
  }

  score(scores) {
    if (!scores) return;
    Object.assign(this.scores, scores);
    this.revision += 1;
  }

  of(metric) {
    return this.metrics.get(metric) ?? { x: [], y: [] };
  }

  /** The value at `step`: the last one known by then. */
  at(metric, step) {
    const { x, y } = this.of(metric);
    let [low, high] = [0, x.length];
    while (low < high) {
      const half = (low + high) >> 1;
      if (x[half] <= step) low = half + 1;
      else high = half;
    }
    return low ? y[low - 1] : undefined;
  }
}

function thin(kept) {
  kept.x = kept.x.filter((_, i) => i % 2 === 0);
  kept.y = kept.y.filter((_, i) => i % 2 === 0);
}
