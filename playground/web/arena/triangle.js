// The trade-off between quality, coverage and speed of each contestant, from its measurement alone.

import { attribute, h } from "../core/dom.js";
import { fade } from "../core/palette.js";
import { screen } from "../draw/screen.js";
import { inSight, unwatch, watch } from "../draw/sight.js";
import { fit } from "../draw/view.js";
import { colour, drawMark } from "./marks.js";

const RINGS = [0.25, 0.5, 0.75, 1];

export class Triangle {
  constructor(arena) {
    this.arena = arena;
    this.canvas = h("canvas", { role: "img", "aria-label": arena.t("triangle") });
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
    const { height } = layoutOf(width, this.grid.cells.length);
    this.canvas.style.height = `${height}px`;
    const { ctx } = fit(this.canvas, width, height);
    ctx.clearRect(0, 0, width, height);
    drawTriangles(ctx, 0, 0, width, this);
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

const CELL = 1.02; // height of one triangle with its name, over its width

/** How many triangles stand side by side in this width, and how high all of them are. */
export function layoutOf(width, count) {
  const columns = Math.min(count, Math.max(2, Math.floor(width / 150)));
  return { columns, height: (Math.ceil(count / columns) * CELL * width) / columns };
}

/** Draw one triangle for each contestant, side by side, at a place of a canvas and in a box of this width. */
export function drawTriangles(ctx, left, top, width, { arena, grid, status, pointed }) {
  const { columns } = layoutOf(width, grid.cells.length);
  const side = width / columns;
  grid.cells.forEach((cell, number) => {
    const place = [left + (number % columns) * side, top + Math.floor(number / columns) * CELL * side];
    const faded = pointed != null && pointed !== number;
    drawTriangle(ctx, ...place, side, arena.theme, grid.shares, {
      cell,
      number,
      faded,
      measured: status[number]?.measured,
    });
  });
}

function drawTriangle(ctx, left, top, width, theme, titles, { cell, number, faded, measured }) {
  const names = Object.keys(titles);
  const centre = [left + width / 2, top + width * 0.6];
  const reach = width * 0.34;
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
  ctx.globalAlpha = faded ? 0.35 : 1;
  ctx.lineJoin = "round";
  for (const ring of RINGS) {
    outline(names.map(() => ring));
    ctx.strokeStyle = fade(theme.ink, ring === 1 ? 0.35 : 0.13);
    ctx.lineWidth = 1;
    ctx.stroke();
  }
  ctx.textBaseline = "middle";
  ctx.fillStyle = colour(number, theme);
  drawMark(ctx, number, left + 8, top + 10, 4.2);
  ctx.fillStyle = theme.ink;
  ctx.font = `600 13px ${theme.font}`;
  ctx.fillText(cell.title, left + 18, top + 10, width - 22);
  ctx.font = `12px ${theme.font}`;
  ctx.textAlign = "center";
  names.forEach((name, axis) => {
    const [x, y] = at(axis, 1);
    ctx.fillText(titles[name], x, y + (axis ? 11 : -9), width / 2 - 4);
  });
  if (measured) {
    const shares = names.map((name) => measured[name]);
    const tone = colour(number, theme);
    outline(shares);
    ctx.fillStyle = fade(tone, 0.2);
    ctx.fill();
    ctx.strokeStyle = tone;
    ctx.lineWidth = 1.7;
    ctx.stroke();
    ctx.fillStyle = tone;
    shares.forEach((share, axis) => drawMark(ctx, number, ...at(axis, share), 3));
  }
  ctx.restore();
}
