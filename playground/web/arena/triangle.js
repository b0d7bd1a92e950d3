// The trade-off between quality, coverage and speed of each contestant, from its measurement alone.

import { attribute, h } from "../core/dom.js";
import { fade } from "../core/palette.js";
import { screen } from "../draw/screen.js";
import { inSight, unwatch, watch } from "../draw/sight.js";
import { fit } from "../draw/view.js";
import { colour, dash, drawMark } from "./marks.js";

const RINGS = [0.25, 0.5, 0.75, 1];

export class Triangle {
  constructor(arena) {
    this.arena = arena;
    this.canvas = h("canvas", { role: "img" });
    this.caption = h("figcaption", { class: "pg-comparison-help" }, arena.t("triangle_help"));
    this.element = h("figure", { class: "pg-triangle" }, this.canvas, this.caption);
    this.status = [];
    this.resize = new ResizeObserver(() => this.redraw());
    this.resize.observe(this.element);
    this.draw = this.draw.bind(this);
    watch(this.canvas, () => this.redraw());
  }

  set(grid) {
    this.grid = grid;
    this.status = [];
    this.pointed = null;
    this.redraw();
  }

  showStatus(status) {
    this.status = status;
    this.redraw();
  }

  point(number) {
    this.pointed = number;
    this.redraw();
  }

  redraw() {
    screen.request(this.draw);
  }

  draw() {
    const width = this.canvas.clientWidth;
    if (!this.grid || !width || !inSight(this.canvas)) return;
    const { ctx } = fit(this.canvas, width, width * 0.86);
    ctx.clearRect(0, 0, width, width);
    drawTriangle(ctx, 0, 0, width, this);
    attribute(this.canvas, "aria-label", this.description());
  }

  description() {
    const { arena, grid, status } = this;
    const shares = (measured) =>
      Object.keys(grid.shares).map((name) => `${grid.shares[name]} ${arena.words.decimal(measured[name], 2)}`);
    const measures = status.flatMap(({ measured }, i) =>
      measured ? [`${grid.cells[i].title}: ${shares(measured).join(", ")}`] : [],
    );
    return [arena.t("triangle"), ...measures].join(". ");
  }

  destroy() {
    screen.cancel(this.draw);
    unwatch(this.canvas);
    this.resize.disconnect();
  }
}

/** Draw it at a place of a canvas, into a box of this width and 0.86 times the height. */
export function drawTriangle(ctx, left, top, width, { arena, grid, status, pointed }) {
  const { theme } = arena;
  const names = Object.keys(grid.shares);
  const centre = [left + width / 2, top + width * 0.5];
  const reach = width * 0.37;
  const at = (axis, share) => {
    const angle = -Math.PI / 2 + (2 * Math.PI * axis) / names.length;
    return [centre[0] + reach * share * Math.cos(angle), centre[1] + reach * share * Math.sin(angle)];
  };
  const outline = (shares) => {
    ctx.beginPath();
    shares.forEach((share, axis) => ctx.lineTo(...at(axis, share)));
    ctx.closePath();
  };
  ctx.save();
  ctx.lineJoin = "round";
  for (const ring of RINGS) {
    outline(names.map(() => ring));
    ctx.strokeStyle = fade(theme.ink, ring === 1 ? 0.35 : 0.13);
    ctx.lineWidth = 1;
    ctx.stroke();
  }
  ctx.font = `600 13px ${theme.font}`;
  ctx.textBaseline = "middle";
  names.forEach((name, axis) => {
    const [x, y] = at(axis, 1);
    ctx.strokeStyle = fade(theme.ink, 0.2);
    ctx.beginPath();
    ctx.moveTo(...centre);
    ctx.lineTo(x, y);
    ctx.stroke();
    ctx.fillStyle = theme.ink;
    ctx.textAlign = "center";
    ctx.fillText(grid.shares[name], x, y + (axis ? 16 : -14));
  });
  const drawn = status.flatMap(({ measured }, number) => (measured ? [{ measured, number }] : []));
  drawn.sort((a, b) => (a.number === pointed) - (b.number === pointed)); // the one pointed at on top
  for (const { measured, number } of drawn) {
    const shares = names.map((name) => measured[name]);
    const faded = pointed != null && pointed !== number;
    const tone = colour(number, theme);
    outline(shares);
    ctx.fillStyle = fade(tone, faded ? 0.02 : pointed === number ? 0.22 : 0.06);
    ctx.fill();
    ctx.strokeStyle = fade(tone, faded ? 0.25 : 1);
    ctx.lineWidth = pointed === number ? 2.6 : 1.7;
    ctx.setLineDash(dash(number));
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = fade(tone, faded ? 0.3 : 1);
    shares.forEach((share, axis) => drawMark(ctx, number, ...at(axis, share), 4.2));
  }
  ctx.restore();
}
