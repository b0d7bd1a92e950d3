// Runs side by side: what a grid of sweeps and the arena have in common.

import { attribute, h, icon, write } from "../core/dom.js";
import { mountComponent } from "../core/mounting.js";
import { updateTheme } from "../core/palette.js";
import { Words } from "../core/words.js";
import { ComparisonSession } from "./comparison_session.js";
import { Thumbnails } from "./thumbnails.js";

/** Mount a comparison of this `Kind`: called again and again, with new data; resolves to what unmounts. */
export const mountComparison = (Kind, component) =>
  mountComponent(component, {
    create: (parent, data) => new Kind(parent, data),
    accepts: (comparison, { lang, family }) => comparison.words.lang === lang && comparison.family === family,
    update: (comparison, { data, setTriggerValue }) => {
      comparison.trigger = setTriggerValue;
      comparison.update(data);
    },
    remove: (comparison) => comparison.destroy(),
  });

export class Comparison {
  /** `socket`: the server's name for it. */
  constructor(parent, { family, lang, strings }, socket) {
    this.family = family;
    this.words = new Words(strings, lang);
    this.t = this.words.t.bind(this.words);
    this.seen = { frames: 0, cells: 0, playing: 0 };
    this.session = new ComparisonSession(socket, lang, {
      opened: (message) => this.show(message),
      status: () => this.showStatus(this.session.status),
      frame: (frame) => {
        this.seen.frames += 1;
        this.thumbnails.show(frame);
      },
      notice: (text) => this.notice(text),
      lost: () => this.notice(this.t("lost")),
      changed: () => this.refresh(),
    });
    this.build(parent);
    this.updateTheme();
    this.clock = setInterval(() => this.updateTheme(), 500);
  }

  build(parent) {
    this.button = h("button", { type: "button", class: "pg-comparison-play", onClick: () => this.toggle() });
    this.count = h("span", { class: "pg-comparison-count", role: "status" });
    this.alert = h("p", { class: "pg-comparison-notice", role: "alert", hidden: true });
    this.thumbnails = new Thumbnails(this);
    this.bar = h("div", { class: "pg-comparison-bar" }, this.button, this.count);
    this.root = h(
      "section",
      { class: "pg pg-comparison", "aria-label": this.t("grid") },
      this.bar,
      this.alert,
      this.thumbnails.element,
      this.buildResults(), // of each kind of comparison
    );
    parent.append(this.root);
  }

  /** New settings from Python: the command that opens them, and how many runs they make. */
  setWanted(wanted, number) {
    this.session.wanted = wanted;
    this.number = number;
    if (this.session.stale && this.session.playing) this.session.send({ do: "pause" }); // no button could do it now
    this.updateTheme();
    this.refresh();
  }

  toggle() {
    if (this.session.stale) this.begin(true);
    else this.session.send({ do: this.session.playing ? "pause" : "play" });
  }

  begin(play) {
    this.session.begin(play);
    this.refresh();
  }

  /** The server has opened the runs. */
  show(opened) {
    this.opened = opened;
    this.thumbnails.set(opened);
  }

  showStatus(status) {
    this.thumbnails.showStatus(status);
  }

  notice(text) {
    write(this.alert, text);
    this.alert.hidden = !text;
  }

  refresh() {
    const { playing, stale, status } = this.session;
    const [shape, label] = this.label();
    if (this.shown !== label) {
      this.shown = label;
      this.button.replaceChildren(icon(shape), label);
    }
    write(this.count, this.opened ? this.summary() : "");
    attribute(this.root, "data-stale", Boolean(this.opened) && stale);
    Object.assign(this.seen, { cells: this.opened?.cells.length ?? 0, playing });
    this.seen.steps = status.map((run) => run.step);
  }

  /** What the button does: its icon and its text. */
  label() {
    const { playing, stale } = this.session;
    if (stale) return ["play", this.t("start", { count: this.number })];
    return playing ? ["pause", this.t("pause")] : ["play", this.t("go_on")];
  }

  /** How many runs there are, and how they are doing. */
  summary() {
    const { playing, status } = this.session;
    const ended = status.filter((run) => run.stopped).length;
    const count = this.t("count", { count: this.opened.cells.length, playing });
    return ended ? `${count} ${this.t("ended", { count: ended })}` : count;
  }

  /** The address at which a run has a page of its own. */
  link({ run }) {
    const url = new URL(location.href);
    url.search = new URLSearchParams({ run, lang: this.words.lang });
    url.hash = "";
    return url.href;
  }

  /** Whether the theme changed. */
  updateTheme() {
    const changed = updateTheme(this);
    if (changed) this.thumbnails.redraw();
    return changed;
  }

  destroy() {
    clearInterval(this.clock);
    this.session.close();
    this.thumbnails.destroy();
    this.root.remove();
  }
}
