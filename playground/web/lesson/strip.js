// A lesson on top of the page: one step at a time, its text, its goal, its question, and the way on. Between two steps
// of the same page nothing is loaded: the stage gets the step's settings over its own socket, and Streamlit hears of it.

import { attribute, h, iconButton, write } from "../core/dom.js";
import { stageOf, subscribe } from "../core/event_bus.js";
import { updateTheme } from "../core/palette.js";
import { Words } from "../core/words.js";
import { setDials } from "../panel/panel.js";
import { Goal, same } from "./goals.js";
import { setHtml } from "./html.js";
import { Question } from "./question.js";

const TICK = 500; // ms
const TRAINING = ["play", "step", "score"]; // goals that are reached by training, or by a recorded one
const PATIENCE = 20000; // ms: until what the stage shows is taken for the step's, whatever it says
const SOON = [500, 5000]; // ms: a class does not make the server run thirty scripts at once

export class Strip {
  constructor(parent, data) {
    this.words = new Words(data.strings, data.lang);
    this.t = this.words.t.bind(this.words);
    this.lesson = data.lesson;
    this.name = data.name;
    this.build();
    parent.append(this.root);
    this.clock = setInterval(() => this.tick(), TICK);
    this.flush = (event) => {
      if (this.waiting && !this.root.contains(event.target)) this.tell();
    };
    document.addEventListener("pointerdown", this.flush, true); // who is about to turn a dial needs it in force
    updateTheme(this);
  }

  build() {
    const { t } = this;
    this.title = h("span", { class: "pg-lesson-name" }, this.lesson.title);
    this.dots = this.lesson.steps.map((step, i) =>
      h("button", { type: "button", class: "pg-lesson-dot", title: step.title, onClick: () => this.go(i) }),
    );
    this.count = h("span", { class: "pg-small pg-lesson-count" });
    this.leave = iconButton("close", t("leave"), () => this.trigger("leave", true), "pg-quiet");
    this.fold = h("button", { type: "button", class: "pg-text-button", onClick: () => this.toggle() });
    this.nav = h("div", { class: "pg-lesson-dots" }, ...this.dots);
    this.heading = h("h2", { class: "pg-lesson-heading" });
    this.text = h("div", { class: "pg-lesson-text" });
    this.task = h("p", { class: "pg-lesson-goal", role: "status" });
    this.needs = h("p", { class: "pg-lesson-needs" }); // where only the app can go on
    this.ask = h("div", { class: "pg-lesson-question" });
    this.elsewhere = h("p", { class: "pg-lesson-elsewhere", hidden: true }, t("elsewhere"));
    this.back = h(
      "button",
      { type: "button", class: "pg-text-button", onClick: () => this.go(this.at - 1) },
      t("back"),
    );
    this.next = h("button", { type: "button", class: "pg-text-button", onClick: () => this.go(this.at + 1) });
    this.return = h(
      "button",
      { type: "button", class: "pg-text-button pg-primary", onClick: () => this.go(this.at) },
      t("return"),
    );
    this.extra = h("div", { class: "pg-lesson-extra" }); // a room puts its part here
    this.foot = h("div", { class: "pg-lesson-foot" }, this.back, this.next, this.return);
    this.bar = h(
      "header",
      { class: "pg-lesson-bar" },
      this.title,
      this.nav,
      this.count,
      this.foot,
      this.fold,
      this.leave,
    );
    this.body = h(
      "div",
      { class: "pg-lesson-body" },
      h("div", { class: "pg-lesson-words" }, this.heading, this.text, this.elsewhere, this.task, this.needs),
      this.ask,
    );
    this.root = h("section", { class: "pg pg-lesson", "aria-label": t("lesson") }, this.bar, this.extra, this.body);
    window.__lesson = this.seen = { at: -1, done: false }; // for browser tests
  }

