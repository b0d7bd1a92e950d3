// The whole arena as one picture: what was trained and for how long, samples, scorecard, triangle.

import { fade } from "../core/palette.js";
import { drawLayers } from "../draw/layers.js";
import { viewOf } from "../draw/view.js";
import { colour, drawMark } from "./marks.js";
import { drawTriangles, layoutOf } from "./triangle.js";

const WIDTH = 1240;
const EDGE = 32;
const GAP = 14;
const ROW = 34; // px
const SCALE = 2;

/** A PNG (Blob) of what the arena shows now. */
export async function poster(arena, scorecard) {
  const { opened: grid, theme } = arena;
  const { status } = arena.session;
  const columns = Math.min(grid.cells.length, 7);
  const side = Math.min(230, (WIDTH - 2 * EDGE - GAP * (columns - 1)) / columns);
  const rows = Math.ceil(grid.cells.length / columns);
  const pictures = 90 + rows * (side + 58);
  const table = pictures + 44 + grid.cells.length * (ROW + 6);
  const triangle = 560;
  const { height } = layoutOf(triangle, grid.cells.length);
  const canvas = document.createElement("canvas");
  canvas.width = SCALE * WIDTH;
  canvas.height = SCALE * (table + height + 84);
  const ctx = canvas.getContext("2d");
  ctx.scale(SCALE, SCALE);
  ctx.fillStyle = theme.paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  const write = (text, x, y, { size = 14, weight = 400, align = "left", tone = theme.ink, room } = {}) => {
    ctx.font = `${weight} ${size}px ${theme.font}`;
    Object.assign(ctx, { textAlign: align, textBaseline: "middle", fillStyle: tone });
    ctx.fillText(text, x, y, room);
  };
  const soft = fade(theme.ink, 0.7);
  write(arena.t("grid"), EDGE, 36, { size: 24, weight: 700 });
  write(arena.heading, EDGE, 64, { tone: soft });

  grid.cells.forEach((cell, number) => {
    const x = EDGE + (number % columns) * (side + GAP);
    const y = 90 + Math.floor(number / columns) * (side + 58);
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y, side, side);
    ctx.clip();
    const { frame } = arena.thumbnails.cells[number];
    ctx.translate(x, y);
    if (frame) drawLayers(ctx, frame.layers, viewOf(side, side, frame.extent), theme);
    ctx.restore();
    ctx.strokeStyle = fade(theme.ink, 0.2);
    ctx.strokeRect(x, y, side, side);
    ctx.fillStyle = colour(number, theme);
    drawMark(ctx, number, x + 8, y + side + 17, 5);
    write(cell.title, x + 20, y + side + 18, { weight: 600, room: side - 20 });
    const { stopped } = status[number] ?? {};
    const had = status[number] ? arena.caption(status[number])[1] : "";
    write(stopped ? arena.t("over") : had, x, y + side + 38, { size: 12, tone: soft, room: side });
  });

  const names = 210;
  const wide = (WIDTH - 2 * EDGE - names) / grid.columns.length;
  const right = (k) => EDGE + names + (k + 1) * wide;
  grid.columns.forEach(({ title, unit }, k) => {
    write(title, right(k), pictures + 8, { size: 12, weight: 600, align: "right", room: wide - 6 });
    write(unit, right(k), pictures + 24, { size: 11, align: "right", tone: soft, room: wide - 6 });
  });
  grid.cells.forEach((cell, number) => {
    const y = pictures + 44 + number * (ROW + 6);
    ctx.fillStyle = fade(theme.ink, 0.14);
    ctx.fillRect(EDGE, y - 4, WIDTH - 2 * EDGE, 1);
    ctx.fillStyle = colour(number, theme);
    drawMark(ctx, number, EDGE + 8, y + 16, 5);
    write(cell.title, EDGE + 22, y + 16, { weight: 600, room: names - 24 });
    grid.columns.forEach(({ name }, k) => {
      const [value, below] = scorecard.text(number, name);
      write(value, right(k), below ? y + 10 : y + 16, { align: "right", size: 13, room: wide - 6 });
      if (below) write(below, right(k), y + 26, { align: "right", size: 11, tone: soft });
    });
  });
  drawTriangles(ctx, EDGE, table + 24, triangle, { arena, grid, status, pointed: null });
  const lines = wrapped(ctx, arena.t("triangle_help"), WIDTH - 3 * EDGE - triangle, `14px ${theme.font}`);
  lines.forEach((line, i) => write(line, 2 * EDGE + triangle, table + 150 + 22 * i, { tone: soft }));
  write(location.host + new URL(".", location.href).pathname.slice(0, -1), WIDTH - EDGE, canvas.height / SCALE - 22, {
    size: 12,
    align: "right",
    tone: soft,
  });
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** The text in lines no wider than `width`; Chinese is broken between any two characters. */
function wrapped(ctx, text, width, font) {
  ctx.font = font;
  const lines = [""];
  for (const piece of text.match(/[\u3000-\u9fff]|[^\s\u3000-\u9fff]+\s*/g) ?? []) {
    if (ctx.measureText(lines.at(-1) + piece).width > width) lines.push("");
    lines[lines.length - 1] += piece;
  }
  return lines;
}
