// One scene of an answer: its title, its picture, its legend.

import { attribute, h, write } from "../core/dom.js";
import { axes, fit, spatial, viewOf } from "../draw/layers.js";
import { graph } from "../draw/graph.js";
import { ReadOut } from "../draw/read_out.js";
import { coloured, keyOf } from "../draw/swatches.js";
import { Cuts } from "../draw/trajectory_cuts.js";
import { Tween } from "../draw/tween.js";
import { canFollow, mark, neighbour, pointAt, strength, whereIs } from "./follow.js";
import { Stills } from "./layer_cache.js";

const FLATTEST = 3;
const QUIET = 250; // ms of the way to a picture that only training asked for
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Sight {
  /** Of a laboratory, with whose other pictures it shares the trajectory (`way`) and the point that is followed. */
  constructor(laboratory) {
    this.laboratory = laboratory;
    const { room, way, follow } = laboratory;
    Object.assign(this, { room, way, follow });
    this.cuts = new Cuts();
    this.stills = new Stills();
    this.layers = []; // as they were drawn last
    this.words = room.words;
    this.tween = new Tween();
    this.title = h("h4", {});
    this.canvas = h("canvas", {
      class: "pg-canvas",
      onClick: (event) => this.click(event),
      onKeydown: (event) => this.key(event),
      onPointermove: (event) => this.hover(event),
    });
    this.readOut = new ReadOut(this, this);
    this.picture = h("div", { class: "pg-picture" }, this.canvas, this.readOut.element);
    this.names = h("p", { class: "pg-layer-key" });
    this.legend = h("p", { class: "pg-sentence" });
    this.element = h("figure", { class: "pg-scene" }, this.title, this.picture, this.names, this.legend);
    this.size = [0, 0];
    this.resize = new ResizeObserver(([{ contentRect }]) => {
      this.size = [contentRect.width, contentRect.height].map(Math.round);
      this.redraw();
    });
    this.resize.observe(this.picture);
    this.observer = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      this.redraw();
    });
    this.observer.observe(this.picture);
  }

  get theme() {
    return this.room.theme;
  }

  show(scene, span = QUIET) {
    this.scene = scene;
    this.tween.push(scene, performance.now(), { span, still: this.room.still.matches || document.hidden });
    write(this.title, scene.title);
    this.title.hidden = !scene.title;
    this.follows = canFollow(scene);
    attribute(this.canvas, "role", this.follows ? "application" : "img"); // keys are for the picture
    if (this.follows) attribute(this.canvas, "tabindex", "0");
    else this.canvas.removeAttribute("tabindex");
    const hint = this.follows ? this.words.t("follow_help") : "";
    attribute(
      this.canvas,
      "aria-label",
      [[scene.title, scene.words].filter(Boolean).join(": "), hint].join(" ").trim(),
    );
    this.names.replaceChildren(...(scene.axes ? keyOf(scene.layers) : []));
    this.names.hidden = !scene.axes;
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
    this.laboratory.repaint(this);
  }

  /** Draw what is to be seen `now`, where anybody sees it. */
  draw(now) {
    const [width, height] = this.size;
    if (!width || !height || !this.scene || !this.visible) return;
    const { theme, scene } = this;
    const shown = this.tween.at(now).filter((layer) => layer.stage && layer.shown);
    const layers = (this.layers = this.way.cut(shown, scene, this.cuts));
    const { ctx } = fit(this.canvas, width, height);
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, width, height);
    if (scene.axes) graph(ctx, layers, scene, width, height, theme);
    else {
      this.view = viewOf(width, height, scene.extent);
      const { index } = this.follow;
      const numbers = spatial(layers);
      const dim = (layer) => strength(layer, index);
      this.stills.draw(ctx, layers, this.view, theme, dim, [index !== null, scene.extent, numbers], (into) => {
        if (numbers) axes(into, this.view, theme);
      });
      if (index !== null) mark(ctx, layers, index, this.way.placeIn(scene), this.view, theme);
    }
    this.readOut.update(ctx, scene.axes ? [] : layers);
    if (this.tween.moving(now)) this.redraw();
  }

  // one point, in every picture of the panel

  click(event) {
    if (!this.follows || !this.view) return;
    const index = pointAt(this.layers, this.view, event.offsetX, event.offsetY, event.pointerType);
    if (index === null) this.follow.set(null);
    else this.follow.flip(index);
  }

  hover(event) {
    const near = this.follows && this.view && pointAt(this.layers, this.view, event.offsetX, event.offsetY) !== null;
    this.canvas.style.cursor = near ? "pointer" : "";
  }

  key(event) {
    if (!this.follows || !this.view || event.altKey || event.ctrlKey || event.metaKey) return;
    const { index } = this.follow;
    if (event.key === "Escape" && index !== null) this.follow.set(null);
    else if (event.key === "Enter" || event.key === " ")
      this.follow.flip(index ?? neighbour(this.layers, this.view, null, []));
    else if (event.key in ARROWS) this.follow.set(neighbour(this.layers, this.view, index, ARROWS[event.key]));
    else return;
    event.preventDefault();
    event.stopPropagation(); // the stage's own keys are not meant
  }

  /** Where the followed point is here, in words; nothing if it is not here. */
  tell() {
    const at = whereIs(this.layers, this.follow.index);
    return at ? `${this.scene.title}: ${at.map((value) => this.words.decimal(value, 2)).join(", ")}.` : "";
  }

  destroy() {
    this.resize.disconnect();
    this.observer.disconnect();
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
