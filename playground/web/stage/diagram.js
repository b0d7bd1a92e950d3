// The model as a diagram: every node a small live picture, joined by wires along which things flow.

import { attribute, h } from "../core/dom.js";
import { drawLayers, fit, viewOf } from "../draw/layers.js";
import { Cuts } from "../draw/trajectory_cuts.js";
import { Wires } from "./edges.js";

const TITLE = { low: 19, high: 30 }; // px: the strip above a node's picture, for one line or two
const ROOMY = 92; // px: nodes so wide have their titles on one line
const GAP = 22; // px between nodes at least: room for a wire
const SMALLEST = 46;
const LARGEST = 118;
const PERIOD = 50; // ms: small pictures need no sixty frames a second
const TURN = 4; // ms for small pictures at a time: the big one is not to wait for all of them

export class Diagram {
  constructor(app) {
    this.app = app;
    this.nodes = [];
    this.cards = new Map();
    this.wires = new Wires();
    this.box = h("div", { class: "pg-nodes" });
    this.element = h("section", { class: "pg-diagram", "aria-label": app.t("diagram") }, this.wires.element, this.box);
    this.drawn = 0;
    this.queue = []; // cards still to be drawn
    this.resize = new ResizeObserver(() => this.place());
    this.resize.observe(this.element);
  }

  set({ nodes, edges, probe }) {
    this.nodes = nodes;
    this.app.lab.walk.set(probe);
    this.edges = edges;
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
    return { node, element, canvas, cuts: new Cuts() };
  }

  /** Bring a node to the stage, or the stage to the node's moment. */
  choose(node) {
    const { focus } = this.app.picture;
    if (node.moment === null) this.app.focus(focus?.name === node.name ? null : node);
    else {
      if (focus) this.app.focus(null);
      this.app.trajectory.go(node.moment);
    }
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
      const wide = (width - GAP * (columns - 1)) / columns;
      const high = alone ? LARGEST : (height - GAP * (rows - 1)) / rows - TITLE.high;
      return {
        at,
        columns,
        rows,
        left: Math.min(...xs),
        top: Math.min(...ys),
        size: Math.max(SMALLEST, Math.min(LARGEST, wide, high)),
      };
    };
    const [upright, turned] = [grid(false), grid(true)];
    const { at, columns, rows, left, top, size } = turned.size > 1.25 * upright.size ? turned : upright;
    const title = size < ROOMY ? TITLE.high : TITLE.low;
    const card = size + title;
    const apart = (room, count, own, most) => (count > 1 ? Math.min(most, (room - own) / (count - 1)) : 0);
    const pitch = {
      x: apart(width, columns, size, size + 70),
      y: alone ? card + 36 : apart(height, rows, card, card + 1.5 * size),
    };
    const indent = (width - (columns - 1) * pitch.x - size) / 2;
    const tall = (rows - 1) * pitch.y + card;
    this.element.style.setProperty("--pg-title", `${title - 1}px`);
    if (alone) this.element.style.height = `${Math.ceil(tall)}px`;
    else this.element.style.removeProperty("height");
    this.size = Math.floor(size);
    const boxes = new Map();
    this.nodes.forEach((node, i) => {
      const [x, y] = [Math.round(indent + (at[i][0] - left) * pitch.x), Math.round((at[i][1] - top) * pitch.y)];
      const { element } = this.cards.get(node.name);
      element.style.width = `${this.size}px`;
      element.style.height = `${this.size + title}px`;
      element.style.transform = `translate(${x}px, ${y}px)`;
      boxes.set(node.name, { x, y, width: this.size, height: this.size + title });
    });
    this.wires.set(this.edges, boxes, [width, tall]);
    this.stale = true;
    this.app.redraw();
  }

  /** The layers of a node, at its own moment or that of the stage. */
  layersOf({ node, cuts }, layers) {
    const own = node.layers.map((name) => layers.find((layer) => layer.name === name)).filter(Boolean);
    return this.app.trajectory.cutAt(own, node.moment, cuts);
  }

  /** Draw the newest frame into the nodes, if it is time; says whether something is left to draw. */
  draw(now, layers) {
    if (!this.size || !layers.length) return false;
    if (!this.queue.length) {
      if (!this.stale && !this.moved) return false;
      if (now - this.drawn < PERIOD) return true;
      const follows = ({ node }) =>
        node.moment === null && layers.some((l) => l.trajectory && node.layers.includes(l.name));
      this.queue = [...this.cards.values()].filter((card) => this.stale || follows(card));
      this.stale = this.moved = false;
      this.drawn = now;
    }
    const begin = performance.now();
    while (this.queue.length && performance.now() - begin < TURN) this.paint(this.queue.shift(), layers);
    return this.queue.length > 0;
  }

  paint(card, layers) {
    const { ctx } = fit(card.canvas, this.size - 2, this.size - 2);
    const view = viewOf(this.size - 2, this.size - 2, card.node.extent);
    ctx.fillStyle = this.app.theme.paper;
    ctx.fillRect(0, 0, view.width, view.height);
    drawLayers(ctx, this.layersOf(card, layers), view, this.app.theme);
  }

  /** The stage stands at another moment of the trajectory: the nearest node is marked. */
  stand(moment) {
    this.moved = true;
    const far = ({ moment: own }) => (own === null ? Infinity : Math.abs(own - moment));
    const nearest = this.nodes.reduce((best, node) => (far(node) < far(best) ? node : best), { moment: null });
    for (const { node, element } of this.cards.values()) {
      if (node.moment !== null) attribute(element, "aria-current", node === nearest ? "step" : "false");
    }
  }

  select(node) {
    for (const card of this.cards.values()) attribute(card.element, "aria-pressed", card.node.name === node?.name);
  }

  /** Light up what a beat is about; null: all alike. */
  light(beat) {
    this.element.classList.toggle("pg-telling", Boolean(beat));
    for (const { node, element } of this.cards.values())
      element.classList.toggle("pg-lit", Boolean(beat?.nodes.includes(node.name)));
    this.wires.light(beat);
  }

  flow(on) {
    this.element.classList.toggle("pg-flowing", on);
  }

  destroy() {
    this.resize.disconnect();
  }
}
