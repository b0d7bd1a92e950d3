// A pinned run beside the one on show: a smaller picture over a session of its own, on the same timeline.

import { attribute, h, icon, iconButton, write } from "../core/dom.js";
import { Series } from "../core/series.js";
import { Session } from "../core/session.js";
import { Picture } from "../draw/picture.js";
import { TrajectoryCuts } from "../draw/trajectory_cuts.js";
import { Tween } from "../draw/tween.js";

const BETWEEN = 120; // ms between two commands while the run on show moves on
const AHEAD = 60; // steps by which the pinned run may be ahead before it waits

/** Watches one run, and asks for no other when that one is gone; the page keeps its settings. */
class PinnedSession extends Session {
  receiveMessage(message) {
    if (message.is === "status") Object.assign(this.status, message);
    else if (message.is === "watching") this.watching = message;
    if (message.is !== "status") this.on[message.is]?.(message);
    this.on.changed();
  }
}

export class Pin {
  constructor(app) {
    this.app = app;
    this.run = null;
    this.series = new Series();
    const { t } = app;
    this.picture = new Picture(
      Object.create(app, {
        frame: { get: () => this.frame }, // the pinned run's; everything else is the stage's
        redraw: { value: () => app.redraw() },
        focus: { value: (node) => app.focus(node) },
      }),
    );
    this.both = h(
      "button",
      { type: "button", class: "pg-text-button pg-action", title: t("both_help"), onClick: () => this.playBoth() },
      icon("play"),
      h("span", {}, t("play_both")),
    );
    this.moment = h("span", { class: "pg-small pg-moment" });
    this.differs = h("p", { class: "pg-small pg-pin-differences" });
    this.element = h(
      "section",
      { class: "pg-pin", "aria-label": t("pinned_stage"), hidden: true },
      this.picture.element,
      h(
        "div",
        { class: "pg-pin-about" },
        h(
          "header",
          {},
          h("h3", {}, `B \u00b7 ${t("pinned")}`),
          this.moment,
          this.both,
          iconButton("close", t("unpin"), () => this.set(null), "pg-quiet"),
        ),
        this.differs,
      ),
    );
    this.picture.element.append(nameOf("B"));
    app.picture.element.append(nameOf("A"));
  }

  get head() {
    return this.run && this.session?.watching ? this.session.status.head : 0;
  }

  /** Pin that run (null: none), for as long as the tab lives. */
  set(run) {
    this.session?.close();
    Object.assign(this, { session: null, frame: null, run });
    this.together = false; // whether both are playing
    this.exactly = null; // the step that was asked for by its number
    this.tween = new Tween();
    this.cuts = new TrajectoryCuts();
    this.series.clear();
    remember(this.app.family, run, this.app.history?.linked ?? null);
    this.element.hidden = !run;
    this.app.main.classList.toggle("pg-beside-pin", Boolean(run));
    this.app.root.classList.toggle("pg-has-pin", Boolean(run));
    if (run) this.listen(run);
    this.app.series.revision += 1; // the charts are drawn again
    this.app.history.forks.build();
    this.app.changed();
  }

  listen(run) {
    const { app } = this;
    this.session = new PinnedSession({
      watching: () => this.follow(true),
      curves: ({ points, reset }) => {
        if (reset) this.series.clear();
        this.add(points);
      },
      refused: ({ about, text }) => {
        app.notices.toast(text, "warning");
        if (about === "watch") this.set(null);
      },
      frame: (frame) => this.receive(frame),
      lost: () => {},
      changed: () => app.changed(),
    });
    const { family, config } = app.session.page;
    this.session.setPage({ family, config, run, lang: app.words.lang, autoplay: false });
  }

  add(points) {
    this.series.add(points);
    if (points.length) this.app.series.revision += 1;
  }

  receive(frame) {
    const first = !this.frame;
    this.frame = frame;
    this.tween.push(frame, performance.now(), { instant: first || this.app.reducedMotion.matches || this.app.hidden });
    this.add(frame.points ?? []);
    this.picture.describe(frame.words);
    this.app.changed();
    return !this.app.hidden;
  }

