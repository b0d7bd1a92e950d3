// The wall: every member's stage as a small live picture, with a line of what is done there.

import { attribute, h, write } from "../core/dom.js";
import { drawSmall } from "./presented.js";

const SIZE = { few: 220, many: 140, crowd: 104 }; // px of a picture, by how many there are
const ORDERS = {
  joined: (a, b) => a.index - b.index,
  name: (a, b) => a.name.localeCompare(b.name),
  step: (a, b) => b.at - a.at || b.step - a.step,
  score: (a, b) => (b.score?.[1] ?? -Infinity) - (a.score?.[1] ?? -Infinity),
  answered: (a, b) => Number(a.answered) - Number(b.answered),
};
export const ORDER_NAMES = Object.keys(ORDERS);

export class Wall {
  /** `app`: {words, t, theme}; `actions`: {pick(index), kick(index)}, none on a projector. */
  constructor(app, actions) {
    this.app = app;
    this.actions = actions;
    this.cells = new Map(); // index -> what stands for a member
    this.order = "joined";
    this.element = h("div", { class: "pg-wall", role: "list" });
    this.empty = h("p", { class: "pg-wall-empty" }, app.t("nobody"));
  }

  show(members) {
    this.members = members;
    const there = new Set(members.map(({ index }) => index));
    for (const index of this.cells.keys()) if (!there.has(index)) this.cells.delete(index);
    for (const member of members) this.update(member);
    const sorted = [...members].sort(ORDERS[this.order]).map(({ index }) => this.cells.get(index).element);
    const before = [...this.element.children];
    if (sorted.length !== before.length || sorted.some((one, i) => one !== before[i]))
      this.element.replaceChildren(...(sorted.length ? sorted : [this.empty]));
    this.draw();
  }

  sort(order) {
    this.order = order;
    if (this.members) this.show(this.members);
  }

  get size() {
    const count = this.cells.size;
    return count <= 8 ? SIZE.few : count <= 24 ? SIZE.many : SIZE.crowd;
  }

  update(member) {
    if (!this.cells.has(member.index)) this.cells.set(member.index, this.build(member));
    const cell = this.cells.get(member.index);
    const { t, words } = this.app;
    cell.run = member.run;
    if (cell.frame && cell.frame.run !== member.run) cell.frame = null;
    write(cell.name, member.name);
    const figure = member.score ? ` · ${words.figure(member.score[1])}` : "";
    write(
      cell.line,
      member.here ? `${t("wall_step", { at: member.at + 1, step: words.count(member.step) })}${figure}` : t("away"),
    );
    attribute(cell.element, "data-here", member.here);
    attribute(cell.element, "data-done", member.done);
    attribute(cell.element, "data-answered", member.answered);
    write(cell.mark, member.answered ? t("has_answered") : "");
  }

  build({ index }) {
    const { t } = this.app;
    const canvas = h("canvas", { class: "pg-wall-picture" });
    const name = h("b", { class: "pg-wall-name" });
    const line = h("span", { class: "pg-small" });
    const mark = h("span", { class: "pg-small pg-wall-mark" });
    const buttons = this.actions
      ? h(
          "span",
          { class: "pg-wall-buttons" },
          h("button", { type: "button", class: "pg-link-button", onClick: () => this.actions.pick(index) }, t("pick")),
          h("button", { type: "button", class: "pg-link-button", onClick: () => this.actions.kick(index) }, t("kick")),
        )
      : null;
    const element = h("div", { class: "pg-wall-cell", role: "listitem" }, canvas, name, line, mark, buttons);
    return { element, canvas, name, line, mark, frame: null, run: null };
  }

  bring(frame) {
    for (const cell of this.cells.values()) if (cell.run === frame.run) cell.frame = frame;
    this.draw();
  }

  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      const { size } = this;
      this.element.style.setProperty("--size", `${size}px`);
      for (const cell of this.cells.values()) {
        const drawn = `${size} ${this.app.theme.id}`;
        if (!cell.frame) {
          cell.canvas.getContext("2d").clearRect(0, 0, cell.canvas.width, cell.canvas.height);
          cell.drawn = null;
        } else if (cell.seen !== cell.frame || cell.drawn !== drawn) {
          drawSmall(cell.canvas, cell.frame, this.app.theme, size);
          attribute(cell.canvas, "aria-label", cell.frame.words);
          attribute(cell.canvas, "role", "img");
          [cell.seen, cell.drawn] = [cell.frame, drawn];
        }
      }
    });
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
  }
}
