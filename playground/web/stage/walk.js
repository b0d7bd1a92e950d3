// The latent walk: two points of the noise moved by hand, and where the model sends them and the line between them.
// Every move is a question on the socket; the answer is drawn on the stage.

import { attribute, h, write } from "../core/dom.js";
import { curve } from "./walk_curve.js";
import { WalkPad } from "./walk_pad.js";
import { strip } from "./walk_strip.js";

const POINTS = 64; // of the line between the two
const IMAGES = 10; // if the answers are images: so many fit side by side
const PATIENCE = 2000; // ms after which the next question no longer waits for an answer
const CALM = 130; // ms between two questions that only training asks for
const SELDOM = 5000; // ms between two announcements that training alone causes

export class Walk {
  constructor(app) {
    this.app = app;
    this.probe = null; // what can be asked: {node, question, answer, dim, unit, reach, shape, axes}
    this.open = false;
    this.number = this.asked = 0;
    this.button = h(
      "button",
      {
        type: "button",
        class: "pg-text-button pg-walk-open",
        hidden: true,
        "aria-expanded": "false",
        onClick: () => this.toggle(),
      },
      app.t("latent_walk"),
    );
    this.pad = new WalkPad(app.t("walk_pad"), () => this.moved());
    this.result = h("output", { "aria-live": "polite" });
    this.help = h("span");
    this.panel = h(
      "div",
      { class: "pg-walk", role: "region", "aria-label": app.t("latent_walk"), hidden: true },
      this.pad.element,
      h("div", { class: "pg-walk-words" }, this.help, this.result),
    );
  }

  /** What the diagram offers to be asked; null: nothing. */
  set(probe) {
    const same = JSON.stringify(probe) === JSON.stringify(this.probe);
    this.probe = probe ?? null;
    this.answer = null;
    this.button.hidden = !probe;
    if (!probe) this.toggle(false);
    if (same || !probe) return;
    this.pad.set(probe);
    const many = probe.axes ? "walk_help_plane" : "walk_help_more";
    const key = probe.dim === 1 ? "walk_help_1d" : probe.dim > 2 ? many : "walk_help";
    write(this.help, this.app.t(key, { dim: probe.dim }));
    this.moved();
  }

  toggle(open = !this.open) {
    this.open = open;
    this.panel.hidden = !open;
    attribute(this.button, "aria-expanded", open);
    if (open) this.moved();
    this.app.redraw();
  }

  /** The points are elsewhere; a hand that moves them wants to see the whole picture. */
  moved() {
    if (!this.open || !this.probe) return;
    if (this.pad.held && this.app.picture.focus) this.app.focus(null);
    this.byHand = true;
    this.ask();
    this.app.redraw();
  }

  /** One question is under way at a time; if more is asked meanwhile, the newest follows the answer. */
  ask() {
    if (!this.open || !this.probe) return;
    const now = performance.now();
    if (this.waiting && now - this.asked < PATIENCE) {
      this.again = true;
      return;
    }
    const [a, b] = this.pad.points;
    const count = this.probe.shape ? IMAGES : POINTS;
    const line = Array.from({ length: count }, (_, k) => {
      const share = k / (count - 1);
      return noiseAt([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share], this.probe);
    });
    this.number += 1;
    this.asked = now;
    this.again = false;
    this.waiting = this.app.session.send({ do: "ask", id: this.number, question: { [this.probe.question]: line } });
  }

  /** Training has moved on: the model may send the same points elsewhere. */
  follow(frame) {
    if (this.app.session.recording) return; // only its end has weights to ask, and only a hand brings it there
    if (frame === this.followed || performance.now() - this.asked < CALM) return;
    this.followed = frame;
    this.ask();
  }

  /** A click on the noise in the diagram opens the panel. */
  focused(node) {
    if (node && node.name === this.probe?.node) this.toggle(true);
  }

  receive(message) {
    if (message.id !== this.number) return;
    this.waiting = false;
    const latency = performance.now() - this.asked;
    if (message.run === (this.app.session.watching?.run ?? null) && this.probe) {
      this.answer = { xy: message[this.probe.answer], step: message.step };
      const { answers = 0 } = this.app.seen.walk ?? {};
      this.app.seen.walk = { answers: answers + 1, latency, step: message.step, xy: this.answer.xy };
      this.announce();
      this.app.redraw();
    }
    if (this.again) this.ask();
  }

  /** The answer in words: at once after a hand's move, else seldom. */
  announce() {
    const now = performance.now();
    if (!this.byHand && now - (this.announced ?? 0) < SELDOM) return;
    this.announced = now;
    this.byHand = false;
    const { words } = this.app;
    const text = (list) => list.map((value) => words.decimal(value, 2)).join(", ");
    const values = { step: words.steps(this.app.series.steps.done(this.answer.step)) };
    const kind = this.probe.shape ? "_pictures" : "";
    const { points } = this.pad;
    [this.answer.xy[0], this.answer.xy.at(-1)].forEach((xy, i) => {
      values[`to_${"ab"[i]}`] = text(xy);
      values[`from_${"ab"[i]}`] = text(this.probe.axes ? points[i] : noiseAt(points[i], this.probe).slice(0, 2));
    });
    write(this.result, this.app.t(`walk_result${kind}`, values));
    this.pad.handles.forEach((handle, i) => {
      const point = { name: "AB"[i], from: values[`from_${"ab"[i]}`], to: values[`to_${"ab"[i]}`] };
      attribute(handle, "aria-label", this.app.t(`walk_point${kind}`, point));
    });
  }

  /** The pad, and over the big picture where the model sends the line; `ctx` null: not over the picture. */
  draw(ctx, view) {
    if (!this.open || !this.probe) return;
    const { theme, diagram, frame } = this.app;
    this.follow(frame);
    const card = diagram.cards.get(this.probe.node);
    if (!this.pad.draw(card ? diagram.layersOf(card, frame.layers) : [], theme) || !this.answer || !ctx) return;
    if (this.app.session.recording && this.answer.step !== frame.step) return;
    if (this.probe.shape) strip(ctx, this.answer.xy, this.probe.shape, view, theme, ["A", "B"]);
    else curve(ctx, this.answer.xy, view, theme, ["A", "B"]);
  }
}

/** The noise at a point of the pad: beyond its two axes it is 0, unless the probe's axes point elsewhere. */
export function noiseAt([u, v], { dim, unit, axes }) {
  const at = (axis) => (axes ? u * axes[0][axis] + v * axes[1][axis] : ([u, v][axis] ?? 0));
  return Array.from({ length: dim }, (_, axis) => Number((at(axis) * unit).toFixed(4)));
}
