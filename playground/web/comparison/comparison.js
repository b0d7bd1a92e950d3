// Runs side by side: what a grid of sweeps and the arena share. A field speaks with the server over a socket of its own;
// cells.js draws the small pictures.

import { attribute, h, icon, write } from "../core/dom.js";
import { decode } from "../core/decode.js";
import { readTheme, wear } from "../core/palette.js";
import { Line, ownerToken } from "../core/socket.js";
import { dressed } from "../core/styles.js";
import { Words } from "../core/words.js";
import { Cells } from "./thumbnails.js";

const fields = new WeakMap();
const newest = new WeakMap();

/** What the default export of a component calls, again and again with new data; returns what unmounts. */
export async function mountField(Kind, component) {
  const { parentElement } = component;
  newest.set(parentElement, component.data);
  await dressed();
  const data = newest.get(parentElement); // another call may have come meanwhile
  let field = fields.get(parentElement);
  if (field && (field.words.lang !== data.lang || field.family !== data.family)) {
    field.destroy();
    field = null;
  }
  field ??= new Kind(parentElement, data);
  fields.set(parentElement, field);
  field.component = component;
  field.update(data);
  return () =>
    setTimeout(() => {
      // Streamlit also calls this when a newer call overtook an older one: only what left the page is over
      if (parentElement.isConnected) return;
      fields.get(parentElement)?.destroy();
      fields.delete(parentElement);
    });
}

export class Field {
  /** `place`: of the socket, seen from this file's folder. */
  constructor(parent, { family, lang, strings }, place) {
    this.family = family;
    this.place = place;
    this.words = new Words(strings, lang);
    this.t = this.words.t.bind(this.words);
    this.seen = { frames: 0, cells: 0, playing: 0 };
    this.status = [];
    this.build(parent);
    this.retheme();
    this.clock = setInterval(() => this.retheme(), 500);
  }

  build(parent) {
    this.button = h("button", { type: "button", class: "pg-comparison-play", onClick: () => this.toggle() });
    this.count = h("span", { class: "pg-comparison-count", role: "status" });
    this.notice = h("p", { class: "pg-comparison-notice", role: "alert", hidden: true });
    this.cells = new Cells(this);
    this.root = h(
      "section",
      { class: "pg pg-comparison", "aria-label": this.t("grid") },
      h("div", { class: "pg-comparison-bar" }, this.button, this.count),
      this.notice,
      this.cells.element,
      ...this.below(),
    );
    parent.append(this.root);
  }

  /** New data from Python: another theme, other settings. */
  refit(wanted, number) {
    this.wanted = wanted;
    this.number = number;
    if (this.stale && this.playing) this.line.send({ do: "pause" }); // nobody could pause it otherwise
    this.retheme();
    this.refresh();
  }

  /** Whether what runs is something else than what is chosen now. */
  get stale() {
    return JSON.stringify(this.wanted) !== this.asked;
  }

  get playing() {
    return this.status.filter((cell) => cell.playing).length;
  }

  toggle() {
    if (this.stale) this.begin(true);
    else this.line.send({ do: this.playing ? "pause" : "play" });
  }

  begin(play) {
    this.asked = JSON.stringify(this.wanted);
    this.open = { ...this.wanted, owner: ownerToken() };
    this.going = play;
    this.say("");
    if (this.line?.open) this.ask();
    else if (!this.line) {
      const url = new URL(`../${this.place}`, import.meta.url);
      url.protocol = url.protocol.replace("http", "ws");
      url.searchParams.set("lang", this.words.lang);
      this.line = new Line(url, {
        open: () => this.ask(),
        text: (message) => this.hear(message),
        frame: (buffer) => this.receive(buffer),
        lost: () => this.say(this.t("lost")),
      });
    }
    this.refresh();
  }

  /** Also after a lost line: the server finds the runs again, and those that trained go on. */
  ask() {
    this.say("");
    this.line.send({ ...this.open, play: this.going });
  }

  hear(message) {
    if (message.is === this.wanted.do) this.meet(message);
    else if (message.is === "cells") {
      this.status = message.cells;
      this.going = this.playing > 0;
      this.figures();
    } else if (message.is === "refused") {
      this.say(message.text);
      if (message.about === this.wanted.do) this.asked = null;
    }
    this.refresh();
  }

  meet(grid) {
    this.grid = grid;
    this.status = [];
    this.cells.meet(grid);
  }

  figures() {
    this.cells.figures(this.status);
  }

  receive(buffer) {
    const frame = decode(buffer);
    this.seen.frames += 1;
    this.cells.show(frame);
    this.line.send({ do: "ack", seq: frame.seq });
  }

  say(text) {
    write(this.notice, text);
    this.notice.hidden = !text;
  }

  refresh() {
    const { playing, stale } = this;
    const [shape, label] = this.label();
    if (this.shown !== label) {
      this.shown = label;
      this.button.replaceChildren(icon(shape), label);
    }
    write(this.count, this.grid ? this.told() : "");
    attribute(this.root, "data-stale", Boolean(this.grid) && stale);
    Object.assign(this.seen, { cells: this.grid?.cells.length ?? 0, playing });
    this.seen.steps = this.status.map((cell) => cell.step);
  }

  /** What the button does: its icon and its words. */
  label() {
    const { playing, stale, number } = this;
    if (stale) return ["play", this.t("start", { count: number })];
    return playing ? ["pause", this.t("pause")] : ["play", this.t("go_on")];
  }

  told() {
    const ended = this.status.filter((cell) => cell.stopped).length;
    const told = this.t("count", { count: this.grid.cells.length, playing: this.playing });
    return ended ? `${told} ${this.t("ended", { count: ended })}` : told;
  }

  /** The address at which a cell is a full run. */
  link({ run }) {
    const url = new URL(location.href);
    url.search = new URLSearchParams({ run, lang: this.words.lang });
    url.hash = "";
    return url.href;
  }

  retheme() {
    const theme = readTheme(this.root);
    if (theme.id === this.theme?.id) return;
    this.theme = theme;
    wear(this.root, theme);
    this.cells.redraw();
  }

  destroy() {
    clearInterval(this.clock);
    this.line?.close();
    this.cells.destroy();
    this.root.remove();
  }
}

/** Hand a text to the visitor as a file. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Rows of values as CSV. */
export const csv = (rows) => `${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`;

const quoted = (value) => {
  const text = String(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
