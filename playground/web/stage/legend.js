// The legend: a switch for each layer, and a sentence with coloured words.

import { h } from "../core/dom.js";
import { ofNode } from "../draw/picture.js";
import { coloured, swatch } from "../draw/swatches.js";

const STORAGE_KEY = "playground.layers";

/** Which layers are on: the scene decides until the visitor does; the browser remembers that. */
export class Switches {
  constructor(family) {
    this.family = family;
    try {
      this.chosen = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}")[family] ?? {};
    } catch {
      // no storage, or another format: the scene decides
      this.chosen = {};
    }
  }

  /** A link says which are on (null: it does not); the browser does not remember it, but what is switched after it. */
  link(names) {
    this.linked = names;
    this.since = {};
  }

  on(layer) {
    if (this.linked && !(layer.name in (this.since ?? {}))) return this.linked.includes(layer.name);
    return this.chosen[layer.name] ?? layer.shown;
  }

  set(layer, on) {
    this.since = { ...this.since, [layer.name]: on };
    this.chosen = { ...this.chosen, [layer.name]: on };
    try {
      const all = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
      localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...all, [this.family]: this.chosen }));
    } catch {
      // no storage: it lasts as long as the page
    }
  }
}

export class Legend {
  constructor(app) {
    this.app = app;
    this.list = h("div", { class: "pg-switches", role: "group", "aria-label": app.t("layers") });
    this.sentence = h("p", { class: "pg-sentence" });
    this.element = h("div", { class: "pg-legend" }, this.list, this.sentence);
    this.key = "";
  }

  /** Build it anew at the next frame: what is on was changed from outside. */
  forget() {
    this.key = "";
  }

  /** Rebuild the legend if the scene has other layers or another sentence. */
  show(frame, focus) {
    const layers = focus ? ofNode(frame.layers, focus) : frame.layers.filter((layer) => layer.stage);
    const key = JSON.stringify([layers.map((l) => [l.name, l.title, l.kind, l.role]), frame.legend, focus?.name]);
    if (key === this.key) return;
    this.key = key;
    this.layers = layers;
    this.list.replaceChildren(...layers.map((layer, i) => this.toggle(layer, i, focus)));
    const sentence = focus ? focus.help : frame.legend;
    this.sentence.replaceChildren(...coloured(sentence));
  }

  toggle(layer, i, focus) {
    const ends =
      layer.kind === "heatmap" && layer.low_title && layer.high_title
        ? h("span", { class: "pg-ends" }, layer.low_title, swatch(layer), layer.high_title)
        : null;
    const wide = ends ? "pg-wide" : "";
    if (focus && !focus.stage?.length)
      return h("span", { class: `pg-switch ${wide}` }, ends ? null : swatch(layer), h("span", {}, layer.title), ends);
    const box = h("input", { type: "checkbox", onChange: () => this.flip(i, box.checked) });
    box.checked = this.app.switches.on(layer);
    return h(
      "label",
      { class: `pg-switch ${wide}`, title: i < 9 ? `${layer.title} (${i + 1})` : layer.title },
      box,
      ends ? null : swatch(layer),
      h("span", {}, layer.title),
      ends,
    );
  }

  /** Switch layer number `i`: to `on`, or if left out to the other state. */
  flip(i, on) {
    const layer = this.layers?.[i];
    const box = this.list.children[i]?.querySelector("input");
    if (!box) return;
    box.checked = on ?? !box.checked;
    this.app.switches.set(layer, box.checked);
    this.app.redraw();
  }
}
