// A teacher's part of a room in the strip of the lesson: the steps move everyone, and the run on the stage can be shown
// to all.

import { attribute, h, write } from "../core/dom.js";

export class TeacherPart {
  /** `part`: the strip's part of the room. */
  constructor(part) {
    this.part = part;
    const { t } = part.strip;
    const button = (name, onClick) => h("button", { type: "button", class: "pg-text-button", onClick }, t(name));
    this.cast = button("broadcast", () => this.broadcast());
    this.votes = button("votes", () =>
      part.connection.send({ do: "votes", at: this.at, on: !part.view.votes[this.at] }),
    );
    this.reveal = button("reveal_all", () => this.show());
    this.element = h("div", { class: "pg-console-group pg-teacher" }, this.cast, this.votes, this.reveal);
  }

  get at() {
    return this.part.strip.at;
  }

  get run() {
    return this.part.strip.stage?.session.watching?.run ?? null;
  }

  /** The lesson was moved on here: everyone follows. */
  moved() {
    const { view, connection } = this.part;
    if (view.pace === "teacher" && view.at !== this.at) connection.send({ do: "move", at: this.at });
  }

  broadcast() {
    const { view, connection } = this.part;
    connection.send({ do: "broadcast", run: view.broadcast ? null : this.run });
  }

  /** Show everyone the right answer: that of the run on this stage, or of the recording. */
  show() {
    const recording = this.part.strip.stage?.session.watching?.recording ?? null;
    this.part.connection.send({ do: "reveal", at: this.at, run: this.run, recording });
  }

  update() {
    const { view, strip } = this.part;
    const { t, question } = strip;
    write(this.cast, t(view.broadcast ? "broadcast_end" : "broadcast"));
    attribute(this.cast, "aria-pressed", Boolean(view.broadcast));
    this.cast.disabled = !this.run && !view.broadcast;
    this.votes.hidden = this.reveal.hidden = !question;
    write(this.votes, t(view.votes[this.at] ? "votes_hide" : "votes"));
    this.reveal.disabled = this.at in view.right;
  }
}
