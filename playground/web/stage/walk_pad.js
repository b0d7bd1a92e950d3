// The pad of the latent walk: a plane of the noise with two points, A and B, moved by pointer or by keys.

import { h } from "../core/dom.js";
import { drawLayers } from "../draw/layers.js";
import { fit, viewOf } from "../draw/view.js";
import { curve, ring } from "./walk_curve.js";

const EXTENT = 1.1; // of the pad, in the node's units
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEP = { small: 0.05, large: 0.25 }; // of an arrow key, without and with Shift
const GRASP = { line: 0.1, point: 0.22 }; // how near the line, and how far from its ends, the whole line is taken

export class WalkPad {
  /** `onMove` is called when a hand has moved a point. */
  constructor(label, onMove) {
    this.onMove = onMove;
    this.probe = null;
    this.points = [
      [-0.6, -0.3],
      [0.6, 0.3],
    ]; // in the node's units
    this.held = null; // the points in hand
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.handles = ["A", "B"].map((letter, i) =>
      h("button", {
        type: "button",
        class: "pg-handle",
        "data-letter": letter,
        onKeydown: (event) => this.press(event, i),
      }),
    );
    const release = () => (this.held = null);
    this.element = h(
      "div",
      {
        class: "pg-walk-pad",
        role: "group",
        "aria-label": label,
        onPointerdown: (event) => this.grasp(event),
        onPointermove: (event) => this.held && this.drag(this.at(event)),
        onPointerup: release,
        onPointercancel: release,
      },
      this.canvas,
      ...this.handles,
    );
  }

  set(probe) {
    this.probe = probe;
    this.element.classList.toggle("pg-line-pad", probe.dim === 1);
    if (probe.dim === 1) for (const point of this.points) point[1] = 0;
  }

  grasp(event) {
    const at = this.at(event);
    const distances = this.points.map((point) => Math.hypot(point[0] - at[0], point[1] - at[1]));
    const nearest = distances[0] <= distances[1] ? 0 : 1;
    const line = distanceToLine(at, ...this.points) < GRASP.line && distances[nearest] > GRASP.point;
    this.held = line ? [0, 1] : [nearest];
    this.from = line ? at : this.points[nearest]; // a line is taken where it is grasped
    this.element.setPointerCapture(event.pointerId);
    this.handles[nearest].focus();
    event.preventDefault();
    this.drag(at);
  }

  drag(at) {
    const by = [at[0] - this.from[0], at[1] - this.from[1]];
    this.from = at;
    for (const i of this.held) this.move(i, by);
    this.onMove();
  }

  press(event, i) {
    const step = STEPS[event.key];
    if (!step) return;
    const size = event.shiftKey ? STEP.large : STEP.small;
    this.move(
      i,
      step.map((part) => part * size),
    );
    event.preventDefault();
    event.stopPropagation(); // for the stage, an arrow is a step of the training
    this.onMove();
  }

  /** Move point `i`, within the noise. */
  move(i, [du, dv]) {
    const most = this.probe.reach / this.probe.unit;
    const within = (value) => Math.max(-most, Math.min(most, value));
    const [u, v] = this.points[i];
    this.points[i] = [within(u + du), this.probe.dim === 1 ? 0 : within(v + dv)];
  }

  /** Where a pointer is, in the node's units. */
  at(event) {
    const box = this.element.getBoundingClientRect();
    const scale = (2 * EXTENT) / box.width;
    return [(event.clientX - box.left) * scale - EXTENT, (box.height / 2 - (event.clientY - box.top)) * scale];
  }

  /** Draw the pad over the `layers` of the noise; whether there was room. */
  draw(layers, theme) {
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    if (!width) return false;
    const tall = (EXTENT * height) / width;
    const view = viewOf(width, height, [-EXTENT, EXTENT, -tall, tall]);
    const { ctx } = fit(this.canvas, width, height);
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, width, height);
    if (this.probe.axes) ring(ctx, view, theme);
    else drawLayers(ctx, layers, view, theme, () => 0.55);
    curve(ctx, this.points, view, theme);
    this.handles.forEach((handle, i) => {
      handle.style.transform = `translate(${view.x(this.points[i][0])}px, ${view.y(this.points[i][1])}px)`;
    });
    return true;
  }
}

/** The distance of a point from the segment between two others. */
export function distanceToLine([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
