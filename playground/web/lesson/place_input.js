// A place on the plane: a click, or the arrow keys. The stage's own picture lies under it.

import { h, write } from "../core/dom.js";
import { drawLayers } from "../draw/layers.js";
import { fit, viewOf } from "../draw/view.js";

const STEP = 1 / 40; // of the axes, for a key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const PLANE = [-3, 3, -3, 3];

export class PlaceInput {
  constructor(app, question, onChange) {
    this.app = app;
    this.onChange = onChange;
    this.value = null;
    this.right = null;
    this.votes = [];
    this.canvas = h("canvas", {
      class: "pg-place",
      tabindex: "0",
      role: "application",
      "aria-label": app.t("place"),
      onPointerdown: (event) => this.point(event),
      onKeydown: (event) => this.press(event),
    });
    this.spoken = h("span", { class: "pg-visually-hidden", "aria-live": "polite" });
    this.element = h("div", { class: "pg-place-input" }, this.canvas, this.spoken);
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.canvas);
  }

  get extent() {
    return this.app.stage?.frame?.extent ?? PLANE;
  }

  point(event) {
    if (this.locked || event.button > 0) return;
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const [x0, x1, y0, y1] = this.extent;
    this.put(x0 + ((event.clientX - left) / width) * (x1 - x0), y1 - ((event.clientY - top) / height) * (y1 - y0));
  }

  press(event) {
    const way = ARROWS[event.key];
    if (!way || this.locked) return;
    event.preventDefault();
    event.stopPropagation(); // the arrows have another meaning on the page
    const [x0, x1, y0, y1] = this.extent;
    const [x, y] = this.value ?? [(x0 + x1) / 2, (y0 + y1) / 2];
    this.put(x + way[0] * STEP * (x1 - x0), y + way[1] * STEP * (y1 - y0));
  }

  put(x, y) {
    const [x0, x1, y0, y1] = this.extent;
    const within = (v, low, high) => Number(Math.max(low, Math.min(high, v)).toFixed(3));
    this.value = [within(x, x0, x1), within(y, y0, y1)];
    write(this.spoken, this.value.map((v) => this.app.words.figure(v)).join(", "));
    this.onChange(this.value);
    this.draw();
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
    const { clientWidth: size } = this.canvas;
    const { theme, stage } = this.app;
    if (!size || !theme) return;
    const { ctx } = fit(this.canvas, size, size);
    const view = viewOf(size, size, this.extent);
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, size, size);
    const layers = (stage?.frame?.layers ?? []).filter((layer) => layer.stage && stage.switches.on(layer));
    drawLayers(ctx, layers, view, theme, () => 0.55);
    for (const place of this.votes) ring(ctx, view, place, 5, theme.roles.neutral);
    if (this.value) ring(ctx, view, this.value, 8, theme.accent);
    if (this.right) ring(ctx, view, this.right, 12, theme.roles.field);
  }

  destroy() {
    this.resize.disconnect();
  }
}

function ring(ctx, view, [x, y], radius, colour) {
  ctx.beginPath();
  ctx.arc(view.x(x), view.y(y), radius, 0, 2 * Math.PI);
  ctx.lineWidth = 3;
  ctx.strokeStyle = colour;
  ctx.stroke();
}
