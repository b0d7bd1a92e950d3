// A second way through time, inside each frame: a slider along the layers of a flow, or the path of a sampler.

import { attribute, h, icon, write } from "../core/dom.js";
import { Cuts, mean, placeOf, span } from "./trajectory_cuts.js";
import { whereabouts } from "./position_label.js";

const GLIDE = 420; // ms from one moment to another that was pointed at
const PACE = { each: 450, least: 2500, most: 7000 }; // ms: for each moment, and for the whole way
const JUMP = 800; // ms at each moment where motion is unwanted

export class Trajectory {
  constructor(app) {
    this.app = app;
    this.way = null; // what the frame says of it
    this.moment = null;
    this.trip = null; // {from, to, start, time, direction}: on the way there; direction 0: pointed at, not played
    this.cuts = new Cuts();
    this.slider = h("input", {
      type: "range",
      class: "pg-range pg-trajectory-range",
      step: "any",
      onInput: () => this.put(Number(this.slider.value)),
      onKeydown: (event) => this.press(event),
    });
    this.stops = h("div", { class: "pg-trajectory-marks", "aria-hidden": "true" });
    this.title = h("h3");
    this.here = h("span", { class: "pg-small pg-trajectory-position" });
    this.figures = h("span", { class: "pg-trajectory-figures" });
    this.back = this.button(-1);
    this.forth = this.button(1);
    this.start = h("span");
    this.end = h("span");
    this.element = h(
      "div",
      { class: "pg-trajectory", role: "group", hidden: true },
      h("div", { class: "pg-trajectory-head" }, this.title, this.here, this.figures),
      h(
        "div",
        { class: "pg-trajectory-row" },
        this.back,
        this.forth,
        h(
          "div",
          { class: "pg-track" },
          this.slider,
          this.stops,
          h("div", { class: "pg-small pg-trajectory-ends", "aria-hidden": "true" }, this.start, this.end),
        ),
      ),
    );
    this.resize = new ResizeObserver(() => this.thin());
    this.resize.observe(this.stops);
  }

  button(direction) {
    return h(
      "button",
      {
        type: "button",
        class: `pg-button ${direction < 0 ? "pg-backwards" : ""}`,
        onClick: () => this.toggle(direction),
      },
      icon("play"),
    );
  }

  /** What the new frame says of its trajectory; where one stands stays, and who stands at the end stays there. */
  set(way) {
    const old = this.way;
    this.way = way ?? null;
    this.element.hidden = !way;
    if (!way) return;
    const { moments } = way;
    if (!old || this.moment >= old.moments.at(-1)) this.moment = moments.at(-1);
    this.moment = Math.max(moments[0], Math.min(moments.at(-1), this.moment));
    const fixed = JSON.stringify([way.title, moments, way.labels, way.start, way.end, way.numbers.map((n) => n.title)]);
    if (fixed !== this.fixed) {
      this.fixed = fixed;
      this.trip = null;
      this.build();
    }
    this.show();
  }

  build() {
    const { title, moments, labels, start, end, numbers } = this.way;
    write(this.title, title);
    attribute(this.element, "aria-label", title);
    attribute(this.slider, "aria-label", title);
    attribute(this.slider, "min", moments[0]);
    attribute(this.slider, "max", moments.at(-1));
    write(this.start, start);
    write(this.end, end);
    this.stops.replaceChildren(
      ...moments.map((moment, i) =>
        h(
          "span",
          { class: "pg-trajectory-mark", style: `--at: ${this.share(moment)}`, onClick: () => this.go(moment) },
          h("i"),
          labels[i] ? h("b", {}, labels[i]) : null,
        ),
      ),
    );
    this.values = numbers.map(() => h("b"));
    this.figures.replaceChildren(
      ...numbers.map((number, i) => h("span", {}, number.title, this.values[i], number.unit ? ` ${number.unit}` : "")),
    );
    this.thin();
    this.buttons();
  }

  /** Labels that would run into each other: every second one, or fewer, but always the last. */
  thin() {
    const labels = [...this.stops.querySelectorAll("b")];
    const wide = this.stops.clientWidth;
    if (!wide || labels.length < 2) return;
    const widest = Math.max(...labels.map((label) => label.offsetWidth)) + 8;
    const every = Math.ceil((widest * (labels.length - 1)) / wide);
    labels.forEach((label, i) => label.classList.toggle("pg-thinned", (labels.length - 1 - i) % every !== 0));
  }

  share(moment) {
    const { moments } = this.way;
    return (moment - moments[0]) / (moments.at(-1) - moments[0]);
  }

