// Recorded trainings in the place of a server: answers the stage's commands with the messages that the server would
// send (live/view.py, live/replay.py, live/viewer.py), as far as they need no living model.

import { same } from "../core/session.js";

const WHOLE = 8000; // ms from the first frame of a recording to its last
const FIRST = 3; // frames with which the time begins
const UNDRAWN = 2; // frames under way at most
const RETRY = 40; // ms after which a stage that was not ready is looked at again

/** A source of a stage (core/session.js). `recordings`: [{name, family, config}]; `load(name)`: a promise of one of
 * them (files.js); `texts`: {needs_model, missing}, what is said where only the app can go on. */
export const recordedSource = (recordings, load, texts) => ({
  trains: false,
  pictures: async () => ({}),
  connect: (lang, on) => new RecordedConnection(recordings, load, texts, on),
});

class RecordedConnection {
  constructor(recordings, load, texts, on) {
    Object.assign(this, { recordings, load, texts, on });
    this.open = this.playing = this.newest = false;
    this.sent = this.drawn = 0; // numbers of the last frame sent, and of the last one drawn
  }

  connect() {
    this.open = true;
    queueMicrotask(() => this.on.open());
  }

  /** Whether the command can be carried out. As from a server, no answer comes before this returns. */
  send(command) {
    const act = COMMANDS[command.do];
    queueMicrotask(() => {
      if (!this.open) return;
      if (act) act(this, command);
      else this.on.message({ is: "note", text: this.texts.needs_model, level: "info" });
    });
    return Boolean(act);
  }

  /** Look at the recording with these settings. */
  async look(family, config) {
    const known = this.recordings.find((one) => one.family === family && same(one.config, config));
    if (!known) return; // the lesson's page takes the stage away, and says why
    this.asked = known.name;
    let told = null;
    try {
      told = await this.load(known.name);
    } catch {
      this.on.message({ is: "note", text: this.texts.missing, level: "warning" });
      return;
    }
    if (this.asked !== known.name || !this.open) return; // another one is wanted by now
    this.told = told;
    this.on.message({ is: "watching", ...told.watching, family, config, run: null, mine: true, recording: known.name });
    this.on.message({ is: "curves", reset: true, points: told.points });
    if (told.diagram) this.on.message({ is: "diagram", ...told.diagram });
    this.show(0);
    this.play();
  }

  get last() {
    return this.told.steps.length - 1;
  }

  /** Show frame number `place`; `newest`: as the end of it all, not as a moment of the past. */
  show(place, newest = false) {
    this.place = place;
    this.newest = newest;
    this.status();
    this.sent += 1;
    this.on.frame(this.told.frame(place, this.sent));
  }

  status() {
    const { steps } = this.told;
    this.on.message({
      is: "status",
      playing: this.playing,
      live: this.newest,
      recorded: true,
      step: steps[this.place],
      head: this.told.head,
      kept: steps,
      busy: false,
    });
  }

  /** From the frame shown on, at the end from the beginning. The first frames do not wait: the picture is to move. */
  play() {
    if (!this.told) return;
    this.playing = true;
    if (this.place === this.last) this.show(0);
    else this.status();
    this.due = performance.now();
    this.shown = 1;
    this.later(0);
  }

  halt() {
    this.playing = false;
    clearTimeout(this.timer);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.advance(), wait);
  }

  /** A slow browser gets fewer frames, not a longer film. */
  advance() {
    const now = performance.now();
    if (!this.playing) return;
    if (this.sent - this.drawn >= UNDRAWN) return this.later(RETRY);
    this.shown += 1;
    if (this.shown <= FIRST) this.due = now;
    const period = WHOLE / this.told.steps.length;
    const passed = 1 + Math.max(0, Math.floor((now - this.due) / period));
    this.due += passed * period;
    const place = Math.min(this.last, this.place + passed);
    this.playing = place < this.last;
    this.show(place);
    if (this.playing) this.later(this.shown < FIRST ? 0 : this.due - now);
  }

  /** The frame at a step, or the nearest one; `exact`: the last one up to it. */
  seek(step, exact) {
    const { steps } = this.told;
    let found = steps.findLastIndex((one) => one <= step);
    if (!exact && found < this.last && steps[found + 1] - step < step - steps[found]) found += 1;
    this.halt();
    this.show(Math.max(0, found));
  }

  close() {
    this.open = false;
    this.halt();
  }
}

const COMMANDS = {
  watch: (connection, { family, config }) => {
    connection.family = family;
    connection.look(family, config);
  },
  configure: (connection, { config }) => connection.look(connection.family, config),
  recorded: () => {},
  speed: () => {},
  play: (connection) => connection.play(),
  pause: (connection) => {
    connection.halt();
    if (connection.told) connection.status();
  },
  seek: (connection, { step, exact }) => connection.told && connection.seek(step, exact),
  head: (connection) => {
    connection.halt();
    if (connection.told) connection.show(connection.last, true);
  },
  ack: (connection, { seq }) => {
    connection.drawn = Math.max(connection.drawn, seq);
  },
  truth: ({ on }, { id, question: { right } }) => on.message({ is: "truth", id, right }), // computed when it was built
};
