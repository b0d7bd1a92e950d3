// A step in slow motion: the beats of its parts one after the other, and at the end the new frame.

const BEAT = 900; // ms
const NO_BEATS = 400; // ms of a step without beats
const REVEAL = 750; // ms in which the picture changes
const CANCELLED = 150; // ms in which it changes if it is cut short
const PATIENCE = 6000; // ms to wait for the frame

export class SlowMotion {
  /** `on`: {beat(beat | null, number, count), reveal(frame, span)}. */
  constructor(on) {
    this.on = on;
    this.beats = [];
    this.turn = 0;
    this.running = false;
    this.holding = false;
    this.held = null;
    this.wake = () => {};
  }

  /** Show the beats of `part` (null: all); resolves to whether they were shown to the end. */
  async play(part) {
    this.cancel();
    const turn = ++this.turn;
    const beats = this.beats.filter((beat) => part === null || beat.part === part);
    if (!beats.length) return this.rest(turn, NO_BEATS);
    this.running = this.holding = true;
    for (const [i, beat] of beats.entries()) {
      this.on.beat(beat, i + 1, beats.length);
      if (!(await this.rest(turn, BEAT))) return false;
    }
    if (!this.held && !(await this.rest(turn, PATIENCE, true))) return false;
    this.release(REVEAL);
    if (!(await this.rest(turn, REVEAL))) return false;
    this.running = false;
    this.on.beat(null);
    return true;
  }

  /** Wait; resolves to false if it was cut short meanwhile. `arrival`: end the wait when a frame comes. */
  rest(turn, time, arrival = false) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), time);
      this.arrival = arrival;
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => {};
        resolve(turn === this.turn);
      };
    });
  }

  /** Hold a frame back until its beats are shown; whether it was held. */
  hold(frame) {
    if (!this.holding) return false;
    this.held = frame;
    if (this.arrival) this.wake();
    return true;
  }

  release(span) {
    const frame = this.held;
    this.holding = this.arrival = false;
    this.held = null;
    if (frame) this.on.reveal(frame, span);
  }

  /** Stop, and show at once what was held back. */
  cancel() {
    this.turn += 1;
    const { running } = this;
    this.running = false;
    this.release(CANCELLED);
    this.wake();
    if (running) this.on.beat(null);
  }
}
