// What Streamlit mounts: the arena. Contestants of different families train side by side under one budget; field.js
// speaks with the server, scorecard.js and triangle.js show what was measured, poster.js makes a picture of it all.

import { h, icon } from "../core/dom.js";
import { Thumbs } from "../core/data_picker.js";
import { Field, mountField, save } from "../comparison/comparison.js";
import { live } from "./marks.js";
import { poster } from "./poster.js";
import { Scorecard } from "./scorecard.js";
import { Triangle } from "./triangle.js";

export function mount(component) {
  return mountField(Arena, component);
}

class Arena extends Field {
  constructor(parent, data) {
    super(parent, data, "contest");
    window.__arena = this.seen; // for browser tests
  }

  build(parent) {
    super.build(parent);
    this.thumbs = new Thumbs(this);
    const bar = this.button.parentElement;
    this.root.classList.add("pg-arena");
    bar.classList.add("pg-bar", "pg-arena-bar");
    bar.prepend(this.thumbs.element);
  }

  below() {
    const { t } = this;
    this.scorecard = new Scorecard(this);
    this.triangle = new Triangle(this);
    const file = (key, onClick) =>
      h("button", { type: "button", class: "pg-text-button", onClick }, icon("take"), t(key));
    this.results = h(
      "div",
      { class: "pg-results", hidden: true },
      h("div", { class: "pg-scored" }, this.scorecard.element, this.triangle.element),
      h(
        "div",
        { class: "pg-arena-files" },
        file("csv", () => this.scorecard.save()),
        file("png", () => this.picture()),
      ),
    );
    return [this.results];
  }

  update({ config, count, choices, own, heading, opening }) {
    this.heading = heading;
    this.thumbs.set(choices, config.data, own);
    this.refit({ do: "arena", config }, count);
    if (opening && !this.asked) this.begin("free");
  }

  /** Another distribution was chosen: the page says the rest. */
  pick(value) {
    this.component.setTriggerValue("pick", value);
  }

  meet(arena) {
    const cells = arena.cells.map((cell) => ({ ...cell, labels: [cell.title] }));
    super.meet({ ...arena, cells, axes: [] });
    this.scorecard.meet(this.grid);
    this.triangle.meet(this.grid);
    this.results.hidden = false;
    this.cells.element.style.setProperty("--columns", Math.min(7, Math.max(4, arena.cells.length)));
  }

  figures() {
    super.figures();
    this.scorecard.figures(this.status);
    this.triangle.figures(this.status);
    this.seen.measured = this.status.filter((one) => one.measured).length;
  }

  /** Under a picture: how near its samples are, and what it has had. */
  caption(one) {
    const { words, t } = this;
    const had = t("had", { seconds: words.decimal(one.spent ?? 0, 1), steps: words.count(one.step) });
    if (one.over && !one.measured) return [t("measuring"), had];
    const { sliced_w2: value, sliced_w2_floor: floor } = one.measured ?? live(one);
    return [value == null ? "" : `${this.grid.titles.sliced_w2} ${words.figure(value)} (${words.figure(floor)})`, had];
  }

  get over() {
    return this.status.length > 0 && this.status.every((one) => one.over || one.stopped);
  }

  label() {
    if (this.stale || !this.over) return super.label();
    return ["live", this.t("over_all")];
  }

  refresh() {
    super.refresh();
    this.button.disabled = !this.stale && this.over;
  }

  told() {
    const measured = this.status.filter((one) => one.measured).length;
    const waiting = this.status.filter((one) => one.over && !one.measured && !one.stopped).length;
    const told = [super.told()];
    if (waiting) told.push(this.t("waiting", { count: waiting }));
    if (measured) told.push(this.t("measured", { count: measured }));
    return told.join(" ");
  }

  /** The page of the contestant's family. */
  link({ run, family }) {
    const url = new URL(family, location.href);
    url.search = new URLSearchParams({ run, lang: this.words.lang });
    return url.href;
  }

  /** One contestant, or none, is to stand out everywhere. */
  point(number) {
    this.scorecard.point(number);
    this.triangle.point(number);
  }

  async picture() {
    const blob = await poster(this);
    save(blob, `arena-${this.wanted.config.data}.png`);
  }

  retheme() {
    const before = this.theme?.id;
    super.retheme();
    if (this.theme.id !== before) {
      this.scorecard.retheme();
      this.triangle.redraw();
    }
  }

  destroy() {
    this.triangle.destroy();
    super.destroy();
  }
}