  /** `layers` of a frame as they are to be seen now; of another frame (a pinned one) as far on its own trajectory. */
  cut(layers, frame = this.app.frame, cuts = this.cuts) {
    return frame?.trajectory && this.way ? cuts.at(layers, this.placeIn(frame)) : layers;
  }

  /** Where one stands on a frame's trajectory, counted in its moments. */
  placeIn({ trajectory: way }) {
    if (!way || !this.way) return 0;
    const { moments } = way;
    const moment = way.moments === this.way.moments ? this.moment : moments[0] + this.share(this.moment) * span(way);
    return placeOf(moments, moment);
  }

  /** Layers at a moment of their own: a node's. */
  cutAt(layers, moment, cuts) {
    if (!this.way) return layers;
    return cuts.at(layers, placeOf(this.way.moments, moment ?? this.moment));
  }

  /** Move on, if under way; says whether there is more to come. */
  advance(now) {
    if (!this.trip || !this.way) return false;
    const { from, to, start, time, direction } = this.trip;
    const share = Math.min(1, Math.max(0, (now - start) / time));
    if (share >= 1) this.halt();
    const eased = direction ? share : 1 - (1 - share) ** 3;
    const moment = from + (to - from) * eased;
    this.moment = this.app.still.matches && share < 1 ? this.stop(moment, direction) : moment;
    this.show();
    return Boolean(this.trip);
  }

  /** The last moment passed in that direction. */
  stop(moment, direction) {
    const { moments } = this.way;
    const place = placeOf(moments, moment);
    return moments[direction < 0 ? Math.ceil(place) : Math.floor(place)];
  }

  /** To a moment that was pointed at. */
  go(moment) {
    if (!this.way) return;
    if (this.app.still.matches) this.put(moment);
    else this.leave(moment, GLIDE, 0);
  }

  put(moment) {
    this.halt();
    this.moment = moment;
    this.show();
    this.app.redraw();
  }

  leave(to, time, direction) {
    this.trip = { from: this.moment, to, start: performance.now(), time, direction };
    this.buttons();
    this.app.redraw();
  }

  get direction() {
    return this.trip?.direction ?? 0;
  }

  /** Play in that direction, from where one stands or, at its end, from the other one; or pause. */
  toggle(direction) {
    if (!this.way) return;
    if (this.direction === direction) {
      this.halt();
      return;
    }
    const { moments } = this.way;
    const [first, last] = direction > 0 ? [moments[0], moments.at(-1)] : [moments.at(-1), moments[0]];
    if (this.moment === last) this.moment = first;
    const whole = this.app.still.matches
      ? JUMP * (moments.length - 1)
      : Math.max(PACE.least, Math.min(PACE.most, PACE.each * (moments.length - 1)));
    this.leave(last, (whole * Math.abs(last - this.moment)) / span(this.way), direction);
  }

  halt() {
    this.trip = null;
    this.buttons();
  }

  /** So many moments on, or back. */
  step(by) {
    if (!this.way) return;
    const { moments } = this.way;
    const place = placeOf(moments, this.trip && !this.trip.direction ? this.trip.to : this.moment);
    const next = by > 0 ? Math.floor(place + 1e-6) + by : Math.ceil(place - 1e-6) + by;
    this.go(moments[Math.max(0, Math.min(moments.length - 1, next))]);
  }

  press(event) {
    const moves = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 4, PageDown: -4 };
    const ends = { Home: 0, End: -1 };
    if (event.key in moves) this.step(moves[event.key]);
    else if (event.key in ends) this.go(this.way.moments.at(ends[event.key]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  buttons() {
    const { t } = this.app;
    const { title } = this.way ?? { title: "" };
    for (const [button, direction, key] of [
      [this.back, -1, "trajectory_back"],
      [this.forth, 1, "trajectory_forth"],
    ]) {
      const playing = this.direction === direction;
      const words = t(playing ? "trajectory_pause" : key, { title });
      if (button.title === words) continue;
      attribute(button, "title", words);
      attribute(button, "aria-label", words);
      button.replaceChildren(icon(playing ? "pause" : "play"));
    }
  }

  /** Slider, words and figures at the moment. */
  show() {
    const { app, moment, way } = this;
    this.slider.value = moment;
    this.slider.style.setProperty("--share", this.share(moment));
    const words = whereabouts(way, moment, app.t);
    attribute(this.slider, "aria-valuetext", words);
    write(this.here, words);
    const place = placeOf(way.moments, moment);
    way.numbers.forEach(({ values, digits }, i) => {
      const value = mean(values, place);
      write(this.values[i], value === null ? "\u2013" : app.words.decimal(value, digits));
    });
    app.diagram.stand(moment);
    app.seen.trajectory = moment;
  }

  destroy() {
    this.resize.disconnect();
  }
}
