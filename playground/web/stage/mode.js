// What is on the stage: the recorded training that ships with the playground, or a run of the visitor's own.

import { attribute, h } from "../core/dom.js";

export class Mode {
  constructor(app) {
    this.app = app;
    const { t } = app;
    const choice = (name, help, command) =>
      h("button", { type: "button", title: t(help), onClick: () => this.choose(command) }, t(name));
    this.recorded = choice("recorded", "recorded_help", { do: "recorded" });
    this.own = choice("own_run", "own_run_help", { do: "own" });
    this.element = h(
      "div",
      { class: "pg-mode", role: "group", "aria-label": t("on_the_stage"), hidden: true },
      this.recorded,
      this.own,
    );
    this.train = h(
      "button",
      {
        type: "button",
        class: "pg-train",
        title: t("train_help"),
        onClick: () => this.choose({ do: "own", play: true }),
      },
      t("train"),
    );
  }

  choose(command) {
    const { player } = this.app;
    if (command.play && player.holds()) return;
    player.halt();
    if (command.play) player.askedAt = performance.now();
    this.app.session.send(command);
  }

  update() {
    const { session } = this.app;
    const { recording } = session;
    this.element.hidden = !session.status.recorded;
    this.train.hidden = !recording;
    this.train.disabled = !session.connected;
    attribute(this.recorded, "aria-pressed", recording);
    attribute(this.own, "aria-pressed", Boolean(session.watching) && !recording);
  }
}
