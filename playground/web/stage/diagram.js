// The model as a diagram: every node is a small live picture, joined by edges along which data flow.

import { attribute, h } from "../core/dom.js";
import { drawLayers } from "../draw/layers.js";
import { inSight, unwatch, watch } from "../draw/sight.js";
import { TrajectoryCuts } from "../draw/trajectory_cuts.js";
import { fit, viewOf } from "../draw/view.js";
import { layoutOf } from "./diagram_layout.js";
import { Edges } from "./edges.js";

const GAP = 12; // px between the diagram and the legend
const LEAST = 260; // px: so high it may be, whatever stands beneath
const SLICE = 4; // ms of drawing small pictures at a time: the big picture must not wait for all of them

export class Diagram {
  constructor(app) {
    this.app = app;
    this.nodes = [];
    this.cards = new Map();
    this.edges = new Edges();
    this.box = h("div", { class: "pg-nodes" });
    this.element = h("section", { class: "pg-diagram", "aria-label": app.t("diagram") }, this.edges.element, this.box);
    this.queue = []; // cards still to be drawn
    this.resize = new ResizeObserver(() => this.place());
    this.resize.observe(this.element);
    watch(this.element, () => this.app.redraw());
  }

  set({ nodes, edges }) {
    for (const { canvas } of this.cards.values()) unwatch(canvas);
    this.nodes = nodes;
    this.joined = edges;
    this.cards = new Map(nodes.map((node) => [node.name, this.card(node)]));
    this.box.replaceChildren(...[...this.cards.values()].map((card) => card.element));
    this.element.hidden = !nodes.length;
    this.place();
  }

  card(node) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const element = h(
      "button",
      {
        type: "button",
        class: `pg-node pg-is-${node.role}`,
        "aria-pressed": "false",
        title: node.help,
        onClick: () => this.choose(node),
        onPointerenter: () => this.app.hint(node),
        onPointerleave: () => this.app.hint(null),
        onFocus: () => this.app.hint(node),
        onBlur: () => this.app.hint(null),
      },
      h("span", { class: "pg-node-title" }, node.title),
      canvas,
    );
    const card = { node, element, canvas, cuts: new TrajectoryCuts() };
    watch(canvas, () => {
      this.stale = true;
      this.app.redraw();
    });
    return card;
  }

  /** Bring a node to the stage, or go to the node's moment. */
  choose(node) {
    const { focus } = this.app.picture;
    if (node.moment === null) this.app.focus(focus?.name === node.name ? null : node);
    else {
      if (focus) this.app.focus(null);
      this.app.trajectory.go(node.moment);
    }
  }

  place() {
    const { clientWidth: width } = this.element;
    if (!this.nodes.length || !width) return;
    const most =
      this.app.size === "wide" ? this.app.main.clientHeight - this.app.legend.element.offsetHeight - GAP : Infinity;
    const roomy = this.app.presentation.on ? Infinity : undefined; // large letters need two lines
    const { size, title, tall, boxes } = layoutOf(this.nodes, width, Math.max(LEAST, most), roomy);
    this.size = size;
    this.element.style.setProperty("--pg-title", `${title - 1}px`);
    this.element.style.setProperty("--pg-node", `${size}px`);
    this.element.style.height = `${Math.ceil(tall)}px`;
    for (const [name, box] of boxes) {
      const { style } = this.cards.get(name).element;
      style.width = `${box.width}px`;
      style.height = `${box.height}px`;
      style.transform = `translate(${box.x}px, ${box.y}px)`;
    }
    this.edges.set(this.joined, boxes, [width, tall]);
    this.stale = true;
    this.app.redraw();
  }

  /** The layers of a node, at its own moment or at the stage's. */
  layersOf({ node, cuts }, layers) {
    const own = node.layers.map((name) => layers.find((layer) => layer.name === name)).filter(Boolean);
    return this.app.trajectory.cutAt(own, node.moment, cuts);
  }

  /** Let the dots run on, to where they are `now`. */
  run(now) {
    if (this.flowing && inSight(this.element)) this.edges.flow(now);
  }

  /** Draw the newest frame into the nodes when it is `due`; whether something is left to draw. */
  draw(layers, due) {
    if (!this.size || !layers.length) return false;
    if (!this.queue.length) {
      if (!this.stale && !this.moved) return false;
      if (!due) return true;
      const follows = ({ node }) =>
        node.moment === null && layers.some((l) => l.trajectory && node.layers.includes(l.name));
      this.queue = [...this.cards.values()].filter((card) => inSight(card.canvas) && (this.stale || follows(card)));
      this.stale = this.moved = false;
    }
    const begin = performance.now();
    while (this.queue.length && performance.now() - begin < SLICE) this.paint(this.queue.shift(), layers);
    return this.queue.length > 0;
  }

  paint(card, layers) {
    const own = this.layersOf(card, layers);
    const now = [this.app.theme, this.size, devicePixelRatio, ...own.flatMap((layer) => [layer, layer.stamp])];
    if (now.length === card.drawn?.length && now.every((value, i) => value === card.drawn[i])) return;
    card.drawn = now;
    const { ctx } = fit(card.canvas, this.size - 2, this.size - 2);
    const view = viewOf(this.size - 2, this.size - 2, card.node.extent);
    view.stacked = this.app.frame?.stacked;
    ctx.fillStyle = this.app.theme.paper;
    ctx.fillRect(0, 0, view.width, view.height);
    drawLayers(ctx, own, view, this.app.theme);
  }

  /** The stage shows another moment of the trajectory: mark the nearest node. */
  markMoment(moment) {
    this.moved = true;
    const distance = ({ moment: own }) => (own === null ? Infinity : Math.abs(own - moment));
    const nearest = this.nodes.reduce((best, node) => (distance(node) < distance(best) ? node : best), {
      moment: null,
    });
    for (const { node, element } of this.cards.values()) {
      if (node.moment !== null) attribute(element, "aria-current", node === nearest ? "step" : "false");
    }
  }

  select(node) {
    for (const card of this.cards.values()) attribute(card.element, "aria-pressed", card.node.name === node?.name);
  }

  /** Highlight what a beat is about; null: all alike. */
  light(beat) {
    this.lit = Boolean(beat);
    this.element.classList.toggle("pg-slow-motion", this.lit);
    for (const { node, element } of this.cards.values())
      element.classList.toggle("pg-lit", Boolean(beat?.nodes.includes(node.name)));
    this.edges.light(beat);
    this.app.redraw();
  }

  /** Let the dots run along the edges, or rest. */
  flow(on) {
    if (on === this.running) return;
    this.running = on;
    this.element.classList.toggle("pg-flowing", on);
    this.app.redraw();
  }

  /** Whether dots run along some edges. */
  get flowing() {
    return (this.running || this.lit) && !this.app.reducedMotion.matches;
  }

  destroy() {
    this.resize.disconnect();
    unwatch(this.element);
    for (const { canvas } of this.cards.values()) unwatch(canvas);
  }
}