  /** The run on show is at another step: show the pinned one as near to it as possible. */
  follow(now = false) {
    const { frame, session: shown } = this.app;
    clearTimeout(this.later);
    if (!this.session?.watching || !frame) return;
    const rest = BETWEEN - (performance.now() - (this.asked ?? -BETWEEN));
    if (!now && rest > 0) {
      this.later = setTimeout(() => this.follow(), rest); // the last move of the run on show counts, too
      return;
    }
    const { step } = frame;
    if (!now && step === this.exactly) return; // on show already, while kept moments may be far from it
    if (this.together && shown.playing && step >= this.head) {
      if (!this.session.status.playing) this.send({ do: "head" }, { do: "play" });
    } else if (!this.session.status.playing || (this.frame?.step ?? 0) > step + AHEAD)
      this.send({ do: "seek", step, exact: step === this.exactly });
  }

  send(...commands) {
    this.asked = performance.now();
    for (const command of commands) this.session.send(command);
  }

  /** What the timeline asks of the run on show, it asks of the pinned one too. */
  forward(command) {
    if (!this.session?.watching) return;
    this.exactly = command.exact ? command.step : null;
    this.send(command);
  }

  get playing() {
    return this.together && this.app.player.playing;
  }

  playBoth() {
    const { player } = this.app;
    if (this.playing) player.pause();
    else {
      this.together = true;
      if (player.chosen) this.send({ do: "speed", steps_per_second: player.chosen });
      if (!player.playing) player.play();
      this.follow(true);
    }
    this.app.changed();
  }

  update() {
    const { app } = this;
    if (!this.run) return;
    if (this.together && !app.session.playing && app.session.status.playing === false && !app.player.playing) {
      this.together = false;
      this.send({ do: "pause" });
    }
    const { words } = app;
    const { steps } = this.series;
    if (steps.set(this.session.status.halves)) app.series.revision += 1;
    const [step, head] = [this.frame?.step ?? 0, this.head].map((number) => words.steps(steps.done(number)));
    write(this.moment, app.t("moment", { step, head }));
    write(this.differs, app.history.compare());
    this.picture.wait(this.frame ? null : app.t("waiting"), true);
    this.both.hidden = !this.session?.mine || !app.session.mine || app.session.recording || !app.session.watching;
    const state = this.playing ? "pause_both" : "play_both";
    if (this.state !== state) {
      this.state = state;
      this.both.replaceChildren(icon(this.playing ? "pause" : "play"), h("span", {}, app.t(state)));
      attribute(this.both, "aria-label", app.t(state));
    }
    if (this.picture.focus !== app.picture.focus) this.picture.focus = app.picture.focus;
  }

  /** Draw the pinned run; whether there is more to come. */
  draw(now) {
    if (!this.frame) return false;
    this.picture.draw(this.app.trajectory.cut(this.tween.at(now), this.frame, this.cuts));
    this.session.acknowledge();
    return this.tween.moving(now);
  }

  destroy() {
    clearTimeout(this.later);
    this.session?.close();
    this.picture.destroy();
  }
}

/** The name of one of two pictures, in its corner. */
const nameOf = (letter) => h("b", { class: "pg-pin-name", "aria-hidden": "true" }, letter);

const storageKey = (family) => `playground.pin.${family}`;

function remember(family, run, linked) {
  try {
    sessionStorage.setItem(storageKey(family), JSON.stringify({ run, linked }));
  } catch {
    // no storage: it stays pinned as long as the page is open
  }
}

/** The run pinned last in this tab; but a link that was followed since then decides, once. */
export function pinnedBefore(family, linked) {
  try {
    const last = JSON.parse(sessionStorage.getItem(storageKey(family)));
    return last && last.linked === linked ? last.run : linked;
  } catch {
    // no storage, or another format
    return linked;
  }
}
