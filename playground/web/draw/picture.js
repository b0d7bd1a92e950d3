// The big square: draws the layers that are switched on, or those of one node of the diagram.

import { attribute, h, write } from "../core/dom.js";
import { axes, drawLayers, fit, spatial, viewOf } from "./layers.js";
import { ReadOut } from "./read_out.js";

const DIM = 0.22; // of what a beat is not about
const FADE = 260; // ms

export class Picture {
  constructor(app) {
    this.app = app;
    this.focus = null; // a node of the diagram, or null: the whole scene
    this.size = 0;
    this.strengths = this.before = new Map();
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
  }

  /** The layers on show now, from back to front. */
  shown(layers) {
    if (this.focus) return layers.filter((layer) => this.focus.layers.includes(layer.name));
    return layers.filter((layer) => layer.stage && this.app.switches.on(layer));
  }

  setFocus(node) {
    this.focus = node;
    this.back.hidden = !node;
    this.app.lab.walk.focused(node);
    if (node) {
      write(this.back, `\u2190 ${node.title}`);
      attribute(this.back, "aria-label", this.app.t("back_whole"));
      attribute(this.back, "title", this.app.t("back_whole"));
    }
    this.app.redraw();
  }

  /** Words over the picture while there is none yet, or while another is being made ready. */
  wait(words, empty) {
    this.waiting.hidden = !words;
    this.waiting.classList.toggle("pg-over-picture", !empty);
    write(this.waiting.lastChild, words ?? "");
  }

  draw(layers) {
    if (!this.size || !this.app.theme) return;
    const { frame, theme } = this.app;
    const { ctx } = fit(this.canvas, this.size, this.size);
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, this.size, this.size);
    if (!frame) return;
    const shown = this.shown(layers);
    this.view = viewOf(this.size, this.size, this.focus?.extent ?? frame.extent);
    drawLayers(ctx, shown, this.view, theme, (layer) => this.strength(layer.name));
    if (spatial(shown)) axes(ctx, this.view, theme);
    this.app.lab.walk.draw(this.focus ? null : ctx, this.view);
    this.readOut.update(ctx, shown);
  }

  /** Let the layers of these names stand out (null: all alike). */
  light(names) {
    this.lit = names;
    this.since = performance.now();
    this.before = new Map(this.strengths);
    this.app.redraw();
  }

  /** How strongly a layer is drawn: the change takes a moment, or none where motion is unwanted. */
  strength(name) {
    const aim = !this.lit || this.lit.has(name) ? 1 : DIM;
    const share = this.app.still.matches ? 1 : Math.min(1, (performance.now() - this.since) / FADE);
    const now = this.before.get(name) ?? 1;
    this.strengths.set(name, now + (aim - now) * share);
    if (share < 1 && now !== aim) this.app.redraw();
    return this.strengths.get(name);
  }

  describe(words) {
    attribute(this.canvas, "aria-label", words || this.app.t("picture"));
  }

  destroy() {
    this.resize.disconnect();
  }
}
