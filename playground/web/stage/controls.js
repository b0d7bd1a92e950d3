// The bar: distributions, reset, play, step, half steps, speed, the number of steps.

import { DataPicker } from "../core/data_picker.js";
import { attribute, h, icon, iconButton, write } from "../core/dom.js";
import { Cost } from "./cost.js";
import { ExportMenu } from "./export_menu.js";
import { ShareLink } from "./share_link.js";
import { SPEEDS } from "./speeds.js";

const SEEDS = 10_000;

export class Controls {
  constructor(app) {
    this.app = app;
    const { t, player } = app;
    this.data = new DataPicker(app, (value) => app.pick(value), app.session.source.pictures);
    this.reset = iconButton("reset", t("reset"), () => player.reset());
    this.die = iconButton("die", t("new_seed"), () => this.drawSeed());
    this.play = iconButton("play", t("play"), () => player.toggle(), "pg-play");
    this.step = iconButton("step", t("step"), () => player.step(null));
    this.halves = h("div", { class: "pg-halves", role: "group", "aria-label": t("half_steps") });
    this.transport = h(
      "div",
      { class: "pg-transport", role: "group", "aria-label": t("transport") },
      this.reset,
      this.die,
      this.play,
      this.step,
      this.halves,
    );
    this.slider = h("input", {
      type: "range",
      class: "pg-range",
      min: 0,
      max: SPEEDS.length - 1,
      step: 1,
      "aria-label": t("speed"),
      title: t("speed"),
      onInput: () => player.setSpeed(Number(this.slider.value)),
    });
    this.speedValue = h("output", { class: "pg-speed-value" });
    this.speed = h(
      "div",
      { class: "pg-speed" },
      h("div", { class: "pg-small" }, h("span", {}, t("speed")), this.speedValue),
      this.slider,
    );
    this.count = h("output", { class: "pg-count", "aria-label": t("steps") }, "0");
    this.rate = h("span", { class: "pg-small" });
    this.cost = new Cost(app);
    this.counter = h("div", { class: "pg-counter" }, this.count, this.rate, this.cost.element);
    this.keys = iconButton("keys", t("keys"), () => app.keys.show(), "pg-quiet");
    this.menu = new ExportMenu(app);
    this.link = new ShareLink(app);
    this.tools = h(
      "div",
      { class: "pg-tools" },
      this.menu.button,
      this.link.button,
      app.presentation.button,
      this.keys,
    );
    this.element = h(
      "div",
      { class: "pg-bar" },
      this.data.element,
      this.transport,
      this.speed,
      this.counter,
      this.tools,
    );
  }

  /** The parts of a step that can be done alone. */
  setParts(parts) {
    this.halves.replaceChildren(
      ...parts.map(({ name, title }) =>
        h(
          "button",
          {
            type: "button",
            class: "pg-button pg-half",
            title: this.app.t("half_step", { part: title }),
            onClick: () => this.app.player.step(name),
          },
          title,
        ),
      ),
    );
    this.halves.hidden = !parts.length;
  }

  /** Another seed, and with it another run: it plays on if this one plays. */
  drawSeed() {
    const { session, player } = this.app;
    session.eager = player.strolling || session.playing;
    this.app.propose({ seed: Math.floor(Math.random() * SEEDS) });
  }

  update() {
    const { app } = this;
    const { player, session } = app;
    const { status } = session;
    const label = app.t(player.playing ? "pause" : session.recording ? "play_recorded" : "play");
    if (this.play.dataset.state !== String(player.playing)) {
      this.play.dataset.state = String(player.playing);
      this.play.replaceChildren(icon(player.playing ? "pause" : "play"));
    }
    attribute(this.play, "aria-label", label);
    attribute(this.play, "title", label);
    const commanded = session.connected && session.mine;
    for (const button of [this.play, this.step, ...this.halves.children]) button.disabled = !commanded;
    const seed = app.t("new_seed_now", { seed: session.page?.config.seed ?? 0 });
    for (const name of ["title", "aria-label"]) attribute(this.die, name, seed);
    this.die.disabled = !session.connected;
    this.reset.disabled = !session.connected; // on another visitor's run it begins one of one's own
    if (Number(this.slider.value) !== player.index) this.slider.value = player.index;
    const speed = this.speedLabel(player.index);
    write(this.speedValue, speed);
    attribute(this.slider, "aria-valuetext", speed);
    this.slider.style.setProperty("--share", player.index / (SPEEDS.length - 1));
    this.cost.update(status);
    write(
      this.rate,
      session.playing && status.rate ? app.t("rate", { rate: app.words.count(status.rate) }) : app.t("steps"),
    );
  }

  speedLabel(index) {
    if (index === 0) return this.app.t("slow_motion");
    return SPEEDS[index] === null
      ? this.app.t("fastest")
      : this.app.t("rate", { rate: this.app.words.count(SPEEDS[index]) });
  }

  showStep(step) {
    write(this.count, this.app.words.steps(this.app.series.steps.done(step)));
  }
}
