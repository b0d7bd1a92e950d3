// What Streamlit mounts for panels: some panels of a family. They use the socket of the page's stage, wherever the page
// puts them and whichever of them is mounted first; the page's script does not run again when a dial is turned.

import { h } from "../core/dom.js";
import { stageOf, subscribe } from "../core/event_bus.js";
import { mountComponent } from "../core/mounting.js";
import { updateTheme } from "../core/palette.js";
import { Words } from "../core/words.js";
import { Panel } from "./panel.js";

const TICK = 250; // ms

/** The default export of the component calls this again and again, with new data; resolves to what unmounts. */
export const mount = (component) =>
  mountComponent(component, {
    create: (parent, data) => new Panels(parent, data),
    accepts: (panels, data) => panels.described === JSON.stringify(data),
    update: () => {}, // any other data make other panels
    remove: (panels) => panels.destroy(),
  });

class Panels {
  constructor(parent, data) {
    const { family, lang, panels, strings } = data;
    this.family = family;
    this.described = JSON.stringify(data);
    this.words = new Words(strings, lang);
    this.t = this.words.t.bind(this.words);
    this.reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
    this.root = h("div", { class: "pg pg-panels" });
    parent.append(this.root);
    updateTheme(this);
    this.panels = panels.map((panel) => new Panel(this, panel));
    this.root.append(...this.panels.map((panel) => panel.element));
    this.unsubscribe = subscribe(family, (message) => this.receive(message));
    this.clock = setInterval(() => this.tick(), TICK);
    this.tick();
  }

  /** The page's stage, once it is mounted. */
  get stage() {
    return stageOf(this.family);
  }

  receive(message) {
    if (message) this.panels.find(({ name }) => name === message.name)?.questions.receive(message);
    else for (const panel of this.panels) panel.questions.consider();
  }

  /** A panel has come into view or left it: the stage's picture in the corner makes room. */
  seen() {
    this.stage?.corner.avoid(
      this,
      this.panels.some((panel) => panel.visible),
    );
  }

  tick() {
    this.seen();
    if (updateTheme(this)) for (const panel of this.panels) panel.redraw();
    for (const panel of this.panels) panel.questions.consider();
  }

  destroy() {
    clearInterval(this.clock);
    this.unsubscribe();
    for (const panel of this.panels) panel.destroy();
    this.stage?.corner.avoid(this, false);
    this.root.remove();
  }
}
