// One panel: its dials, and the scenes that the model on the stage answers with.

import { attribute, h, write } from "../core/dom.js";
import { Trajectory } from "../draw/trajectory.js";
import { dialOf, showRelevant } from "./dials.js";
import { Follow } from "./follow.js";
import { PaintQueue } from "./paint_queue.js";
import { Questions } from "./questions.js";
import { SceneView } from "./scene_view.js";

const SELDOM = 5000; // ms between two announcements that training alone causes
const HAND = 90; // ms in which a scene changes that a hand asked for
const kept = new Map(); // family and panel -> values: panels come and go with the page's tabs
const shown = new Set(); // the panels on the page

/** The dials of a family's panels that a hand has moved, or a lesson: {panel: {dial: value}}. */
export function dialsOf(family) {
  const found = [...kept].filter(([key]) => key.startsWith(`${family} `));
  return Object.fromEntries(found.map(([key, values]) => [key.slice(family.length + 1), values]));
}

/** Set dials as a lesson wants them: those of panels on the page at once, others when they come. */
export function setDials(family, dials) {
  for (const [name, values] of Object.entries(dials)) {
    kept.set(`${family} ${name}`, { ...kept.get(`${family} ${name}`), ...values });
    for (const panel of shown) if (panel.key === `${family} ${name}`) panel.turn(values);
  }
}

export class Panel {
  /** `app`: the panels that it is one of. */
  constructor(app, described) {
    this.app = app;
    this.described = described;
    this.name = described.name;
    this.live = described.live; // whether it asks again while the model learns
    this.key = `${app.family} ${this.name}`;
    this.views = [];
    this.questions = new Questions(this);
    const { words, t, reducedMotion } = app;
    this.trajectory = new Trajectory({ words, t, reducedMotion, redraw: () => this.redraw() }); // of all scenes
    this.follow = new Follow(() => this.followed());
    this.queue = new PaintQueue(
      () => this.views,
      (now) => this.trajectory.advance(now),
    );
    const values = kept.get(this.key) ?? {};
    this.dials = described.dials.map((dial) => dialOf(dial, values[dial.name], app, () => this.turned()));
    this.build();
    shown.add(this);
    this.observer = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      app.seen();
      this.questions.consider();
    });
    this.observer.observe(this.element);
  }

  build() {
    const { title, help } = this.described;
    const { t } = this.app;
    this.reset = h(
      "button",
      { type: "button", class: "pg-text-button pg-dials-reset", hidden: true, onClick: () => this.restore() },
      t("dials_reset"),
    );
    this.moment = h("span", { class: "pg-small pg-panel-moment" });
    this.status = h("p", { class: "pg-panel-status", role: "status" }, t("panel_waits"));
    this.scenes = h("div", { class: "pg-scenes" });
    this.letGo = h(
      "button",
      { type: "button", class: "pg-text-button", hidden: true, onClick: () => this.follow.set(null) },
      t("follow_end"),
    );
    this.hint = h("span", {}, t("follow_help"));
    this.following = h("p", { class: "pg-following", hidden: true }, this.hint, this.letGo);
    this.announcer = h("span", { class: "pg-visually-hidden", "aria-live": "polite" });
    this.element = h(
      "section",
      { class: "pg-panel", "data-name": this.name, "aria-label": title },
      h("header", {}, h("h3", {}, title), this.moment, this.reset),
      help ? h("p", { class: "pg-panel-help" }, help) : null,
      h("div", { class: "pg-dials", role: "group", "aria-label": t("dials") }, ...this.dials.map((d) => d.element)),
      this.status,
      this.trajectory.element, // over the scenes, with the dials: under them it would be out of sight, or cover them
      this.scenes,
      this.following,
      this.announcer,
    );
    this.updateReset();
    showRelevant(this.dials);
  }

  get values() {
    return Object.fromEntries(this.dials.map((dial) => [dial.name, dial.value]));
  }

  /** A hand moved a dial. */
  turned() {
    this.byHand = true;
    this.since ??= performance.now();
    this.updateReset();
    showRelevant(this.dials);
    kept.set(this.key, this.values);
    this.questions.consider();
  }

  /** A click in a picture turns dials: `values` by their names. */
  turn(values) {
    for (const dial of this.dials) if (dial.name in values) dial.set(values[dial.name]);
    this.turned();
  }

  updateReset() {
    this.reset.hidden = !this.dials.some((dial) => dial.moved);
  }

  restore() {
    for (const dial of this.dials) dial.set(dial.start);
    this.turned();
    this.dials[0]?.focus();
  }

  receive(message) {
    const answered = message.is === "panel";
    this.element.classList.toggle("pg-refused", !answered);
    this.showStatus(answered ? "" : message.text);
    if (answered) this.show(message);
  }

  show({ scenes, step, run }) {
    const { words } = this.app;
    const done = this.app.stage?.series.steps.done(step) ?? step; // half a step counts as half
    write(this.moment, words.t(run === null ? "panel_recording" : "panel_step", { step: words.steps(done) }));
    while (this.views.length > scenes.length) this.views.pop().destroy();
    this.trajectory.set(scenes.find((scene) => scene.trajectory)?.trajectory);
    scenes.forEach((scene, i) => {
      if (!this.views[i]) this.scenes.append((this.views[i] = new SceneView(this)).element);
      this.views[i].show(scene, this.byHand ? HAND : undefined);
    });
    this.following.hidden = !this.views.some((view) => view.follows);
    this.announce(scenes.map((scene) => scene.words).join(" "));
    this.record(step);
    this.byHand = false;
    this.since = undefined;
  }

  /** Another point is followed now, or none. */
  followed() {
    const { index } = this.follow;
    const { words } = this.app;
    write(this.hint, words.t(index === null ? "follow_help" : "follow_now", { number: words.count((index ?? 0) + 1) }));
    if (index === null && this.letGo === document.activeElement) this.views[0]?.canvas.focus();
    this.letGo.hidden = index === null;
    this.byHand = true;
    this.announce(index === null ? "" : this.views.map((view) => view.positionOfFollowed()).join(" "));
    this.byHand = false;
    const { seen } = this.app.stage ?? {};
    if (seen) seen.follow = { ...seen.follow, [this.name]: index };
    this.redraw();
  }

  showStatus(text) {
    write(this.status, text);
    this.status.hidden = !text;
  }

  /** For screen readers: at once after a hand's move, else seldom. */
  announce(text) {
    const now = performance.now();
    if (!this.byHand && now - (this.announced ?? 0) < SELDOM) return;
    this.announced = now;
    write(this.announcer, text);
  }

  /** For browser tests: the number of answers, and how soon after a hand's move the scenes were drawn. */
  record(step) {
    const { seen } = this.app.stage ?? {};
    if (!seen) return;
    const before = seen.panels?.[this.name];
    const { latency } = this.questions;
    const now = { answers: (before?.answers ?? 0) + 1, step, values: this.values, latency };
    now.hand = before?.hand ?? null;
    seen.panels = { ...seen.panels, [this.name]: now };
    const { since } = this;
    if (since !== undefined) requestAnimationFrame(() => (now.hand = performance.now() - since)); // after the scenes
    attribute(this.element, "data-step", step);
  }

  redraw() {
    this.queue.addAll();
  }

  destroy() {
    shown.delete(this);
    this.queue.stop();
    this.observer.disconnect();
    for (const part of [...this.views, ...this.dials, this.trajectory.slider]) part.destroy();
  }
}
