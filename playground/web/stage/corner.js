// While the reader is further down the page, the picture stays in the corner of the window, small, with play and pause.
// It never covers a panel: while one is in view it stands over the sidebar, or where that is closed nowhere.

import { attribute, h, icon, iconButton, write } from "../core/dom.js";

const ROOM = 1024; // px: a narrower window has no corner to spare
const SIDEBAR = 250; // px that the corner takes over the sidebar (corner.css)

export class Corner {
  constructor(app) {
    this.app = app;
    this.open = false;
    this.closed = false; // by hand, until the stage is on the screen again
    this.inView = new Set(); // components of panels (panel/mount.js) of which one is in view
    const { t } = app;
    this.play = iconButton("play", t("play"), () => app.player.toggle(), "pg-corner-play");
    this.step = h("span", { class: "pg-moment" });
    this.bar = h(
      "div",
      { class: "pg-corner-bar" },
      this.play,
      this.step,
      iconButton("up", t("to_stage"), () => this.toStage(), "pg-quiet"),
      iconButton("close", t("close"), () => this.dismiss(), "pg-quiet"),
    );
    this.element = h("aside", { class: "pg-corner", "aria-label": t("picture"), hidden: true }, this.bar);
    this.place = h("div", { class: "pg-picture-place" }); // keeps the picture's room on the stage
    this.mark = h("i", { class: "pg-picture-mark" }); // in the middle of that room
  }

  start() {
    this.app.main.prepend(this.mark);
    this.observer = new IntersectionObserver(([entry]) => {
      this.passed = !entry.isIntersecting && entry.boundingClientRect.top < 100;
      if (!this.passed) this.closed = false;
      this.update();
    });
    this.observer.observe(this.mark);
  }

  /** Whether one of a component's panels is in view. */
  avoid(panels, visible) {
    if (visible === this.inView.has(panels)) return;
    this.inView[visible ? "add" : "delete"](panels);
    this.update();
  }

  update() {
    const { app } = this;
    const beside = this.inView.size > 0;
    const room = innerWidth >= ROOM && (!beside || hasSidebar());
    const open = Boolean(this.passed && !this.closed && app.frame && room);
    this.element.classList.toggle("pg-is-beside", beside);
    if (open !== this.open) this.toggle(open);
    if (!open) return;
    write(this.step, app.t("at_step", { step: app.words.steps(app.series.steps.done(app.frame.step)) }));
    this.play.disabled = app.controls.play.disabled;
    if (this.play.dataset.state === String(app.player.playing)) return;
    this.play.dataset.state = String(app.player.playing);
    this.play.replaceChildren(icon(app.player.playing ? "pause" : "play"));
    for (const name of ["title", "aria-label"])
      attribute(this.play, name, app.t(app.player.playing ? "pause" : "play"));
  }

  toggle(open) {
    const { element } = this.app.picture;
    this.open = open;
    this.element.hidden = !open;
    if (open) {
      element.replaceWith(this.place);
      this.element.prepend(element);
    } else this.place.replaceWith(element);
    this.app.redraw();
  }

  dismiss() {
    this.closed = true;
    this.update();
  }

  /** Bring the stage into view, with its bar. */
  toStage() {
    const behavior = this.app.reducedMotion.matches ? "auto" : "smooth";
    this.app.root.scrollIntoView({ behavior, block: "start" });
  }

  /** Where there is no room for the corner, a change that was asked for elsewhere brings the stage into view. */
  reveal() {
    if (this.passed && !this.open) this.toStage();
  }

  destroy() {
    this.observer.disconnect();
  }
}

/** Whether the sidebar is open, and as wide as the corner. */
function hasSidebar() {
  const box = document.querySelector('[data-testid="stSidebar"]')?.getBoundingClientRect();
  return Boolean(box) && box.left >= 0 && box.right >= SIDEBAR;
}
