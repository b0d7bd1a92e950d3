// The slider along a trajectory: its marks, the position in words, figures at the moment, play in both directions.

import { attribute, h, icon, write } from "../core/dom.js";
import { positionLabel } from "./position_label.js";
import { figureAt, positionOf, shareOf } from "./trajectory_cuts.js";

const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 4, PageDown: -4 };
const ENDS = { Home: 0, End: -1 };

export class TrajectorySlider {
  constructor(trajectory) {
    this.trajectory = trajectory;
    this.app = trajectory.app;
    this.range = h("input", {
      type: "range",
      class: "pg-range pg-trajectory-range",
      step: "any",
      onInput: () => trajectory.put(Number(this.range.value)),
      onKeydown: (event) => this.press(event),
    });
    this.marks = h("div", { class: "pg-trajectory-marks", "aria-hidden": "true" });
    this.title = h("h3");
    this.position = h("span", { class: "pg-small pg-trajectory-position" });
    this.figures = h("span", { class: "pg-trajectory-figures" });
    this.back = this.button(-1);
    this.forth = this.button(1);
    const end = () => h("span", { class: "pg-small pg-trajectory-end", "aria-hidden": "true" });
    [this.start, this.end] = [end(), end()];
    this.element = h(
      "div",
      { class: "pg-trajectory", role: "group", hidden: true },
      h("div", { class: "pg-trajectory-head" }, this.title, this.position, this.figures),
      h(
        "div",
        { class: "pg-trajectory-row" },
        this.back,
        this.forth,
        this.start,
        h("div", { class: "pg-track" }, this.range, this.marks),
        this.end,
      ),
    );
    this.resize = new ResizeObserver(() => this.thin());
    this.resize.observe(this.marks);
  }

  button(direction) {
    return h(
      "button",
      {
        type: "button",
        class: `pg-button ${direction < 0 ? "pg-backwards" : ""}`,
        onClick: () => this.trajectory.toggle(direction),
      },
      icon("play"),
    );
  }

  /** Rebuild what does not change from frame to frame. */
  build() {
    const { current } = this.trajectory;
    const { title, moments, labels, start, end, numbers } = current;
    write(this.title, title);
    attribute(this.element, "aria-label", title);
    attribute(this.range, "aria-label", title);
    attribute(this.range, "min", moments[0]);
    attribute(this.range, "max", moments.at(-1));
    write(this.start, start);
    write(this.end, end);
    this.marks.replaceChildren(
      ...moments.map((moment, i) =>
        h(
          "span",
          {
            class: "pg-trajectory-mark",
            style: `--at: ${shareOf(current, moment)}`,
            onClick: () => this.trajectory.go(moment),
          },
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
    this.updateButtons();
  }

  /** Hide labels that would overlap: every second one, or more, but never the last. */
  thin() {
    const labels = [...this.marks.querySelectorAll("b")];
    const wide = this.marks.clientWidth;
    if (!wide || labels.length < 2) return;
    const widest = Math.max(...labels.map((label) => label.offsetWidth)) + 8;
    const every = Math.ceil((widest * (labels.length - 1)) / wide);
    labels.forEach((label, i) => label.classList.toggle("pg-thinned", (labels.length - 1 - i) % every !== 0));
  }

  press(event) {
    if (event.key in STEPS) this.trajectory.step(STEPS[event.key]);
    else if (event.key in ENDS) this.trajectory.go(this.trajectory.current.moments.at(ENDS[event.key]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  updateButtons() {
    const { t } = this.app;
    const { title } = this.trajectory.current ?? { title: "" };
    for (const [button, direction, key] of [
      [this.back, -1, "trajectory_back"],
      [this.forth, 1, "trajectory_forth"],
    ]) {
      const playing = this.trajectory.direction === direction;
      const label = t(playing ? "trajectory_pause" : key, { title });
      if (button.title === label) continue;
      attribute(button, "title", label);
      attribute(button, "aria-label", label);
      button.replaceChildren(icon(playing ? "pause" : "play"));
    }
  }

  /** Slider, words and figures at the moment shown. */
  show() {
    const { moment, current } = this.trajectory;
    this.range.value = moment;
    this.range.style.setProperty("--share", shareOf(current, moment));
    const label = positionLabel(current, moment, this.app.t);
    attribute(this.range, "aria-valuetext", label);
    write(this.position, label);
    const position = positionOf(current.moments, moment);
    current.numbers.forEach(({ values, digits }, i) => {
      const value = figureAt(values, position);
      write(this.values[i], value === null ? "\u2013" : this.app.words.decimal(value, digits));
    });
  }

  destroy() {
    this.resize.disconnect();
  }
}
