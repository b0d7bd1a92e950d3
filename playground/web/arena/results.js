// What the arena has measured: the scorecard beside the triangle, and both as files.

import { h, icon } from "../core/dom.js";
import { download } from "../core/files.js";
import { poster } from "./poster.js";
import { Scorecard } from "./scorecard.js";
import { Triangle } from "./triangle.js";

export class Results {
  constructor(arena) {
    this.arena = arena;
    this.scorecard = new Scorecard(arena, (number) => this.point(number));
    this.triangle = new Triangle(arena);
    const file = (key, onClick) =>
      h("button", { type: "button", class: "pg-text-button", onClick }, icon("download"), arena.t(key));
    this.element = h(
      "div",
      { class: "pg-results", hidden: true },
      h("div", { class: "pg-scored" }, this.scorecard.element, this.triangle.element),
      h(
        "div",
        { class: "pg-arena-files" },
        file("csv", () => this.scorecard.save()),
        file("png", () => this.savePicture()),
      ),
    );
  }

  set(opened) {
    this.scorecard.set(opened);
    this.triangle.set(opened);
    this.element.hidden = false;
  }

  showStatus(status) {
    this.scorecard.showStatus(status);
    this.triangle.showStatus(status);
  }

  /** Let one contestant stand out everywhere; null: none. */
  point(number) {
    this.scorecard.point(number);
    this.triangle.point(number);
  }

  async savePicture() {
    const blob = await poster(this.arena, this.scorecard);
    download(blob, `arena-${this.arena.config.data}.png`);
  }

  redraw() {
    this.scorecard.drawMarks();
    this.triangle.redraw();
  }

  destroy() {
    this.triangle.destroy();
  }
}
