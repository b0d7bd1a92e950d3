// One of some options, or a number between two bounds: what the browser has anyway.

import { h, write } from "../core/dom.js";

let groups = 0;

export class ChoiceInput {
  constructor(app, { options }, onChange) {
    const name = `pg-choice-${++groups}`;
    this.boxes = options.map((_, i) =>
      h("input", { type: "radio", name, value: i, onChange: () => onChange(this.value) }),
    );
    this.counts = options.map(() => h("span", { class: "pg-choice-count pg-small" }));
    this.bars = options.map(() => h("i", { class: "pg-choice-bar", "aria-hidden": "true" }));
    this.rows = options.map((text, i) =>
      h("label", { class: "pg-choice" }, this.boxes[i], h("span", {}, text), this.counts[i], this.bars[i]),
    );
    this.element = h("div", { class: "pg-choices" }, ...this.rows);
  }

  get value() {
    const at = this.boxes.findIndex((box) => box.checked);
    return at < 0 ? null : at;
  }

  set value(value) {
    this.boxes.forEach((box, i) => (box.checked = i === value));
  }

  lock(locked) {
    for (const box of this.boxes) box.disabled = locked;
  }

  /** Mark the right option. */
  reveal(right) {
    this.rows.forEach((row, i) => row.classList.toggle("pg-is-right", i === right));
  }

  /** How the class answered: {answered, counts}; null: hidden. */
  showVotes(votes) {
    const most = Math.max(1, ...(votes?.counts ?? []));
    this.bars.forEach((bar, i) => {
      bar.style.setProperty("--share", votes ? votes.counts[i] / most : 0);
      write(this.counts[i], votes ? String(votes.counts[i]) : "");
    });
  }
}

export class NumberInput {
  constructor(app, { low, high, unit }, onChange) {
    this.app = app;
    this.span = [low, high];
    this.unit = unit ?? "";
    const step = (high - low) / 200;
    const changed = () => {
      this.touched = true;
      this.say();
      onChange(this.value);
    };
    this.slider = h("input", {
      type: "range",
      min: low,
      max: high,
      step,
      "aria-label": app.t("your_answer"),
      onInput: changed,
    });
    this.slider.value = (low + high) / 2; // it was made before it knew its step: between 0 and 1 it stood at the end
    this.output = h("output", { class: "pg-number-value" });
    this.dots = h("div", { class: "pg-number-dots", "aria-hidden": "true" });
    this.element = h("div", { class: "pg-number" }, this.slider, this.output, this.dots);
    this.say();
  }

  get value() {
    return this.touched ? Number(this.slider.value) : null;
  }

  set value(value) {
    this.touched = value !== null && value !== undefined;
    if (this.touched) this.slider.value = value;
    this.say();
  }

  say() {
    const text = this.touched ? `${this.app.words.figure(Number(this.slider.value))} ${this.unit}` : "?";
    write(this.output, text.trim());
  }

  lock(locked) {
    this.slider.disabled = locked;
  }

  reveal(right) {
    this.mark("pg-is-right", right === null ? [] : [right]);
  }

  showVotes(votes) {
    this.mark("pg-is-vote", votes?.answers ?? []);
  }

  /** Small marks under the slider, at their values. */
  mark(kind, values) {
    for (const old of this.dots.querySelectorAll(`.${kind}`)) old.remove();
    const [low, high] = this.span;
    for (const value of values) {
      const dot = h("i", { class: kind, title: this.app.words.figure(value) });
      dot.style.setProperty("--at", Math.max(0, Math.min(1, (value - low) / (high - low))));
      this.dots.append(dot);
    }
  }
}