  /** New data from Python: another place, or the same. */
  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.page = data.page;
    const stale = data.moves < this.moves; // of a script that ran before the last move
    if (!this.waiting && !stale && (data.at !== this.at || data.moves !== this.moves)) this.open(data.at);
    if (!stale) this.moves = data.moves;
    this.refresh();
  }

  get step() {
    return this.lesson.steps[this.at];
  }

  get here() {
    return this.step.page === this.page;
  }

  get stage() {
    return this.step && this.here ? stageOf(this.step.page) : null;
  }

  /** To step `at`: by the visitor, or by the teacher of a room. */
  go(at, { soon = false } = {}) {
    if (at < 0 || at >= this.lesson.steps.length || (this.room?.holds && !soon)) return;
    if (this.stage?.player.playing) this.stage.player.pause(); // a run that goes on would make the next one train too
    this.open(at);
    this.room?.went();
    const { stage, step } = this;
    if (stage) stage.takeStep(step);
    clearTimeout(this.waiting);
    this.waiting = null;
    if (soon && stage) this.waiting = setTimeout(() => this.tell(), SOON[0] + Math.random() * (SOON[1] - SOON[0]));
    else this.tell();
    this.refresh();
  }

  /** Let Streamlit know where the lesson is: sidebar, tabs and address follow. */
  tell() {
    clearTimeout(this.waiting);
    this.waiting = null;
    if (this.moves !== undefined) this.moves += 1; // as Python will say: it is no other place, and an answer is kept
    this.trigger("at", this.at);
  }

  /** Show a step's words. */
  open(at) {
    this.close();
    this.at = at;
    const { step } = this;
    this.ready = this.resets = false;
    this.opened = performance.now();
    write(this.heading, step.title);
    setHtml(this.text, step.html);
    this.needs.replaceChildren(...needed(step.needs));
    this.goal = new Goal(step.goal, () => this.refresh());
    this.question = step.question ? new Question(this, step.question, step.why) : null;
    this.ask.replaceChildren(...(this.question ? [this.question.element] : []));
    setDials(step.page, step.dials);
    this.unsubscribe = subscribe(step.page, (message) => this.receive(message));
    this.root.classList.toggle("pg-has-question", Boolean(this.question));
    this.room?.opened();
    this.tick();
  }

  close() {
    this.release();
    this.unsubscribe?.();
    this.goal?.destroy();
    this.question?.destroy();
  }

  receive(message) {
    if (message) this.question?.receive(message);
    else this.tick();
  }

  /** The stage may have changed. */
  tick() {
    const { stage } = this;
    if (updateTheme(this) || stage?.frame !== this.drawn) this.question?.input.draw?.();
    this.drawn = stage?.frame;
    if (!this.step) return;
    if (stage) {
      this.hold(stage, Boolean(this.question?.open));
      if (!this.ready) this.prepare(stage);
      else {
        this.resets &&= this.goal.holds(stage) && !this.playsSince(stage);
        if (!this.resets) this.goal.judge(stage);
      }
    }
    this.room?.tick();
    this.refresh();
  }

  /** Where training is to be seen or something to be predicted, the stage waits, at the beginning of what it shows;
   * unless the visitor has told it to play since, and a busy server has not begun yet. */
  prepare(stage) {
    if (!this.arrived(stage)) return;
    this.ready = true;
    this.prepared = performance.now();
    const trains = TRAINING.includes(this.goal.described.kind);
    if ((!trains && !this.question) || stage.player.askedAt > this.opened) return;
    const seeks = trains && stage.session.recording && this.step.link.step === null;
    this.resets = seeks || this.goal.described.kind === "play"; // what it shows until then has not been done here
    if (stage.player.playing) stage.player.pause();
    if (seeks) stage.timeline.seek(0);
  }

  /** Whether the visitor has told it to play since: before the first look, perhaps. */
  playsSince(stage) {
    return this.goal.described.kind === "play" && stage.player.askedAt > this.prepared;
  }

  /** Whether the stage shows what the step says, and no longer what was there before. */
  arrived({ frame, session: { watching, inForce } }) {
    if (!frame || !watching) return false;
    if (performance.now() - this.opened > PATIENCE) return true;
    const there = Object.entries(this.step.config).every(([name, value]) => same(inForce[name], value));
    return there && (frame.run ?? null) === (watching.run ?? null);
  }

  release() {
    const stage = this.step ? stageOf(this.step.page) : null;
    if (stage) this.hold(stage, false);
  }

  /** While something is to be predicted the stage does not play, and does not show the curves that give it away. */
  hold(stage, on) {
    stage.player.waits = on ? this.t("answer_first") : null;
    stage.root.classList.toggle("pg-predicting", on);
  }

  answeredQuestion() {
    this.tick();
  }

  refresh() {
    const { t, step, at, lesson, goal, room } = this;
    if (!step) return;
    const last = at === lesson.steps.length - 1;
    this.dots.forEach((dot, i) => {
      attribute(
        dot,
        "aria-label",
        t("step_of", { step: i + 1, count: lesson.steps.length, title: lesson.steps[i].title }),
      );
      attribute(dot, "aria-current", i === at ? "step" : "false");
      dot.disabled = Boolean(room?.holds);
      dot.classList.toggle("pg-is-past", i < at);
    });
    write(this.count, `${at + 1} / ${lesson.steps.length}`);
    this.elsewhere.hidden = this.return.hidden = this.here;
    this.task.hidden = !step.goal.sentence || !this.here;
    write(this.task, goal.sentence(this.stage));
    attribute(this.task, "data-done", goal.done);
    this.back.hidden = this.next.hidden = !this.here || Boolean(room?.holds);
    this.back.disabled = at === 0;
    this.next.disabled = last;
    write(this.next, t(last ? "finished" : "next"));
    this.next.classList.toggle("pg-primary", goal.done && !this.question?.open && !last);
    write(this.fold, t(this.folded ? "unfold" : "fold"));
    attribute(this.fold, "aria-expanded", !this.folded);
    this.body.hidden = Boolean(this.folded);
    Object.assign(this.seen, {
      at,
      ready: this.ready || !this.stage,
      done: goal.done,
      here: this.here,
      open: Boolean(this.question?.open),
    });
  }

  toggle() {
    this.folded = !this.folded;
    this.refresh();
  }

  destroy() {
    clearInterval(this.clock);
    clearTimeout(this.waiting);
    document.removeEventListener("pointerdown", this.flush, true);
    this.close();
    this.room?.destroy();
    this.root.remove();
  }
}

/** What a step needs that is not on this page: {text, href, link}; without an address the text alone. */
const needed = ({ text = "", href, link } = {}) => [text, ...(href ? [" ", h("a", { href }, link)] : [])];
