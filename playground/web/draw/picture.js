// The big square: the layers that are switched on, or those of one node of the diagram.

import { attribute, h, write } from "../core/dom.js";
import { drawGraph } from "./graph.js";
import { drawLayers, spatial } from "./layers.js";
import { hasCells, partsOf } from "./parts.js";
import { ReadOut } from "./read_out.js";
import { inSight, unwatch, watch } from "./sight.js";
import { drawTicks } from "./ticks.js";
import { fit, viewOf } from "./view.js";

const DIM = 0.22; // opacity of layers that a caption is not about
const FADE = 260; // ms

/** The layers that a click on a node of the diagram brings to the stage. */
export const ofNode = (layers, { layers: drawn, stage }) => {
  const names = stage?.length ? stage : drawn;
  return layers.filter((layer) => names.includes(layer.name));
};

export class Picture {
  /** `app`: {theme, frame, switches, reducedMotion, t, words, redraw, focus, overlay}. */
  constructor(app) {
    this.app = app;
    this.focus = null; // a node of the diagram; null: the whole scene
    this.size = 0;
    this.opacities = this.before = new Map();
    this.since = 0;
    this.canvas = h("canvas", { class: "pg-canvas", role: "img", "aria-label": app.t("picture") });
    this.readOut = new ReadOut(app, this);
    this.back = h("button", { type: "button", class: "pg-chip", hidden: true, onClick: () => app.focus(null) });
    this.waiting = h("div", { class: "pg-waiting" }, h("span", { class: "pg-waiting-words" }));
    for (let i = 0; i < 14; i++) this.waiting.prepend(h("i", { style: `--i:${i}` }));
    this.element = h("div", { class: "pg-picture" }, this.canvas, this.readOut.element, this.back, this.waiting);
    this.resize = new ResizeObserver(([entry]) => {
      this.size = Math.floor(entry.contentRect.width);
      app.redraw();
    });
    this.resize.observe(this.element);
    watch(this.canvas, () => app.redraw());
  }

  /** The layers on show, from back to front. */
  shown(layers) {
    const own = this.focus && ofNode(layers, this.focus);
    if (own) return this.focus.stage?.length ? own.filter((layer) => this.app.switches.on(layer)) : own;
    return layers.filter((layer) => layer.stage && this.app.switches.on(layer));
  }

  setFocus(node) {
    this.focus = node;
    this.back.hidden = !node;
    if (node) {
      write(this.back, `\u2190 ${node.title}`);
      attribute(this.back, "aria-label", this.app.t("back_whole"));
      attribute(this.back, "title", this.app.t("back_whole"));
    }
    this.app.redraw();
  }

  /** A text over the picture while there is none yet, or while another is being prepared; null: no text. */
  wait(text, empty) {
    this.waiting.hidden = !text;
    this.waiting.classList.toggle("pg-over-picture", !empty);
    write(this.waiting.lastChild, text ?? "");
  }

  draw(layers) {
    const { size } = this;
    const { frame, theme } = this.app;
    if (!size || !theme || !inSight(this.canvas)) return;
    if (this.same(frame ? this.shown(layers) : [], size)) return;
    const { ctx } = fit(this.canvas, size, size);
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, size, size);
    if (!frame) return;
    const shown = this.shown(layers);
    const opacity = (layer) => this.opacity(layer.name);
    const graph = Boolean(frame.axes) && !this.focus; // a node has axes of its own, without titles
    this.view = viewOf(size, size, this.focus?.extent ?? frame.extent);
    this.view.stacked = frame.stacked;
    this.view.parts = partsOf(shown, this.view, this.covered(shown));
    this.view.pointer = this.readOut.prepare(graph ? [] : shown);
    if (graph) drawGraph(ctx, shown, frame, size, size, theme, opacity);
    else {
      drawLayers(ctx, shown, this.view, theme, opacity);
      if (spatial(shown) && !frame.stacked) drawTicks(ctx, this.view, theme, this.focus ? null : frame.units);
    }
    this.app.overlay(graph || this.focus ? null : ctx, this.view);
    this.readOut.update(ctx, graph ? [] : shown, this.focus ? null : frame.units);
  }

  /** Whether it would be the picture that is drawn already. */
  same(shown, size) {
    const { app, focus, readOut, drawn } = this;
    const { axes, units, extent, stacked } = app.frame ?? {};
    const now = [app.theme, JSON.stringify([axes, units, extent, stacked]), focus, readOut.at, size, devicePixelRatio];
    now.push(this.covered(shown));
    for (const layer of shown) now.push(layer, layer.stamp, this.opacity(layer.name));
    this.drawn = now;
    const moving = app.walk?.open; // it draws over the picture
    return !moving && drawn?.length === now.length && now.every((value, i) => value === drawn[i]);
  }

  /** How far down buttons cover the picture, in px, where it consists of cells: these must not be hidden. */
  covered(shown) {
    if (!shown.some(hasCells)) return 0;
    const over = this.element.querySelectorAll(":scope > .pg-chip, :scope > .pg-mode");
    return Math.max(0, ...[...over].map((one) => one.offsetHeight && one.offsetTop + one.offsetHeight));
  }

  /** Let the layers of these names stand out; null: all alike. */
  light(names) {
    this.lit = names;
    this.since = performance.now();
    this.before = new Map(this.opacities);
    this.app.redraw();
  }

  /** A layer's opacity: it changes gradually, or at once where motion is unwanted. */
  opacity(name) {
    const aim = !this.lit || this.lit.has(name) ? 1 : DIM;
    const share = this.app.reducedMotion.matches ? 1 : Math.min(1, (performance.now() - this.since) / FADE);
    const now = this.before.get(name) ?? 1;
    this.opacities.set(name, now + (aim - now) * share);
    if (share < 1 && now !== aim) this.app.redraw();
    return this.opacities.get(name);
  }

  describe(text) {
    const hint = this.app.frame?.layers.some(hasCells) ? this.app.t("cells_help") : "";
    attribute(this.canvas, "aria-label", [text || this.app.t("picture"), hint].join(" ").trim());
  }

  destroy() {
    this.resize.disconnect();
    unwatch(this.canvas);
  }
}
