// The latent walk: two points of the noise moved by hand, and where the model sends them and the line between.
// Every move is a question on the socket; the answer is drawn on the stage. No script runs for any of it.

import { attribute, h, write } from "../core/dom.js";
import { drawLayers, fit, viewOf } from "../draw/layers.js";
import { curve, ring } from "./walk_curve.js";
import { strip } from "./walk_strip.js";

const POINTS = 64; // of the line between the two
const PICTURES = 10; // where the answers are pictures: so many fit side by side
const EXTENT = 1.1; // of the pad, in the node's units
const PATIENCE = 2000; // ms after which an answer is not waited for any more
const CALM = 130; // ms between two questions that only training asks for
const SELDOM = 5000; // ms between two announcements that nobody's hand caused
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Walk {
  constructor(app) {
    this.app = app;
    this.probe = null;
    this.open = false;
    this.number = this.asked = 0;
    this.ends = [
      [-0.6, -0.3],
      [0.6, 0.3],
    ]; // in the node's units
    this.button = h(
      "button",
      { type: "button", class: "pg-text-button pg-walk-open", "aria-expanded": "false", onClick: () => this.toggle() },
      app.t("latent_walk"),
    );
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.handles = ["A", "B"].map((letter, i) =>
      h("button", {
        type: "button",
        class: "pg-handle",
        "data-letter": letter,
        onKeydown: (event) => this.press(event, i),
      }),
    );
    this.pad = h("div", { class: "pg-walk-pad", role: "group", "aria-label": app.t("walk_pad") });
    this.pad.append(this.canvas, ...this.handles);
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"])
      this.pad.addEventListener(name, (event) => this[name](event));
    this.said = h("output", { "aria-live": "polite" });
    this.help = h("span");
    this.panel = h(
      "div",
      { class: "pg-walk", role: "region", "aria-label": app.t("latent_walk"), hidden: true },
      this.pad,
      h("div", { class: "pg-walk-words" }, this.help, this.said),
    );
    this.button.hidden = true;
  }

  /** What the diagram says can be asked; null: nothing. */
  set(probe) {
    const same = JSON.stringify(probe) === JSON.stringify(this.probe);
    this.probe = probe ?? null;
    this.answer = null;
    this.button.hidden = !probe;
    if (!probe) this.toggle(false);
    if (same || !probe) return;
    this.pad.classList.toggle("pg-line-pad", probe.dim === 1);
    const many = probe.axes ? "walk_help_plane" : "walk_help_more";
    const key = probe.dim === 1 ? "walk_help_1d" : probe.dim > 2 ? many : "walk_help";
    write(this.help, this.app.t(key, { dim: probe.dim }));
    if (probe.dim === 1) for (const end of this.ends) end[1] = 0;
    this.moved();
  }

  toggle(open = !this.open) {
    this.open = open;
    this.panel.hidden = !open;
    attribute(this.button, "aria-expanded", open);
    if (open) this.moved();
    this.app.redraw();
  }

  pointerdown(event) {
    const at = this.at(event);
    const far = this.ends.map((end) => Math.hypot(end[0] - at[0], end[1] - at[1]));
    const line = distance(at, ...this.ends);
    const nearest = far[0] <= far[1] ? 0 : 1;
    this.held = line < 0.1 && far[nearest] > 0.22 ? [0, 1] : [nearest];
    this.from = this.held.length > 1 ? at : this.ends[nearest]; // a line is taken where it is grasped
    this.pad.setPointerCapture(event.pointerId);
    this.handles[nearest].focus();
    event.preventDefault();
    this.drag(at);
  }

  pointermove(event) {
    if (this.held) this.drag(this.at(event));
  }

  pointerup() {
    this.held = null;
  }

  pointercancel() {
    this.held = null;
  }

  drag(at) {
    const by = [at[0] - this.from[0], at[1] - this.from[1]];
    this.from = at;
    for (const i of this.held) this.put(i, [this.ends[i][0] + by[0], this.ends[i][1] + by[1]]);
    this.moved();
  }

  press(event, i) {
    const step = STEPS[event.key];
    if (!step) return;
    const size = event.shiftKey ? 0.25 : 0.05;
    this.put(i, [this.ends[i][0] + step[0] * size, this.ends[i][1] + step[1] * size]);
    event.preventDefault();
    event.stopPropagation(); // an arrow alone is a step of the training
    this.moved();
  }

  put(i, [u, v]) {
    const most = this.probe.reach / this.probe.unit;
    const within = (value) => Math.max(-most, Math.min(most, value));
    this.ends[i] = [within(u), this.probe.dim === 1 ? 0 : within(v)];
  }

  /** A hand moved something: the whole picture is what it is about. */
  moved() {
    if (!this.open || !this.probe) return;
    if (this.held && this.app.picture.focus) this.app.focus(null);
    this.byHand = true;
    this.ask();
    this.app.redraw();
  }

  at(event) {
    const box = this.pad.getBoundingClientRect();
    const scale = (2 * EXTENT) / box.width;
    return [(event.clientX - box.left) * scale - EXTENT, (box.height / 2 - (event.clientY - box.top)) * scale];
  }

  /** The coordinates of a place on the pad: all beyond the two axes are 0, unless the axes point elsewhere. */
  place([u, v]) {
    const { dim, unit, axes } = this.probe;
    const at = (axis) => (axes ? u * axes[0][axis] + v * axes[1][axis] : ([u, v][axis] ?? 0));
    return Array.from({ length: dim }, (_, axis) => Number((at(axis) * unit).toFixed(4)));
  }

  /** One question is under way at a time; what is asked meanwhile is asked when it is answered. */
  ask() {
    if (!this.open || !this.probe) return;
    const now = performance.now();
    if (this.waiting && now - this.asked < PATIENCE) {
      this.again = true;
      return;
    }
    const [a, b] = this.ends;
    const count = this.probe.shape ? PICTURES : POINTS;
    const line = Array.from({ length: count }, (_, k) => {
      const share = k / (count - 1);
      return this.place([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
    });
    this.number += 1;
    this.asked = now;
    this.again = false;
    this.waiting = this.app.session.send({ do: "ask", id: this.number, question: { [this.probe.question]: line } });
  }

  /** A new picture of the training came: the same places may be sent elsewhere now. */
  follow(frame) {
    if (frame === this.followed || performance.now() - this.asked < CALM) return;
    this.followed = frame;
    this.ask();
  }

  /** A click on the noise in the diagram opens the panel. */
  focused(node) {
    if (node && node.name === this.probe?.node) this.toggle(true);
  }

  hear(message) {
    if (message.id !== this.number) return;
    this.waiting = false;
    const latency = performance.now() - this.asked;
    if (message.run === (this.app.session.opened?.run ?? null) && this.probe) {
      this.answer = { xy: message[this.probe.answer], step: message.step };
      const { answers = 0 } = this.app.seen.walk ?? {};
      this.app.seen.walk = { answers: answers + 1, latency, step: message.step, xy: this.answer.xy };
      this.speak();
      this.app.redraw();
    }
    if (this.again) this.ask();
  }

  speak() {
    const now = performance.now();
    if (!this.byHand && now - (this.spoke ?? 0) < SELDOM) return;
    this.spoke = now;
    this.byHand = false;
    const { words } = this.app;
    const point = (list) => list.map((value) => words.decimal(value, 2)).join(", ");
    const names = { step: words.count(this.answer.step) };
    const kind = this.probe.shape ? "_pictures" : "";
    [this.answer.xy[0], this.answer.xy.at(-1)].forEach((xy, i) => {
      names[`to_${"ab"[i]}`] = point(xy);
      names[`from_${"ab"[i]}`] = point(this.probe.axes ? this.ends[i] : this.place(this.ends[i]).slice(0, 2));
    });
    write(this.said, this.app.t(`walk_said${kind}`, names));
    this.handles.forEach((handle, i) => {
      const said = { name: "AB"[i], from: names[`from_${"ab"[i]}`], to: names[`to_${"ab"[i]}`] };
      attribute(handle, "aria-label", this.app.t(`walk_point${kind}`, said));
    });
  }

  /** The pad, and over the big picture the image of the line. */
  draw(ctx, view) {
    if (!this.open || !this.probe) return;
    const { theme, diagram } = this.app;
    this.follow(this.app.frame);
    const [width, height] = [this.pad.clientWidth, this.pad.clientHeight];
    if (!width) return;
    const tall = (EXTENT * height) / width;
    const pad = viewOf(width, height, [-EXTENT, EXTENT, -tall, tall]);
    const { ctx: small } = fit(this.canvas, width, height);
    small.fillStyle = theme.paper;
    small.fillRect(0, 0, width, height);
    const card = diagram.cards.get(this.probe.node);
    if (this.probe.axes) ring(small, pad, theme);
    else if (card) drawLayers(small, diagram.layersOf(card, this.app.frame.layers), pad, theme, () => 0.55);
    curve(small, this.ends, pad, theme);
    this.handles.forEach((handle, i) => {
      handle.style.transform = `translate(${pad.x(this.ends[i][0])}px, ${pad.y(this.ends[i][1])}px)`;
    });
    if (!this.answer || !ctx) return;
    if (this.probe.shape) strip(ctx, this.answer.xy, this.probe.shape, view, theme, ["A", "B"]);
    else curve(ctx, this.answer.xy, view, theme, ["A", "B"]);
  }
}

/** From a place to the piece of line between two others. */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
