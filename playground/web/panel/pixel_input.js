// A small image to draw on, with finger, mouse or keyboard: each pixel is ink or paper.

import { h, write } from "../core/dom.js";
import { mix } from "../core/palette.js";
import { fit } from "../draw/view.js";

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class PixelInput {
  /** `onDraw(pixels)`: a new list of numbers in [0, 1], row by row from the top. */
  constructor(app, { shape, title }, onDraw) {
    this.app = app;
    [this.rows, this.columns] = shape;
    this.onDraw = onDraw;
    this.pixels = [];
    this.cursor = null; // the keyboard's square
    const { t } = app;
    this.canvas = h("canvas", {
      class: "pg-pixels",
      tabindex: "0",
      role: "application",
      "aria-label": t("pixels", { title, rows: this.rows, columns: this.columns }),
      onPointerdown: (event) => this.begin(event),
      onPointermove: (event) => this.move(event),
      onPointerup: () => this.end(),
      onPointercancel: () => this.end(),
      onKeydown: (event) => this.press(event),
      onBlur: () => this.moveCursor(null),
    });
    this.canvas.style.aspectRatio = this.columns / this.rows;
    this.clear = h(
      "button",
      { type: "button", class: "pg-text-button", onClick: () => this.put(this.pixels.map(() => 0)) },
      t("pixels_clear"),
    );
    this.announcer = h("span", { class: "pg-visually-hidden", "aria-live": "polite" });
    this.element = h("div", { class: "pg-pixel-input" }, this.canvas, this.clear, this.announcer);
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.canvas);
  }

  set(pixels) {
    this.pixels = pixels;
    this.clear.disabled = pixels.every((pixel) => pixel === 0);
    this.draw();
  }

  put(pixels) {
    this.onDraw(pixels);
  }

  ink(square, value) {
    if (square < 0 || this.pixels[square] === value) return;
    this.put(this.pixels.map((pixel, i) => (i === square ? value : pixel)));
  }

  // pointer: the square touched first decides whether ink or paper is drawn

  begin(event) {
    if (event.button > 0 || this.held !== undefined) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.held = event.pointerId;
    this.from = this.at(event);
    this.value = this.pixels[this.square(this.from)] > 0.5 ? 0 : 1;
    this.ink(this.square(this.from), this.value);
  }

  move(event) {
    if (event.pointerId !== this.held) return;
    const to = this.at(event);
    const far = Math.max(Math.abs(to[0] - this.from[0]), Math.abs(to[1] - this.from[1]));
    const count = Math.max(1, Math.ceil(2 * far)); // no square in between is left out
    for (let i = 1; i <= count; i++) {
      const between = [0, 1].map((k) => this.from[k] + ((to[k] - this.from[k]) * i) / count);
      this.ink(this.square(between), this.value);
    }
    this.from = to;
  }

  end() {
    this.held = undefined;
  }

  /** Where a pointer is: [row, column] in squares. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientY - box.top) / box.height) * this.rows,
      ((event.clientX - box.left) / box.width) * this.columns,
    ];
  }

  /** The number of the square there; -1: outside. */
  square([y, x]) {
    const [row, column] = [Math.floor(y), Math.floor(x)];
    return row >= 0 && column >= 0 && row < this.rows && column < this.columns ? row * this.columns + column : -1;
  }

  press(event) {
    const step = ARROWS[event.key];
    const at = this.cursor ?? 0;
    if (step) {
      const row = Math.min(this.rows - 1, Math.max(0, Math.floor(at / this.columns) + step[0]));
      const column = Math.min(this.columns - 1, Math.max(0, (at % this.columns) + step[1]));
      this.moveCursor(row * this.columns + column);
    } else if (event.key === "Enter" || event.key === " ") {
      this.ink(at, this.pixels[at] > 0.5 ? 0 : 1);
      this.moveCursor(at);
    } else if (event.key === "Delete" || event.key === "Backspace") this.put(this.pixels.map(() => 0));
    else return;
    event.preventDefault();
    event.stopPropagation(); // these keys are not for the stage
  }

  moveCursor(cursor) {
    this.cursor = cursor;
    if (cursor !== null) {
      const place = { row: Math.floor(cursor / this.columns) + 1, column: (cursor % this.columns) + 1 };
      const kind = this.pixels[cursor] > 0.5 ? "pixels_ink" : "pixels_paper";
      write(this.announcer, this.app.t(kind, place));
    }
    this.draw();
  }

  draw() {
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const { theme } = this.app;
    if (!width || !theme) return;
    const { ctx } = fit(this.canvas, width, height);
    ctx.fillStyle = mix(theme.paper, theme.ink, 0.16); // seen between the squares
    ctx.fillRect(0, 0, width, height);
    const ground = mix(theme.paper, theme.ink, 0.05);
    const box = (square) => {
      const [row, column] = [Math.floor(square / this.columns), square % this.columns];
      const [left, right] = [column, column + 1].map((k) => Math.round((k * width) / this.columns));
      const [top, foot] = [row, row + 1].map((k) => Math.round((k * height) / this.rows));
      return [left, top, right - left - 1, foot - top - 1];
    };
    this.pixels.forEach((pixel, i) => {
      ctx.fillStyle = mix(ground, theme.ink, pixel);
      ctx.fillRect(...box(i));
    });
    if (this.cursor === null) return;
    const [left, top, w, t] = box(this.cursor);
    ctx.lineWidth = 2;
    ctx.strokeStyle = theme.accent;
    ctx.strokeRect(left + 1, top + 1, w - 2, t - 2);
  }

  destroy() {
    this.resize.disconnect();
  }
}
