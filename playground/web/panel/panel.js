// One panel: its dials, what it asks of the model that is on the stage, and the scenes of the answer.

import { attribute, h, write } from "../core/dom.js";
import { dialOf } from "./dials.js";
import { Follow } from "./follow.js";
import { Sight } from "./scene_view.js";
import { wayOf } from "./way.js";

const LIVE = 1000; // ms between two questions that only training asks for, at least
const SHARE = 4; // ... and so many times what an answer takes, so that training is not held up
const STEPPED = 150; // ms between two that another moment asks for
const PATIENCE = 20000; // ms after which an answer is not waited for any more
const SELDOM = 5000; // ms between two announcements that nobody's hand caused
const HAND = 90; // ms of the way to a picture that a hand asked for
const kept = new Map(); // family and panel -> values, for as long as the tab lives: panels come and go with their tabs

export class Laboratory {
  constructor(room, panel) {
    this.room = room;
    this.panel = panel;
    this.number = 0;
    this.sights = [];
    this.stale = new Set(); // sights that the next frame draws
    this.key = `${room.family} ${panel.name}`;
    const values = kept.get(this.key) ?? {};
    this.dials = panel.dials.map((dial) => dialOf(dial, values[dial.name], room, () => this.turned()));
    this.build();
    this.observer = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      this.consider();
    });
    this.observer.observe(this.element);
  }

  build() {
    const { panel, room } = this;
    const t = room.words.t.bind(room.words);
    const title = h("h3", {}, panel.title);
    this.reset = h(
      "button",
      { type: "button", class: "pg-text-button pg-dials-reset", hidden: true, onClick: () => this.restore() },
      t("dials_reset"),
    );
    this.moment = h("span", { class: "pg-small pg-panel-moment" });
    this.status = h("p", { class: "pg-panel-status", role: "status" }, t("panel_waits"));
    this.scenes = h("div", { class: "pg-scenes" });
    this.way = wayOf(room, () => this.redraw());
    this.follow = new Follow(() => this.followed());
    this.letGo = h(
      "button",
      { type: "button", class: "pg-text-button", hidden: true, onClick: () => this.follow.set(null) },
      t("follow_end"),
    );
    this.hint = h("span", {}, t("follow_help"));
    this.following = h("p", { class: "pg-following", hidden: true }, this.hint, this.letGo);
    this.speaker = h("span", { class: "pg-visually-hidden", "aria-live": "polite" });
    this.element = h(
      "section",
      { class: "pg-panel", "data-name": panel.name, "aria-label": panel.title },
      h("header", {}, title, this.moment, this.reset),
      panel.help ? h("p", { class: "pg-panel-help" }, panel.help) : null,
      h("div", { class: "pg-dials", role: "group", "aria-label": t("dials") }, ...this.dials.map((d) => d.element)),
      this.status,
      this.scenes,
      this.way.element,
      this.following,
      this.speaker,
    );
    this.changed();
  }

  get values() {
    return Object.fromEntries(this.dials.map((dial) => [dial.name, dial.value]));
  }

  /** A hand moved a dial. */
  turned() {
    this.byHand = true;
    this.since ??= performance.now();
    this.changed();
    kept.set(this.key, this.values);
    this.consider();
  }

  changed() {
    this.reset.hidden = !this.dials.some((dial) => dial.moved);
  }

  restore() {
    for (const dial of this.dials) dial.set(dial.start);
    this.turned();
    this.dials[0]?.focus();
  }

  /** Ask, if there is something new to ask about and somebody looks. */
  consider() {
    const { stage } = this.room;
    const session = stage?.session;
    if (!session?.connected || !session.opened) {
      this.asked = null;
      this.waiting = false;
      return;
    }
    const now = performance.now();
    if (this.waiting && now - this.asked.at > PATIENCE) {
      this.asked = null;
      this.waiting = false;
    }
    if (this.waiting || !this.visible || document.hidden) return;
    const question = { values: this.values, run: session.opened.run ?? null, recording: session.recording };
    const about = JSON.stringify(question);
    const step = session.recording ? null : (stage.frame?.step ?? null);
    if (about !== this.asked?.about || this.due(now, step, session)) this.ask(now, about, step, question.values);
  }

  /** Whether the same question is to be asked again, since the model is another by now. */
  due(now, step, session) {
    if (step === null || step === this.asked.step || step === this.asked.answered) return false;
    const learning = session.playing && !session.past;
    if (learning && !this.panel.live) return false;
    return now - this.asked.at >= (learning ? Math.max(LIVE, SHARE * this.latency) : STEPPED);
  }

  ask(now, about, step, values) {
    this.number += 1;
    this.asked = { at: now, about, step, answered: null };
    this.waiting = this.room.stage.session.send({ do: "panel", id: this.number, name: this.panel.name, values });
    if (!this.waiting) this.asked = null;
    this.element.classList.toggle("pg-asking", this.waiting);
  }

  hear(message) {
    if (!this.waiting || message.id !== this.number) return;
    this.waiting = false;
    this.element.classList.remove("pg-asking");
    this.latency = performance.now() - this.asked.at;
    this.asked.answered = message.step ?? this.asked.step;
    this.element.classList.toggle("pg-refused", message.is !== "panel");
    if (message.is === "panel") this.show(message);
    else this.say(message.text);
    this.consider();
  }

  show({ scenes, step, run }) {
    const { words } = this.room;
    this.say("");
    const key = run === null ? "panel_recording" : "panel_step";
    write(this.moment, words.t(key, { step: words.count(step) }));
    while (this.sights.length > scenes.length) this.sights.pop().destroy();
    const leading = scenes.find((scene) => scene.trajectory) ?? null;
    this.way.app.frame = leading;
    this.way.set(leading?.trajectory);
    scenes.forEach((scene, i) => {
      if (!this.sights[i]) this.scenes.append((this.sights[i] = new Sight(this)).element);
      this.sights[i].show(scene, this.byHand ? HAND : undefined);
    });
    this.following.hidden = !this.sights.some((sight) => sight.follows);
    this.speak(scenes.map((scene) => scene.words).join(" "));
    this.note(step);
    this.byHand = false;
    this.since = undefined;
  }

  /** Another point is followed now, or none. */
  followed() {
    const { index } = this.follow;
    const { words } = this.room;
    write(this.hint, words.t(index === null ? "follow_help" : "follow_now", { number: words.count((index ?? 0) + 1) }));
    if (index === null && this.letGo === document.activeElement) this.sights[0]?.canvas.focus();
    this.letGo.hidden = index === null;
    this.byHand = true;
    this.speak(index === null ? "" : this.sights.map((sight) => sight.tell()).join(" "));
    this.byHand = false;
    const { seen } = this.room.stage ?? {};
    if (seen) seen.follow = { ...seen.follow, [this.panel.name]: index };
    this.redraw();
  }

  say(text) {
    write(this.status, text);
    this.status.hidden = !text;
  }

  speak(text) {
    const now = performance.now();
    if (!this.byHand && now - (this.spoke ?? 0) < SELDOM) return;
    this.spoke = now;
    write(this.speaker, text);
  }

  /** For browser tests: how often, how soon after a hand's movement the picture was drawn. */
  note(step) {
    const { seen } = this.room.stage ?? {};
    if (!seen) return;
    const before = seen.panels?.[this.panel.name];
    const now = { answers: (before?.answers ?? 0) + 1, step, values: this.values, latency: this.latency };
    now.hand = before?.hand ?? null;
    seen.panels = { ...seen.panels, [this.panel.name]: now };
    const { since } = this;
    if (since !== undefined) requestAnimationFrame(() => (now.hand = performance.now() - since)); // after the scenes
    attribute(this.element, "data-step", step);
  }

  redraw() {
    for (const sight of this.sights) this.repaint(sight);
  }

  /** Draw this picture with the next frame. */
  repaint(sight) {
    this.stale.add(sight);
    this.request ??= requestAnimationFrame(() => this.paint());
  }

  /** All pictures that are to be drawn anew, at one and the same moment. */
  paint() {
    const now = performance.now();
    const { stale } = this;
    this.request = null;
    this.stale = new Set();
    const going = this.way.advance(now);
    for (const sight of stale) sight.draw(now);
    if (going) this.redraw();
  }

  destroy() {
    cancelAnimationFrame(this.request);
    this.observer.disconnect();
    for (const part of [...this.sights, ...this.dials, this.way]) part.destroy();
  }
}
