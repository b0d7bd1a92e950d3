// What Streamlit mounts: some panels of a family. They speak through the socket of the page's stage, wherever the page
// puts them and whichever of them comes first; the script is not run again when a dial is turned.

import { h } from "../core/dom.js";
import { attend, stageOf } from "../core/event_bus.js";
import { readTheme, wear } from "../core/palette.js";
import { dressed } from "../core/styles.js";
import { Words } from "../core/words.js";
import { Laboratory } from "./panel.js";

const TICK = 250; // ms
const rooms = new WeakMap();
const newest = new WeakMap();

/** What the default export of the component calls, again and again with new data; returns what unmounts. */
export async function mount(component) {
  const { parentElement } = component;
  newest.set(parentElement, component.data);
  await dressed();
  const data = newest.get(parentElement); // another call may have come meanwhile
  const described = JSON.stringify(data);
  let room = rooms.get(parentElement);
  if (room?.described !== described) {
    room?.destroy();
    room = new Room(parentElement, data, described);
    rooms.set(parentElement, room);
  }
  return () =>
    setTimeout(() => {
      // Streamlit also calls this when a newer call overtook an older one: only what left the page is over
      if (parentElement.isConnected) return;
      rooms.get(parentElement)?.destroy();
      rooms.delete(parentElement);
    });
}

class Room {
  constructor(parent, { family, lang, panels, strings }, described) {
    this.family = family;
    this.described = described;
    this.words = new Words(strings, lang);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.root = h("div", { class: "pg pg-panels" });
    parent.append(this.root);
    this.retheme();
    this.laboratories = panels.map((panel) => new Laboratory(this, panel));
    this.root.append(...this.laboratories.map((laboratory) => laboratory.element));
    this.end = attend(family, (message) => this.hear(message));
    this.clock = setInterval(() => this.tick(), TICK);
    this.tick();
  }

  /** The page's stage, once it is there. */
  get stage() {
    return stageOf(this.family);
  }

  hear(message) {
    if (message) this.laboratories.find(({ panel }) => panel.name === message.name)?.hear(message);
    else for (const laboratory of this.laboratories) laboratory.consider();
  }

  tick() {
    this.retheme();
    for (const laboratory of this.laboratories) laboratory.consider();
  }

  retheme() {
    const theme = readTheme(this.root);
    if (theme.id === this.theme?.id) return;
    this.theme = theme;
    wear(this.root, theme);
    for (const laboratory of this.laboratories ?? []) laboratory.redraw();
  }

  destroy() {
    clearInterval(this.clock);
    this.end();
    for (const laboratory of this.laboratories) laboratory.destroy();
    this.root.remove();
  }
}
