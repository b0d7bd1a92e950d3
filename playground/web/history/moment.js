// Beside the timeline: go to a step by its number, play on or fork from the moment shown, pin the run.

import { attribute, h, icon } from "../core/dom.js";

export class Moment {
  constructor(app) {
    this.app = app;
    const { t } = app;
    this.step = h("input", {
      type: "number",
      class: "pg-number",
      min: 0,
      step: 1,
      inputmode: "numeric",
      "aria-label": t("go_to"),
      onChange: () => this.go(),
      onKeydown: (event) => this.press(event),
    });
    this.playOn = this.button("play", "play_on", () => app.player.play());
    this.fork = this.button("fork", "fork_here", () => this.forkHere());
    this.pin = this.button("pin", "pin", () => this.togglePin());
    this.past = h(
      "span",
      { class: "pg-moment-actions", role: "group", "aria-label": t("past_actions") },
      this.playOn,
      this.fork,
    );
    this.element = h("div", { class: "pg-moment-bar" }, this.past, this.pin);
  }

  button(shape, name, onClick) {
    const { t } = this.app;
    return h(
      "button",
      { type: "button", class: "pg-text-button pg-action", title: t(`${name}_help`), onClick },
      icon(shape),
      h("span", {}, t(name)),
    );
  }

  /** Show exactly the step that was typed. */
  go() {
    const typed = Number(this.step.value);
    if (this.step.value === "" || !Number.isFinite(typed)) return;
    const { steps } = this.app.series;
    const wanted = steps.number(Math.round(2 * typed) / 2);
    const { head } = this.app.timeline;
    if (wanted >= head) this.app.timeline.toHead();
    else this.app.timeline.seek(Math.max(0, wanted), true);
  }

  /** Keys pressed here are not commands to the stage. */
  press(event) {
    event.stopPropagation();
    if (event.key === "Enter") this.go();
    if (event.key === "Escape") this.app.root.focus();
  }

  /** A new run from the moment shown. */
  forkHere() {
    const { session, frame } = this.app;
    if (!frame || session.recording || !session.watching) return;
    this.app.player.halt();
    session.send({ do: "fork", step: frame.step });
  }

  togglePin() {
    const { session, history } = this.app;
    const run = session.watching?.run;
    if (run) history.pin.set(history.pin.run === run ? null : run);
  }

  update() {
    const { app } = this;
    const { session, frame } = app;
    const { steps } = app.series;
    if (document.activeElement !== this.step) this.step.value = String(steps.done(frame?.step ?? 0));
    attribute(this.step, "max", steps.done(app.timeline.head));
    attribute(this.step, "step", steps.halves.length ? 0.5 : 1);
    this.past.hidden = !session.past || !session.watching;
    this.playOn.hidden = !session.mine;
    this.pin.hidden = !session.watching?.run;
    attribute(this.pin, "aria-pressed", app.history.pin.run !== null && app.history.pin.run === session.watching?.run);
  }
}
