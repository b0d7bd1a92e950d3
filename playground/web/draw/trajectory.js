// A second time axis inside each frame: the layers of a flow, or the path of a sampler. One stands at a moment of it,
// goes to another, or plays it forwards and backwards.

import { positionOf, shareOf, span } from "./trajectory_cuts.js";
import { TrajectorySlider } from "./trajectory_slider.js";

const GLIDE = 420; // ms to a moment that was pointed at
const PACE = { each: 450, least: 2500, most: 7000 }; // ms of playing: for each moment, and for all of them
const JUMP = 800; // ms at each moment where motion is unwanted

export class Trajectory {
  /** `app`: {t, words, reducedMotion, redraw}; `onMove(moment)` is called whenever another moment is shown. */
  constructor(app, onMove = () => {}) {
    this.app = app;
    this.onMove = onMove;
    this.current = null; // the newest frame's trajectory: {title, moments, labels, numbers, start, end}
    this.moment = null;
    this.trip = null; // {from, to, start, time, direction}: on the way there; direction 0: pointed at, not played
    this.slider = new TrajectorySlider(this);
    this.element = this.slider.element;
  }

  /** Adopt the new frame's trajectory. The moment stays; at the end of the old one it stays at the end. */
  set(trajectory) {
    const old = this.current;
    this.current = trajectory ?? null;
    this.element.hidden = !trajectory;
    if (!trajectory) return;
    const { title, moments, labels, start, end, numbers } = trajectory;
    if (!old || this.moment >= old.moments.at(-1)) this.moment = moments.at(-1);
    this.moment = Math.max(moments[0], Math.min(moments.at(-1), this.moment));
    const described = JSON.stringify([title, moments, labels, start, end, numbers.map((number) => number.title)]);
    if (described !== this.described) {
      this.described = described;
      this.trip = null;
      this.slider.build();
    }
    this.show();
  }

  show() {
    this.slider.show();
    this.onMove(this.moment);
  }

  /** `layers` of `frame` at the moment shown; on the trajectory of another frame, equally far along. */
  cut(layers, frame, cuts) {
    return frame?.trajectory && this.current ? cuts.at(layers, this.positionIn(frame)) : layers;
  }

  /** The position on a frame's trajectory, counted in its moments. */
  positionIn({ trajectory }) {
    if (!trajectory || !this.current) return 0;
    const { moments } = trajectory;
    if (moments === this.current.moments) return positionOf(moments, this.moment);
    return positionOf(moments, moments[0] + shareOf(this.current, this.moment) * span(trajectory));
  }

  /** `layers` at a moment of their own, such as that of a node in the diagram; null: at the moment shown. */
  cutAt(layers, moment, cuts) {
    if (!this.current) return layers;
    return cuts.at(layers, positionOf(this.current.moments, moment ?? this.moment));
  }

  /** Move on if under way; whether there is more to come. */
  advance(now) {
    if (!this.trip || !this.current) return false;
    const { from, to, start, time, direction } = this.trip;
    const share = Math.min(1, Math.max(0, (now - start) / time));
    if (share >= 1) this.halt();
    const eased = direction ? share : 1 - (1 - share) ** 3;
    const moment = from + (to - from) * eased;
    const jumps = this.app.reducedMotion.matches && share < 1;
    this.moment = jumps ? lastPassed(this.current.moments, moment, direction) : moment;
    this.show();
    return Boolean(this.trip);
  }

  /** To a moment that was pointed at. */
  go(moment) {
    if (!this.current) return;
    if (this.app.reducedMotion.matches) this.put(moment);
    else this.travel(moment, GLIDE, 0);
  }

  put(moment) {
    this.halt();
    this.moment = moment;
    this.show();
    this.app.redraw();
  }

  travel(to, time, direction) {
    this.trip = { from: this.moment, to, start: performance.now(), time, direction };
    this.slider.updateButtons();
    this.app.redraw();
  }

  /** 1: playing forwards, -1: backwards, 0: not playing. */
  get direction() {
    return this.trip?.direction ?? 0;
  }

  /** Play in that direction, at its end from the other end; or pause. */
  toggle(direction) {
    if (!this.current) return;
    if (this.direction === direction) {
      this.halt();
      return;
    }
    const { moments } = this.current;
    const [first, last] = direction > 0 ? [moments[0], moments.at(-1)] : [moments.at(-1), moments[0]];
    if (this.moment === last) this.moment = first;
    const whole = this.app.reducedMotion.matches
      ? JUMP * (moments.length - 1)
      : Math.max(PACE.least, Math.min(PACE.most, PACE.each * (moments.length - 1)));
    this.travel(last, (whole * Math.abs(last - this.moment)) / span(this.current), direction);
  }

  halt() {
    this.trip = null;
    this.slider.updateButtons();
  }

  /** So many moments on, or back. */
  step(by) {
    if (!this.current) return;
    const { moments } = this.current;
    const position = positionOf(moments, this.trip && !this.trip.direction ? this.trip.to : this.moment);
    const next = by > 0 ? Math.floor(position + 1e-6) + by : Math.ceil(position - 1e-6) + by;
    this.go(moments[Math.max(0, Math.min(moments.length - 1, next))]);
  }
}

/** The moment passed last in that direction. */
function lastPassed(moments, moment, direction) {
  const position = positionOf(moments, moment);
  return moments[direction < 0 ? Math.ceil(position) : Math.floor(position)];
}
