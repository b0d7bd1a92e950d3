// A curve that is drawn before it is seen: a hand draws heights over the steps; keys move a cursor and its height.

import { h, write } from "../core/dom.js";
import { fade } from "../core/palette.js";
import { fit } from "../draw/view.js";

const POINTS = 33;
const HEIGHT = 0.6; // of the width
const EDGE = { left: 34, right: 8, top: 8, bottom: 20 }; // px

export class SketchInput {
  constructor(app, { low, high, steps }, onChange) {
    Object.assign(this, { app, low, high, steps, onChange });
    this.heights = new Array(POINTS).fill(null);
    this.right = null;
    this.votes = [];
    this.cursor = 0;
    this.canvas = h("canvas", {
      class: "pg-sketch",
      tabindex: "0",
      role: "application",
      "aria-label": app.t("sketch"),
      onPointerdown: (event) => this.begin(event),
      onPointermove: (event) => this.move(event),
      onPointerup: () => this.end(),
      onPointercancel: () => this.end(),
      onKeydown: (event) => this.press(event),
    });
    this.spoken = h("span", { class: "pg-visually-hidden", "aria-live": "polite" });
    this.element = h("div", { class: "pg-sketch-input" }, this.canvas, this.spoken);
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.canvas);
  }

  /** The whole curve, what was left out filled in straight; null while there are fewer than two points. */
  get value() {
    const known = this.heights.map((height, i) => [i, height]).filter(([, height]) => height !== null);
    if (known.length < 2) return null;
    return this.heights.map((_, i) => Number(between(known, i).toPrecision(5)));
  }

  set value(heights) {
    if (!heights) this.heights.fill(null);
    else this.heights = this.heights.map((_, i) => heights[Math.round((i * (heights.length - 1)) / (POINTS - 1))]);
    this.draw();
  }

  begin(event) {
    if (this.locked || event.button > 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    this.put(...this.last);
  }

  move(event) {
    if (!this.last) return;
    const [from, to] = [this.last, this.at(event)];
    const count = Math.abs(to[0] - from[0]);
    for (let k = 1; k <= count; k++) {
      const share = k / count;
      this.put(Math.round(from[0] + share * (to[0] - from[0])), from[1] + share * (to[1] - from[1]));
    }
    if (!count) this.put(...to);
    this.last = to;
  }

  end() {
    if (this.last) this.onChange(this.value);
    this.last = null;
  }

  at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const across = (clientX - box.left - EDGE.left) / (box.width - EDGE.left - EDGE.right);
    const up = 1 - (clientY - box.top - EDGE.top) / (box.height - EDGE.top - EDGE.bottom);
    const within = (v) => Math.max(0, Math.min(1, v));
    return [Math.round(within(across) * (POINTS - 1)), this.low + within(up) * (this.high - this.low)];
  }

  put(index, height) {
    this.heights[index] = height;
    this.draw();
  }

  press(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move || this.locked) return;
    event.preventDefault();
    event.stopPropagation(); // the arrows have another meaning on the page
    const here = this.heights[this.cursor] ?? (this.low + this.high) / 2;
    const height = here + (move[1] * (this.high - this.low)) / 20;
    if (move[1]) this.put(this.cursor, Math.max(this.low, Math.min(this.high, height)));
    this.cursor = Math.max(0, Math.min(POINTS - 1, this.cursor + move[0]));
    if (move[0]) this.put(this.cursor, this.heights[this.cursor] ?? here);
    const { words, t } = this.app;
    const step = words.count((this.cursor / (POINTS - 1)) * this.steps);
    write(this.spoken, t("sketch_at", { step, value: words.figure(this.heights[this.cursor]) }));
    this.onChange(this.value);
  }

  lock(locked) {
    this.locked = locked;
  }

  reveal(right) {
    this.right = right;
    this.draw();
  }

  showVotes(votes) {
    this.votes = votes?.answers ?? [];
    this.draw();
  }

  draw() {
    const { clientWidth: width } = this.canvas;
    const { theme, words } = this.app;
    if (!width || !theme) return;
    const height = Math.round(width * HEIGHT);
    const { ctx } = fit(this.canvas, width, height);
    const x = (share) => EDGE.left + share * (width - EDGE.left - EDGE.right);
    const y = (v) => EDGE.top + (1 - (v - this.low) / (this.high - this.low)) * (height - EDGE.top - EDGE.bottom);
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, width, height);
    ctx.strokeStyle = fade(theme.ink, 0.35);
    ctx.strokeRect(EDGE.left, EDGE.top, width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom);
    ctx.fillStyle = theme.ink;
    ctx.font = `${theme.small}px ${theme.font}`;
    ctx.textAlign = "right";
    ctx.fillText(words.figure(this.high), EDGE.left - 4, EDGE.top + 10);
    ctx.fillText(words.figure(this.low), EDGE.left - 4, height - EDGE.bottom);
    ctx.fillText(words.count(this.steps), width - EDGE.right, height - 5);
    ctx.textAlign = "left";
    ctx.fillText("0", EDGE.left, height - 5);
    const clipped = (v) => Math.max(this.low, Math.min(this.high, v));
    const line = (values, colour, wide) => {
      ctx.beginPath();
      ctx.lineJoin = "round";
      values.forEach((v, i) => ctx[i ? "lineTo" : "moveTo"](x(i / (values.length - 1)), y(clipped(v))));
      ctx.strokeStyle = colour;
      ctx.lineWidth = wide;
      ctx.stroke();
    };
    for (const answer of this.votes) line(answer, fade(theme.roles.neutral, 0.4), 1);
    if (this.value) line(this.value, theme.accent, 2.5);
    this.heights.forEach((v, i) => {
      if (v === null) return;
      ctx.fillStyle = theme.accent;
      ctx.fillRect(x(i / (POINTS - 1)) - 1.5, y(v) - 1.5, 3, 3);
    });
    if (this.right) line(this.right, theme.roles.field, 3);
  }

  destroy() {
    this.resize.disconnect();
  }
}

/** Linear interpolation of known (index, height). */
function between(known, i) {
  const after = known.findIndex(([index]) => index >= i);
  if (after < 0) return known.at(-1)[1];
  if (after === 0 || known[after][0] === i) return known[after][1];
  const [[a, from], [b, to]] = [known[after - 1], known[after]];
  return from + ((to - from) * (i - a)) / (b - a);
}
