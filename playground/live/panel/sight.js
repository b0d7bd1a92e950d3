// One scene of an answer: its title, its picture, its legend.

import { attribute, h, write } from "../stage/dom.js";
import { axes, drawLayers, fit, spatial, viewOf } from "../stage/draw.js";
import { graph } from "../stage/graph.js";
import { ReadOut } from "../stage/hover.js";
import { coloured } from "../stage/legend.js";
import { Cuts } from "../stage/travel.js";
import { Tween } from "../stage/tween.js";

const FLATTEST = 3;
const QUIET = 250; // ms of the way to a picture that only training asked for

export class Sight {
  /** `way`: the journey that it shares with the others. */
  constructor(room, way) {
    this.room = room;
    this.way = way;
    this.cuts = new Cuts();
    this.words = room.words;
    this.tween = new Tween();
    this.title = h("h4", {});
    this.canvas = h("canvas", { class: "pg-canvas", role: "img" });
    this.readOut = new ReadOut(this, this);
    this.picture = h("div", { class: "pg-picture" }, this.canvas, this.readOut.element);
    this.legend = h("p", { class: "pg-sentence" });
    this.element = h("figure", { class: "pg-sight" }, this.title, this.picture, this.legend);
    this.resize = new ResizeObserver(() => this.redraw());
    this.resize.observe(this.picture);
  }

  get theme() {
    return this.room.theme;
  }

  show(scene, span = QUIET) {
    this.scene = scene;
    this.tween.push(scene, performance.now(), { span, still: this.room.still.matches || document.hidden });
    write(this.title, scene.title);
    this.title.hidden = !scene.title;
    attribute(this.canvas, "aria-label", [scene.title, scene.words].filter(Boolean).join(": "));
    if (this.said !== scene.legend) {
      this.said = scene.legend;
      this.legend.replaceChildren(...coloured(scene.legend));
      this.legend.hidden = !scene.legend;
    }
    this.picture.style.aspectRatio = aspect(scene);
    this.element.classList.toggle("pg-is-graph", Boolean(scene.axes));
    this.redraw();
  }

  redraw() {
    this.request ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.request = null;
    const [width, height] = [this.picture.clientWidth, this.picture.clientHeight];
    if (!width || !this.scene) return;
    const { theme, scene } = this;
    const now = performance.now();
    const going = this.way.advance(now);
    const shown = this.tween.at(now).filter((layer) => layer.stage && layer.shown);
    const layers = this.way.cut(shown, scene, this.cuts);
    const { ctx } = fit(this.canvas, width, height);
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, width, height);
    if (scene.axes) graph(ctx, layers, scene, width, height, theme);
    else {
      this.view = viewOf(width, height, scene.extent);
      drawLayers(ctx, layers, this.view, theme);
      if (spatial(layers)) axes(ctx, this.view, theme);
    }
    this.readOut.update(ctx, scene.axes ? [] : layers);
    if (this.tween.moving(now) || going) this.redraw();
  }

  destroy() {
    cancelAnimationFrame(this.request);
    this.resize.disconnect();
    this.element.remove();
  }
}

/** Width over height: of the plane or the graph, or of the sheet of pictures that fills it. */
function aspect({ axes: titled, extent, layers }) {
  if (titled) return titled.aspect;
  const sheet = layers.find((layer) => layer.kind === "images");
  const [x0, x1, y0, y1] = extent;
  let share = spatial(layers) ? (x1 - x0) / (y1 - y0) : 1;
  if (sheet && !spatial(layers)) {
    const [count, height, width] = sheet.shapes.pixels;
    const columns = Math.min(sheet.columns, count);
    share = (columns * width) / (Math.ceil(count / columns) * height);
  }
  return Math.min(FLATTEST, Math.max(1 / FLATTEST, share));
}
