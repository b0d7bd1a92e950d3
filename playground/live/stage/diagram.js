// The model as a diagram: every node a small live picture, joined by wires along which things flow.

import { attribute, h } from "./dom.js";
import { drawLayers, fit, viewOf } from "./draw.js";
import { Wires } from "./wires.js";

const TITLE = 19;  // px: the strip above a node's picture
const SMALLEST = 46;
const LARGEST = 118;
const PERIOD = 50;  // ms: small pictures need no sixty frames a second

export class Diagram {
  constructor(app) {
    this.app = app;
    this.nodes = [];
    this.cards = new Map();
    this.wires = new Wires();
    this.box = h("div", { class: "pg-nodes" });
    this.element = h("section", { class: "pg-diagram", "aria-label": app.t("diagram") }, this.wires.element, this.box);
    this.drawn = 0;
    this.resize = new ResizeObserver(() => this.place());
    this.resize.observe(this.element);
  }

  set({ nodes, edges }) {
    this.nodes = nodes;
    this.edges = edges;
    this.cards = new Map(nodes.map((node) => [node.name, this.card(node)]));
    this.box.replaceChildren(...[...this.cards.values()].map((card) => card.element));
    this.element.hidden = !nodes.length;
    this.place();
  }

  card(node) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const element = h("button", {
      type: "button", class: `pg-node pg-is-${node.role}`, "aria-pressed": "false", title: node.help,
      onClick: () => this.app.focus(this.app.picture.focus?.name === node.name ? null : node),
      onPointerenter: () => this.app.hint(node), onPointerleave: () => this.app.hint(null),
      onFocus: () => this.app.hint(node), onBlur: () => this.app.hint(null),
    }, h("span", { class: "pg-node-title" }, node.title), canvas);
    return { node, element, canvas };
  }

  /** Fit the grid into the box, upright or turned, whichever lets the nodes be larger. */
  place() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!this.nodes.length || !width) return;
    const alone = this.app.narrow;
    const grid = (turned) => {
      const at = this.nodes.map((node) => (turned ? [node.at[1], node.at[0]] : node.at));
      const [xs, ys] = [at.map((p) => p[0]), at.map((p) => p[1])];
      const [columns, rows] = [Math.max(...xs) - Math.min(...xs) + 1, Math.max(...ys) - Math.min(...ys) + 1];
      const wide = width / columns - 26;
      const high = alone ? LARGEST : height / rows - TITLE - 26;
      return { at, columns, rows, left: Math.min(...xs), top: Math.min(...ys),
               size: Math.max(SMALLEST, Math.min(LARGEST, wide, high)) };
    };
    const [upright, turned] = [grid(false), grid(true)];
    const { at, columns, rows, left, top, size } = turned.size > 1.25 * upright.size ? turned : upright;
    const pitch = { x: width / columns, y: alone ? size + TITLE + 34 : height / rows };
    if (alone) this.element.style.height = `${Math.ceil(rows * pitch.y)}px`;
    else this.element.style.removeProperty("height");
    this.size = Math.floor(size);
    const boxes = new Map();
    this.nodes.forEach((node, i) => {
      const middle = [(at[i][0] - left + 0.5) * pitch.x, (at[i][1] - top + 0.5) * pitch.y];
      const [x, y] = [Math.round(middle[0] - this.size / 2), Math.round(middle[1] - (this.size + TITLE) / 2)];
      const { element } = this.cards.get(node.name);
      element.style.width = `${this.size}px`;
      element.style.height = `${this.size + TITLE}px`;
      element.style.transform = `translate(${x}px, ${y}px)`;
      boxes.set(node.name, { x, y, width: this.size, height: this.size + TITLE });
    });
    this.wires.set(this.edges, boxes, [width, rows * pitch.y], `${columns}x${rows}`);
    this.stale = true;
    this.app.redraw();
  }

  /** Draw the newest frame into all nodes, if it is time; says whether something is left to draw. */
  draw(now, layers) {
    if (!this.stale || !this.size || !layers.length) return false;
    if (now - this.drawn < PERIOD) return true;
    const byName = new Map(layers.map((layer) => [layer.name, layer]));
    for (const { node, canvas } of this.cards.values()) {
      const { ctx } = fit(canvas, this.size - 2, this.size - 2);
      const view = viewOf(this.size - 2, this.size - 2, node.extent);
      ctx.fillStyle = this.app.theme.paper;
      ctx.fillRect(0, 0, view.width, view.height);
      drawLayers(ctx, node.layers.map((name) => byName.get(name)).filter(Boolean), view, this.app.theme);
    }
    this.drawn = now;
    this.stale = false;
    return false;
  }

  select(node) {
    for (const card of this.cards.values()) attribute(card.element, "aria-pressed", card.node.name === node?.name);
  }

  /** Light up what a beat is about; null: all alike. */
  light(beat) {
    this.element.classList.toggle("pg-telling", Boolean(beat));
    for (const { node, element } of this.cards.values()) element.classList.toggle("pg-lit", Boolean(beat?.nodes.includes(node.name)));
    this.wires.light(beat);
  }

  flow(on) {
    this.element.classList.toggle("pg-flowing", on);
  }

  destroy() {
    this.resize.disconnect();
  }
}
