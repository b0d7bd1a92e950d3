// What play, pause, step and speed do: mostly they send a command; in slow motion the browser sets the pace.

import { speedIndex, SPEEDS } from "./speeds.js";

export class Player {
  constructor({ session, slowMotion }) {
    this.session = session;
    this.slowMotion = slowMotion;
    this.slow = false; // whether the slider is at slow motion
    this.strolling = false; // whether it plays in slow motion
    this.stepping = 0; // steps that are shown in slow motion
    this.askedAt = -Infinity; // when it was told to play last
    this.waits = null; // why it may not play yet: a lesson's question comes first
    this.chosen = undefined; // the speed chosen on this page; undefined: the server's own
  }

  /** Whether it trains, or a recording is played. */
  get playing() {
    return this.strolling || this.session.status.playing;
  }

  indexOf(speed) {
    return speed === 0 ? 0 : speedIndex(speed);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Whether it may not play yet; then it says why. */
  holds() {
    if (this.waits) this.session.on.note({ text: this.waits, level: "info" });
    return Boolean(this.waits);
  }

  play() {
    if (this.holds()) return;
    this.askedAt = performance.now();
    this.slowMotion.cancel();
    if (this.slow && !this.session.recording) this.stroll();
    else if (this.session.send({ do: "play" })) this.expect({ playing: true, stopped: null });
  }

  pause() {
    this.halt();
    this.session.send({ do: "pause" });
    this.expect({ playing: false });
  }

  /** End slow motion and the step that is shown in it. */
  halt() {
    this.strolling = false;
    this.slowMotion.cancel();
    this.session.on.changed();
  }

  /** One step, or one part of it, in slow motion; pressed again meanwhile, it goes on to the next step. */
  step(part = null) {
    this.strolling = false;
    if (this.session.playing) this.expect({ playing: false });
    return this.show(part);
  }

  /** Resolves to whether the step was shown to its end. */
  async show(part) {
    this.stepping += 1;
    const shown = this.slowMotion.play(part);
    if (!this.session.send({ do: "step", part })) this.slowMotion.cancel();
    const whole = await shown;
    this.stepping -= 1;
    return whole;
  }

  /** Play in slow motion: one step after the other. */
  async stroll() {
    this.strolling = true;
    this.session.on.changed();
    while (this.strolling) {
      const whole = await this.show(null);
      if (!whole || this.session.status.stopped) this.strolling = false;
    }
    this.session.on.changed();
  }

  /** The slider's position. */
  get index() {
    if (this.slow) return 0;
    return speedIndex(this.session.recording ? (this.chosen ?? null) : this.session.status.speed);
  }

  setSpeed(index) {
    const speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index))];
    const { playing, strolling } = this;
    this.slow = speed === 0;
    if (this.slow) {
      if (playing && !strolling) this.stroll();
      this.session.on.changed();
      return;
    }
    this.chosen = speed;
    this.sendSpeed();
    this.expect({ speed });
    if (strolling) {
      this.halt();
      this.play();
    }
  }

  /** Send the speed chosen here; a recording has none. */
  sendSpeed() {
    if (this.chosen !== undefined && !this.session.recording)
      this.session.send({ do: "speed", steps_per_second: this.chosen });
  }

  reset() {
    this.halt();
    this.session.send({ do: "reset" });
  }

  /** Show at once what is about to be true; the server's next status decides. */
  expect(changes) {
    Object.assign(this.session.status, changes);
    this.session.on.changed();
  }
}
