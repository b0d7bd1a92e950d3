// A student's part of a room, in the strip of the lesson: follows the teacher, says what is done here, shows what the
// teacher shows.

import { attribute, h, write } from "../core/dom.js";
import { stageOf } from "../core/event_bus.js";
import { Answers } from "./answers.js";
import { forgetToken, RoomConnection, tokenOf } from "./connection.js";
import { Presented } from "./presented.js";
import { TeacherPart } from "./teacher.js";

const SELDOM = 600; // ms between two reports of what is done here

export class RoomPart {
  /** `strip`: the lesson's; `room`: {code}. */
  constructor(strip, { code }) {
    this.strip = strip;
    this.code = code;
    this.view = {};
    this.reported = 0;
    const { t } = strip;
    this.line = h("p", { class: "pg-room-line pg-small", role: "status" });
    this.sees = h("p", { class: "pg-small" });
    this.who = h("details", { class: "pg-room-sees" }, h("summary", {}, t("who_sees")), this.sees);
    this.pause = h(
      "div",
      { class: "pg-room-pause", role: "alertdialog", "aria-label": t("paused"), hidden: true },
      h("p", {}, t("paused")),
    );
    this.presented = new Presented(strip);
    strip.extra.append(h("div", { class: "pg-room-head" }, this.line, this.who), this.presented.element);
    strip.root.append(this.pause);
    this.connection = new RoomConnection(strip.words.lang, {
      view: (view, changed) => this.show(view, changed),
      picture: (frame) => this.presented.bring(frame),
      told: (message) => this.told(message),
      lost: () => this.say(t("room_lost")),
    });
    this.answers = new Answers((at, answer) => this.connection.send({ do: "answer", at, answer }));
    const token = tokenOf(code);
    if (token) this.connection.begin({ do: "enter", code, token });
    else this.told({ is: "refused", about: "enter", text: t("room_unknown") });
  }

  /** Whether the teacher decides which step is shown. */
  get holds() {
    return Boolean(this.view.me) && this.view.pace === "teacher";
  }

  show(view, changed) {
    const { strip } = this;
    const first = !this.view.code;
    this.view = view;
    if (view.role === "teacher" || view.role === "coteacher") {
      this.teach(view, first);
      return;
    }
    if (("at" in changed || "pace" in changed || first) && this.holds && strip.step && view.at !== strip.at)
      strip.go(view.at, { soon: true });
    if ("paused" in changed) this.pause.hidden = !view.paused;
    if ("broadcast" in changed) this.broadcast(view.broadcast);
    if ("presented" in changed) this.presented.set(view.presented);
    this.tell();
    this.opened();
    strip.refresh();
  }

  /** The teacher's own stage: it follows the console, and the console follows it. */
  teach(view, first) {
    const { strip } = this;
    if (!this.teacher) {
      this.teacher = new TeacherPart(this);
      strip.extra.append(this.teacher.element);
      this.who.hidden = true;
    }
    if (strip.step && view.at !== strip.at && (first || !this.moving)) strip.go(view.at);
    this.moving = false;
    this.say(strip.t("room_teacher", { code: this.code, here: view.here }));
    this.teacher.update();
    this.opened();
    strip.refresh();
  }

  /** The strip went to another step. */
  went() {
    if (!this.teacher || this.view.at === this.strip.at) return;
    this.moving = true;
    this.teacher.moved();
  }

  /** Who one is here, and what others see. */
  tell() {
    const { t } = this.strip;
    const { me, here, anonymous } = this.view;
    if (!me) return;
    this.say(t("room_here", { name: me.name, code: this.code, here }));
    write(this.sees, t(anonymous ? "sees_anonymous" : "sees_named"));
  }

  say(text) {
    write(this.line, text);
  }

  /** A step was opened: what the class knows of its question. */
  opened() {
    const { question, at } = this.strip;
    if (!question || !this.view.code) return;
    const { me, votes, right } = this.view;
    if (me) question.restore(me.answers[at]);
    question.showVotes(votes[at]);
    if (at in right && question.right === undefined) question.reveal(right[at]);
  }

  answer(value) {
    this.answers.give(this.strip.at, value);
  }

  /** The teacher's run on this screen; the visitor's own comes back after it. */
  broadcast(run) {
    const { strip } = this;
    const stage = run ? stageOf(run.family) : strip.stage;
    if (run && stage) stage.session.watch(run.run);
    else if (run) strip.trigger("visit", run);
    else if (this.followed) stage?.session.watch(null);
    this.followed = run;
  }

  told(message) {
    const { t } = this.strip;
    const { is } = message;
    if (is === "kicked" || is === "closed" || is === "replaced") {
      if (is !== "replaced") forgetToken(this.code);
      this.view = {};
      this.answers.drop();
      this.pause.hidden = true;
      this.say(t(`room_${is}`));
      this.strip.refresh();
    } else if (is === "entered") this.answers.again();
    else if (is === "answered") this.answers.confirmed(message.at);
    else if (is === "refused") {
      if (message.about === "answer") this.answers.drop();
      this.say(message.text);
    }
  }

  /** Report what is done here, at most twice a second and only what is new. */
  tick() {
    const { strip } = this;
    const now = performance.now();
    this.teacher?.update();
    if (!this.view.me || now - this.reported < SELDOM) return;
    const { stage } = strip;
    const frame = stage?.frame;
    const main = frame ? Object.entries(frame.scores ?? {})[0] : null;
    const state = {
      do: "state",
      at: strip.at,
      page: strip.page,
      run: stage?.session.watching?.run ?? null,
      step: Math.floor(frame?.step ?? 0),
      score: main && main[1][0] !== null ? [main[0], main[1][0]] : null,
      playing: Boolean(stage?.player.playing),
      done: Boolean(strip.goal?.done),
    };
    const text = JSON.stringify(state);
    if (text === this.last || !this.connection.send(state)) return;
    this.last = text;
    this.reported = now;
    attribute(this.line, "data-step", state.step);
  }

  destroy() {
    this.presented.destroy();
    this.connection.close();
  }
}
