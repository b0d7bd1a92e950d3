// Predict, then reveal: a question of a step. While it is open the model does not train; the right answer comes from
// the run that is looked at.

import { attribute, h, write } from "../core/dom.js";
import { ChoiceInput, NumberInput } from "./choice_input.js";
import { setHtml } from "./html.js";
import { PlaceInput } from "./place_input.js";
import { SketchInput } from "./sketch_input.js";

const INPUTS = { choice: ChoiceInput, number: NumberInput, place: PlaceInput, sketch: SketchInput };
const TYPED = { option: ({ index }) => index, number: ({ value }) => value };
let asked = 0;

export class Question {
  /** `app`: the strip. `described`: the question as the lesson has it; `why`: HTML to be shown with the right answer. */
  constructor(app, described, why) {
    this.app = app;
    this.described = described;
    this.answered = this.skipped = false;
    this.right = undefined;
    const { t } = app;
    this.input = new INPUTS[described.kind](app, described, () => this.update());
    this.give = h(
      "button",
      { type: "button", class: "pg-text-button pg-primary", onClick: () => this.answer() },
      t("answer"),
    );
    this.skip = h("button", { type: "button", class: "pg-text-button", onClick: () => this.leave() }, t("skip"));
    this.show = h("button", { type: "button", class: "pg-text-button", onClick: () => this.ask() }, t("reveal"));
    this.note = h("p", { class: "pg-question-note", role: "status" });
    this.why = h("div", { class: "pg-lesson-text", hidden: true });
    setHtml(this.why, why);
    this.element = h(
      "section",
      { class: "pg-question", "aria-label": t("question") },
      h("p", { class: "pg-question-text" }, described.text),
      this.input.element,
      h("div", { class: "pg-question-buttons" }, this.give, this.skip, this.show),
      this.note,
      this.why,
    );
    this.update();
  }

  /** Whether the model has to wait for it. */
  get open() {
    return !this.answered && !this.skipped && this.right === undefined && !this.app.room?.teacher;
  }

  answer() {
    const { value } = this.input;
    if (value === null) return;
    this.answered = true;
    this.app.room?.answer(value);
    this.app.answeredQuestion();
    this.update();
  }

  leave() {
    this.skipped = true;
    this.app.answeredQuestion();
    this.update();
  }

  /** What was answered before, as the room knows it. */
  restore(value) {
    if (value === undefined || this.answered) return;
    this.input.value = value;
    this.answered = true;
    this.update();
  }

  /** Ask what the right answer is: of the stage's run, where the author did not type it. */
  ask() {
    const { truth } = this.described;
    if (truth.kind in TYPED) this.reveal(TYPED[truth.kind](truth));
    else {
      this.id = ++asked;
      this.app.stage?.session.send({ do: "truth", id: this.id, question: this.described });
    }
  }

  /** News from the stage's socket. */
  receive(message) {
    if (message.is === "truth" && message.id === this.id) this.reveal(message.right);
    else if (message.is === "truth_refused") write(this.note, message.text);
  }

  reveal(right) {
    this.right = right;
    this.input.reveal(right);
    this.why.hidden = !this.why.textContent;
    this.update();
  }

  showVotes(votes) {
    this.input.showVotes(votes ?? null);
  }

  /** Whether the answer given is right; null: nobody can say. */
  get correct() {
    if (!this.answered || this.right === undefined || this.right === null) return null;
    return judge(this.described, this.right, this.input.value);
  }

  update() {
    const { t, room } = this.app;
    const shown = this.right !== undefined;
    this.input.lock(shown || (this.answered && !room));
    this.give.hidden = shown || (this.answered && !room);
    this.give.disabled = this.input.value === null;
    write(this.give, t(this.answered ? "answer_again" : "answer"));
    this.skip.hidden = shown || this.answered || this.skipped || Boolean(room);
    this.show.hidden = shown || this.open || Boolean(room) || !this.described.truth;
    const { correct } = this;
    attribute(this.element, "data-correct", correct ?? "");
    if (shown) write(this.note, t(correct === null ? "revealed" : correct ? "correct" : "not_correct"));
    else if (this.answered) write(this.note, t(room ? "answered_room" : "answered"));
    else write(this.note, t(room ? "predict_room" : "predict"));
  }

  destroy() {
    this.input.destroy?.();
  }
}

/** Whether an answer counts as right, as playground/classroom/truths.py has it. */
function judge({ kind, truth, low, high }, right, given) {
  if (kind === "choice") return right === given;
  if (kind === "place") return Math.hypot(right[0] - given[0], right[1] - given[1]) <= truth.within;
  if (kind === "number") {
    const near = truth.kind === "number" ? truth.within : truth.within * Math.max(Math.abs(right), 1e-9);
    return Math.abs(right - given) <= near;
  }
  const at = (values, share) => values[Math.round(share * (values.length - 1))];
  let sum = 0;
  const count = 64;
  for (let i = 0; i < count; i++) {
    const theirs = Math.max(low, Math.min(high, at(right, i / (count - 1))));
    sum += Math.abs(theirs - at(given, i / (count - 1)));
  }
  return sum / count / (high - low) <= 0.15;
}
