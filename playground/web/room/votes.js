// How the class answered the question of a step: bars of a choice, dots of numbers and places, thin lines of sketches.

import { h, write } from "../core/dom.js";
import { fade } from "../core/palette.js";
import { fit } from "../draw/view.js";

const WIDTH = 300; // px
const HEIGHT = 150;

export class Votes {
  constructor(app) {
    this.app = app;
    this.text = h("p", { class: "pg-votes-question" });
    this.bars = h("div", { class: "pg-votes-bars" });
    this.canvas = h("canvas", { class: "pg-votes-canvas", role: "img" });
    this.count = h("p", { class: "pg-small", role: "status" });
    this.element = h("div", { class: "pg-votes" }, this.text, this.bars, this.canvas, this.count);
  }

  /** `question`: of the step, or null; `votes`: as they are shown, or undefined; `answered`: how many have. */
  show(question, { votes, right, answered, count }) {
    this.element.hidden = !question;
    if (!question) return;
    const { t } = this.app;
    write(this.text, question.text);
    write(this.count, t("answered_of", { answered: votes?.answered ?? answered ?? 0, count }));
    const choice = question.kind === "choice";
    this.bars.hidden = !choice;
    this.canvas.hidden = choice || !votes;
    if (choice) {
      const most = Math.max(1, ...(votes?.counts ?? []));
      this.bars.replaceChildren(
        ...question.options.map((option, i) => {
          const bar = h("i", { class: "pg-votes-bar" });
          bar.style.setProperty("--share", votes ? votes.counts[i] / most : 0);
          const row = h(
            "div",
            { class: "pg-votes-row" },
            h("span", {}, option),
            bar,
            h("b", {}, votes ? String(votes.counts[i]) : ""),
          );
          row.classList.toggle("pg-is-right", right === i);
          return row;
        }),
      );
    } else if (votes) this.draw(question, votes.answers, right);
  }

  draw(question, answers, right) {
    const { theme } = this.app;
    const square = question.kind === "place";
    const [width, height] = square ? [HEIGHT * 1.4, HEIGHT * 1.4] : [WIDTH, question.kind === "number" ? 48 : HEIGHT];
    const { ctx } = fit(this.canvas, width, height);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    ctx.clearRect(0, 0, width, height);
    const { low, high } = square ? { low: -3, high: 3 } : question;
    const x = (v) => 8 + ((v - low) / (high - low)) * (width - 16);
    const y = (v) => height - 8 - ((v - low) / (high - low)) * (height - 16);
    const dot = (px, py, colour, radius) => {
      ctx.beginPath();
      ctx.arc(px, py, radius, 0, 2 * Math.PI);
      ctx.fillStyle = colour;
      ctx.fill();
    };
    const line = (values, colour, wide) => {
      ctx.beginPath();
      values.forEach((v, i) => ctx[i ? "lineTo" : "moveTo"](8 + (i / (values.length - 1)) * (width - 16), y(v)));
      ctx.strokeStyle = colour;
      ctx.lineWidth = wide;
      ctx.stroke();
    };
    ctx.strokeStyle = fade(theme.ink, 0.3);
    ctx.strokeRect(0.5, 0.5, width - 1, height - 1);
    const soft = fade(theme.roles.generated, 0.65);
    if (question.kind === "number") {
      answers.forEach((v, i) => dot(x(v), 14 + 20 * ((i * 0.618) % 1), soft, 4)); // spread, so that equal ones are seen
      if (right !== undefined && right !== null) {
        ctx.fillStyle = theme.roles.field;
        ctx.fillRect(x(right) - 1.5, 4, 3, height - 8);
      }
    } else if (square) {
      for (const [px, py] of answers) dot(x(px), y(py), soft, 4);
      if (right) dot(x(right[0]), y(right[1]), theme.roles.field, 6);
    } else {
      for (const values of answers) line(values, soft, 1.2);
      if (right) line(right, theme.roles.field, 3);
    }
  }
}
