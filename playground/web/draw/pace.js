// How often pictures are drawn: as often as a share of the browser's time allows, at even distances.

export const PERIOD = 1000 / 60; // ms between two frames of a screen
export const SHARE = 0.25; // of the main thread, for everything that is drawn
const SLOWEST = 8; // periods between two frames
const LEARN = { up: 0.08, down: 0.15 }; // weight of a dearer and of a cheaper frame: most dear ones were interrupted
const STRAY = 3; // so many times the usual cost is an accident, such as a collection of garbage
const CALM = 0.8; // of its budget a quicker pace must need at most: the pace does not waver
const WINDOW = 2000; // ms over which the share is measured

export class Pace {
  constructor() {
    this.cost = 3; // ms of a frame: script, style, layout, paint
    this.every = 1; // periods from one frame to the next
    this.due = -Infinity;
    this.window = { since: null, spent: 0, share: 0 };
  }

  /** ms from one frame to the next. */
  get interval() {
    return this.every * PERIOD;
  }

  /** ms until the next frame is due. */
  wait(now) {
    return Math.max(0, this.due - now);
  }

  /** A frame is drawn `now`: the next one is due one interval after this one was, or after a rest from now on. */
  begin(now) {
    this.due = (now - this.due < this.interval ? this.due : now) + this.interval;
  }

  /** A frame took `cost` ms until it was painted. */
  spent(cost, now) {
    const more = Math.min(cost, STRAY * this.cost) - this.cost;
    this.cost += (more > 0 ? LEARN.up : LEARN.down) * more;
    const needed = this.cost / (SHARE * PERIOD);
    if (needed > this.every) this.every = Math.min(SLOWEST, Math.ceil(needed));
    else if (this.every > 1 && needed < CALM * (this.every - 1)) this.every -= 1;
    this.measure(cost, now);
  }

  measure(cost, now) {
    const { window } = this;
    window.since ??= now - cost;
    window.spent += cost;
    if (now - window.since < WINDOW) return;
    window.share = window.spent / (now - window.since);
    Object.assign(window, { since: now, spent: 0 });
  }

  /** The share of the main thread that went to drawing, in the last seconds with a picture. */
  get share() {
    return this.window.share;
  }
}
