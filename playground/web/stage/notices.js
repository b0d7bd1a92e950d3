// Texts of the moment: a caption, toasts, banners, and announcements for screen readers.

import { attribute, h, iconButton, write } from "../core/dom.js";

const TOAST = 7000; // ms
const MAX_TOASTS = 3;
const SELDOM = 5000; // ms between two announcements

/** Two lines over the timeline: the caption of a step in slow motion, else a hint, else what is on show. */
export class Caption {
  constructor() {
    this.number = h("span", { class: "pg-beat" });
    this.text = h("span");
    this.badge = h("span", { class: "pg-badge", hidden: true });
    this.element = h("p", { class: "pg-caption" }, this.badge, this.number, this.text);
    this.beat = this.hint = this.idle = null;
  }

  show(changes) {
    Object.assign(this, changes);
    const { beat } = this;
    this.element.classList.toggle("pg-slow-motion", Boolean(beat));
    this.element.classList.toggle("pg-speaks", Boolean(beat || this.hint));
    write(this.number, beat ? `${beat.number}/${beat.count}` : "");
    write(this.text, beat?.caption ?? this.hint ?? this.idle ?? "");
    attribute(this.element, "title", this.text.textContent);
  }

  mark(text) {
    this.badge.hidden = !text;
    write(this.badge, text ?? "");
  }
}

export class Notices {
  constructor(app) {
    this.app = app;
    this.toasts = h("div", { class: "pg-toasts", role: "status", "aria-live": "polite" });
    this.lost = this.banner(app.t("lost"), app.t("try_now"), () => app.session.connection.retry());
    this.stopped = this.banner("", app.t("reset"), () => app.player.reset());
    this.waits = h("div", { class: "pg-banner" });
    this.gone = this.banner(app.t("gone"), app.t("close"), () => this.tell(null));
    this.dear = this.banner("", app.t("smaller"), () => this.takeOffer());
    this.banners = h("div", { class: "pg-banners", role: "alert" });
  }

  banner(content, action, onClick) {
    const text = h("span", {}, content);
    const button = h("button", { type: "button", class: "pg-text-button", onClick }, action);
    return { text, button, element: h("div", { class: "pg-banner" }, text, button) };
  }

  /** A banner that stays until it is closed; null: none. */
  tell(name) {
    this.told = name;
    this.app.changed();
  }

  /** The settings of the page cost too much: why, and the smaller `settings` that one press gives. Null: they changed. */
  offer(text, settings) {
    this.offered = text ? settings : null;
    if (text) write(this.dear.text, text);
    this.app.changed();
  }

  /** The page takes the smaller settings over. */
  takeOffer() {
    this.app.propose(this.offered);
  }

  /** Banners are in the page only while they apply: what appears in an alert is read aloud. */
  update({ lost, stopped, waits, mine }) {
    if (waits) write(this.waits, waits);
    if (stopped) write(this.stopped.text, `${stopped} ${this.app.t("stopped_help")}`);
    this.stopped.button.hidden = !mine;
    const wanted = [
      lost ? this.lost.element : null,
      stopped ? this.stopped.element : null,
      this.offered ? this.dear.element : null,
      waits && !lost ? this.waits : null,
      this.told ? this[this.told].element : null,
    ].filter(Boolean);
    if (wanted.length !== this.banners.children.length || wanted.some((one, i) => one !== this.banners.children[i])) {
      this.banners.replaceChildren(...wanted);
    }
  }

  toast(text, level = "info") {
    const element = h("div", { class: `pg-toast pg-${level}` }, h("span", {}, text));
    element.append(iconButton("close", this.app.t("close"), () => element.remove(), "pg-quiet"));
    this.toasts.append(element);
    while (this.toasts.children.length > MAX_TOASTS) this.toasts.firstChild.remove();
    setTimeout(() => element.remove(), TOAST);
  }
}

/** Announces the picture in words: at most every five seconds, and only what is new. */
export class Announcer {
  constructor() {
    this.element = h("div", { class: "pg-visually-hidden", "aria-live": "polite", "aria-atomic": "true" });
    this.last = -Infinity;
  }

  announce(text) {
    this.wanted = text;
    if (!text || text === this.element.textContent || this.timer) return;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.last = performance.now();
        write(this.element, this.wanted);
      },
      Math.max(0, SELDOM - (performance.now() - this.last)),
    );
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
