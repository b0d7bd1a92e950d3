// What is under the pointer: its coordinates, the heat maps' values there, and the nearest point; or the cell of a table,
// to which the arrow keys lead, too.

import { attribute, h, write } from "../core/dom.js";
import { findCell, middleOf, momentAt, nextCell, readCell } from "./cells.js";
import { hasCells } from "./parts.js";

const REACH = 14; // px: how far the nearest point may be
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class ReadOut {
  constructor(app, picture) {
    this.app = app;
    this.at = null;
    this.place = h("b");
    this.lines = h("div");
    this.card = h("div", { class: "pg-read-out", hidden: true, "aria-hidden": "true" }, this.place, this.lines);
    this.said = h("span", { class: "pg-visually-hidden", "aria-live": "polite" });
    this.element = h("div", {}, this.card, this.said);
    this.cells = []; // layers
    this.byKey = false; // whether the arrow keys led here
    this.cell = null; // to which they led: the picture may get another size
    this.dials = null; // of a panel, that a click here turns
    const put = (at, byKey = false) => {
      this.at = at;
      this.byKey = byKey;
      app.redraw();
    };
    const follow = (event) => {
      const box = picture.canvas.getBoundingClientRect();
      put([event.clientX - box.left, event.clientY - box.top]);
    };
    const leave = (event) => {
      const stays = event.type === "pointerleave" && event.pointerType !== "mouse" && this.cells.length; // a tap's end
      if (!stays && !this.byKey) put(null);
    };
    const press = (event) => {
      if (!this.cells.length || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Escape" && this.at) put(null);
      else if ((event.key === "Enter" || event.key === " ") && this.goTo(this.at)) this.byKey = true;
      else if (event.key in ARROWS) {
        put(this.next(ARROWS[event.key]), true);
        this.cell = this.at && findCell(...this.drawn(), this.at);
      } else return;
      event.preventDefault();
      event.stopPropagation(); // these keys are not for the stage
    };
    picture.canvas.addEventListener("keydown", press);
    picture.canvas.addEventListener("mousedown", (event) => {
      if (this.cells.length) event.preventDefault(); // no focus by mouse: the page's keys stay the stage's
    });
    picture.canvas.addEventListener("click", ({ offsetX, offsetY }) => this.goTo([offsetX, offsetY]));
    picture.canvas.addEventListener("blur", () => this.byKey && put(null));
    picture.canvas.addEventListener("pointerdown", follow);
    picture.canvas.addEventListener("pointermove", follow);
    picture.canvas.addEventListener("pointerleave", leave);
    picture.canvas.addEventListener("pointercancel", leave);
    this.picture = picture;
  }

  /** The middle of the cell in that direction. */
  next(direction) {
    return nextCell(...this.drawn(), this.at, direction);
  }

  /** What is drawn, as functions of cells take it. */
  drawn() {
    const { view, canvas } = this.picture;
    return [canvas.getContext("2d"), this.cells, view, this.app.theme];
  }

  /** To the moment of the trajectory at which the frame of ribbons at a place is shown; whether there is one. */
  goTo(at) {
    const { trajectory } = this.app;
    if (!at || !this.cells.length || !trajectory?.current) return false;
    const moment = momentAt(...this.drawn(), trajectory.current.moments, at);
    if (moment !== null) trajectory.go(moment);
    return moment !== null;
  }

  /** What is known of the cell at a place: see `readCell`. */
  read(at) {
    return readCell(...this.drawn(), this.app.words, at);
  }

  /** The layers are about to be drawn: where they have cells, the picture takes keys. What the pointer is on, or the
   * cell is to which the keys led. */
  prepare(layers) {
    this.cells = layers.filter(hasCells);
    const { canvas } = this.picture;
    if (this.cells.length) {
      attribute(canvas, "tabindex", "0");
      attribute(canvas, "role", "application"); // screen readers pass keys on to the picture
    } else if (this.took) {
      canvas.removeAttribute("tabindex");
      attribute(canvas, "role", "img");
    }
    this.took = this.cells.length > 0;
    if (this.byKey && this.at && this.cell) this.at = middleOf(...this.drawn(), this.cell) ?? this.at;
    return this.took ? this.at : null;
  }

  /** `units`: what the numbers are in, {center, scale}; null: the frame's own. */
  update(ctx, layers, units = null) {
    const { view } = this.picture;
    const onPlane = layers.filter((layer) => layer.kind === "heatmap" || layer.kind === "points");
    const { at } = this;
    const cell = at && this.cells.length ? this.read(at) : null;
    this.dials = cell?.dials ?? null;
    const spoken = cell && this.byKey ? [cell.place, ...cell.lines.map(([, text]) => text)] : [];
    write(this.said, spoken.join(". "));
    this.card.hidden = !at || !(cell || onPlane.length);
    if (this.card.hidden) return;
    if (cell) this.show(cell.place, cell.lines);
    else this.showPlace(ctx, onPlane, units);
    this.stand(at, view);
  }

  /** Coordinates, values and the nearest point. */
  showPlace(ctx, onPlane, units) {
    const { view } = this.picture;
    const [px, py] = this.at;
    const [x, y] = [view.x0 + px / view.sx, view.y1 - py / view.sy];
    const found = [];
    for (const layer of onPlane) {
      const value = layer.kind === "heatmap" ? valueAt(layer, x, y) : null;
      if (value !== null) found.push([layer.role, `${layer.title}: ${this.app.words.decimal(value, 2)}`]);
    }
    const near = nearest(onPlane, view, px, py);
    if (near) {
      found.push([near.layer.role, near.kind ? `${near.layer.title}: ${near.kind}` : near.layer.title]);
      ctx.beginPath();
      ctx.arc(near.x, near.y, 6.5, 0, 2 * Math.PI);
      ctx.strokeStyle = this.app.theme.ink;
      ctx.lineWidth = 1.3;
      ctx.stroke();
    }
    const place = [x, y].map((at, axis) =>
      units ? this.app.words.figure(units.center[axis] + units.scale[axis] * at) : this.app.words.decimal(at, 2),
    );
    this.show(place.join(", "), found);
  }

  show(place, lines) {
    write(this.place, place);
    const dot = (role) => (role ? h("i", { class: `pg-dot pg-is-${role}` }) : null);
    this.lines.replaceChildren(...lines.map(([role, text]) => h("span", {}, dot(role), text)));
  }

  /** Beside the pointer, on the side where there is room, and all of it in the picture. */
  stand([px, py], view) {
    const left = px > view.width * 0.55;
    const low = py > view.height * 0.75;
    const width = this.card.offsetWidth;
    const x = Math.max(0, Math.min(view.width - width, left ? px - 14 - width : px + 14));
    this.card.style.transform = `translate(${x}px, ${py + (low ? -10 : 10)}px) translate(0, ${low ? "-100%" : "0"})`;
  }
}

/** Interpolated bilinearly, as the map is drawn; null outside of it. */
function valueAt(layer, x, y) {
  const [rows, columns] = layer.shapes.values;
  const [x0, x1, y0, y1] = layer.extent;
  const [c, r] = [((x - x0) / (x1 - x0)) * (columns - 1), ((y - y0) / (y1 - y0)) * (rows - 1)];
  if (!(c >= 0 && r >= 0 && c <= columns - 1 && r <= rows - 1)) return null;
  const [c0, r0] = [Math.min(Math.floor(c), columns - 2), Math.min(Math.floor(r), rows - 2)];
  const [u, v] = [c - c0, r - r0];
  const at = (row, column) => layer.values[row * columns + column];
  const mean =
    (1 - v) * ((1 - u) * at(r0, c0) + u * at(r0, c0 + 1)) + v * ((1 - u) * at(r0 + 1, c0) + u * at(r0 + 1, c0 + 1));
  return layer.low + (mean / 255) * (layer.high - layer.low);
}

function nearest(layers, view, px, py) {
  let best = REACH * REACH;
  let found = null;
  for (const layer of layers) {
    if (layer.kind !== "points") continue;
    for (let i = 0; i < layer.xy.length; i += 2) {
      const [x, y] = [view.x(layer.xy[i]), view.y(layer.xy[i + 1])];
      const distance = (x - px) ** 2 + (y - py) ** 2;
      if (distance < best) {
        best = distance;
        const { kinds = [], values } = layer;
        found = { layer, x, y, kind: kinds[Math.round(values?.[i / 2] * (kinds.length - 1))] };
      }
    }
  }
  return found;
}
