// One scene of a panel: its title, its picture, its legend.

import { attribute, h, write } from "../core/dom.js";
import { drawGraph } from "../draw/graph.js";
import { spatial } from "../draw/layers.js";
import { hasCells, partsOf } from "../draw/parts.js";
import { ReadOut } from "../draw/read_out.js";
import { coloured, keyOf } from "../draw/swatches.js";
import { drawTicks } from "../draw/ticks.js";
import { TrajectoryCuts } from "../draw/trajectory_cuts.js";
import { Tween } from "../draw/tween.js";
import { fit, viewOf } from "../draw/view.js";
import { canFollow, markFollowed, neighbour, opacity, pointAt, whereIs } from "./follow.js";
import { LayerCache } from "./layer_cache.js";

const FLATTEST = 3; // the longer side, relative to the shorter one
const CHANGE = 250; // ms in which a scene changes that only training asked for
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class SceneView {
  /** Shares the trajectory and the followed point with the panel's other scenes. */
  constructor(panel) {
    this.panel = panel;
    const { app, trajectory, follow } = panel;
    Object.assign(this, { app, trajectory, follow });
    this.cuts = new TrajectoryCuts();
    this.cache = new LayerCache();
    this.layers = []; // as they were drawn last
    this.words = app.words;
    this.tween = new Tween();
    this.title = h("h4", {});
    this.canvas = h("canvas", {
      class: "pg-canvas",
      onClick: (event) => this.click(event),
      onKeydown: (event) => this.press(event),
      onPointermove: (event) => this.hover(event),
    });
    this.readOut = new ReadOut(this, this);
    this.picture = h("div", { class: "pg-picture" }, this.canvas, this.readOut.element);
    this.key = h("p", { class: "pg-layer-key" });
    this.legend = h("p", { class: "pg-sentence" });
    this.element = h("figure", { class: "pg-scene" }, this.title, this.picture, this.key, this.legend);
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
    return this.app.theme;
  }

  /** `span`: how long the picture takes to become this scene, in ms. */
  show(scene, span = CHANGE) {
    this.scene = scene;
    const instant = this.app.reducedMotion.matches || document.hidden;
    this.tween.push(scene, performance.now(), { span, instant });
    write(this.title, scene.title);
    this.title.hidden = !scene.title;
    this.follows = canFollow(scene);
    const keys = this.follows || (!scene.axes && scene.layers.some(hasCells));
    attribute(this.canvas, "role", keys ? "application" : "img"); // screen readers pass keys on to the picture
    if (keys) attribute(this.canvas, "tabindex", "0");
    else this.canvas.removeAttribute("tabindex");
    const hint = this.follows ? this.words.t("follow_help") : keys ? this.words.t("cells_help") : "";
    const label = [[scene.title, scene.words].filter(Boolean).join(": "), hint].join(" ").trim();
    attribute(this.canvas, "aria-label", label);
    this.key.replaceChildren(...(scene.axes ? keyOf(scene.layers) : []));
    this.key.hidden = !scene.axes;
    if (this.sentence !== scene.legend) {
      this.sentence = scene.legend;
      this.legend.replaceChildren(...coloured(scene.legend));
      this.legend.hidden = !scene.legend;
    }
    this.picture.style.aspectRatio = aspect(scene);
    this.element.classList.toggle("pg-is-graph", Boolean(scene.axes));
    this.element.classList.toggle("pg-is-written", scene.layers.some(isWritten));
    this.redraw();
  }

  redraw() {
    this.panel.queue.add(this);
  }

  /** Draw what is to be seen `now`, if it is in sight. */
  draw(now) {
    const [width, height] = this.size;
    if (!width || !height || !this.scene || !this.visible) return;
    const { theme, scene } = this;
    const shown = this.tween.at(now).filter((layer) => layer.stage && layer.shown);
    const layers = (this.layers = this.trajectory.cut(shown, scene, this.cuts));
    const { ctx } = fit(this.canvas, width, height);
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, width, height);
    if (scene.axes) drawGraph(ctx, layers, scene, width, height, theme);
    else {
      this.view = viewOf(width, height, scene.extent);
      this.view.stacked = scene.stacked;
      this.view.parts = partsOf(layers, this.view);
      const pointer = (this.view.pointer = this.readOut.prepare(layers));
      const { index } = this.follow;
      const ticks = spatial(layers) && !scene.stacked;
      const dim = (layer) => opacity(layer, index);
      this.cache.draw(ctx, layers, this.view, theme, dim, [index !== null, scene.extent, ticks, pointer], (into) => {
        if (ticks) drawTicks(into, this.view, theme);
      });
      if (index !== null) markFollowed(ctx, layers, index, this.trajectory.positionIn(scene), this.view, theme);
    }
    this.readOut.update(ctx, scene.axes ? [] : layers);
    if (!this.follows) this.canvas.style.cursor = this.readOut.dials ? "pointer" : "";
    if (this.tween.moving(now)) this.redraw();
  }

  // one point, followed in every scene of the panel

  click(event) {
    if (!this.view) return;
    if (!this.follows) {
      this.pick([event.offsetX, event.offsetY]);
      return;
    }
    const index = pointAt(this.layers, this.view, event.offsetX, event.offsetY, event.pointerType);
    if (index === null) this.follow.set(null);
    else this.follow.flip(index);
  }

  hover(event) {
    if (!this.follows) return;
    const near = this.view && pointAt(this.layers, this.view, event.offsetX, event.offsetY) !== null;
    this.canvas.style.cursor = near ? "pointer" : "";
  }

  /** Turn the dials that stand for the cell at a place; whether there are any. */
  pick(at) {
    const dials = this.readOut.read(at)?.dials;
    if (dials) this.panel.turn(dials);
    return Boolean(dials);
  }

  press(event) {
    if (!this.view || event.altKey || event.ctrlKey || event.metaKey) return;
    const { index } = this.follow;
    const enter = event.key === "Enter" || event.key === " ";
    if (!this.follows) {
      const { at, byKey } = this.readOut;
      if (!enter || !byKey || !at || !this.pick(at)) return;
    } else if (event.key === "Escape" && index !== null) this.follow.set(null);
    else if (enter) this.follow.flip(index ?? neighbour(this.layers, this.view, null, []));
    else if (event.key in ARROWS) this.follow.set(neighbour(this.layers, this.view, index, ARROWS[event.key]));
    else return;
    event.preventDefault();
    event.stopPropagation(); // these keys are not for the stage
  }

  /** Where the followed point is in this scene, in words; "" if it is not in it. */
  positionOfFollowed() {
    const at = whereIs(this.layers, this.follow.index);
    return at ? `${this.scene.title}: ${at.map((value) => this.words.decimal(value, 2)).join(", ")}.` : "";
  }

  destroy() {
    this.resize.disconnect();
    this.observer.disconnect();
    this.element.remove();
  }
}

/** Whether a layer's cells hold texts or numbers, which need room. */
const isWritten = ({ kind, numbers }) => kind === "tokens" || Boolean(numbers);

/** Width over height: that of the plane, of tokens or matrices (their scene's extent), of the graph, or of the sheet of
 * images. */
function aspect({ axes, extent, layers }) {
  if (axes) return axes.aspect;
  const sheet = layers.find((layer) => layer.kind === "images");
  const [x0, x1, y0, y1] = extent;
  let share = spatial(layers) || layers.some(hasCells) ? (x1 - x0) / (y1 - y0) : 1;
  if (sheet && !spatial(layers)) {
    const [count, height, width] = sheet.shapes.pixels;
    const columns = Math.min(sheet.columns, count);
    share = (columns * width) / (Math.ceil(count / columns) * height);
  }
  return Math.min(FLATTEST, Math.max(1 / FLATTEST, share));
}
