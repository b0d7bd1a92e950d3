// A step told slowly: the beats of its parts one after the other, the new frame at the end.

const BEAT = 900; // ms
const REVEAL = 750; // ms for the change itself to be seen
const PATIENCE = 6000; // ms for the frame to come

export class Story {
  /** `on`: {beat(beat | null, number, count), reveal(frame, span)}. */
  constructor(on) {
    this.on = on;
    this.beats = [];
    this.turn = 0;
    this.telling = false;
    this.holding = false;
    this.held = null;
    this.wake = () => {};
  }

  /** Tell the beats of `part` (null: of all); resolves to whether it was told to its end. */
  async tell(part) {
    this.cancel();
    const turn = ++this.turn;
    const beats = this.beats.filter((beat) => part === null || beat.part === part);
    if (!beats.length) return this.rest(turn, 400);
    this.telling = this.holding = true;
    for (const [i, beat] of beats.entries()) {
      this.on.beat(beat, i + 1, beats.length);
      if (!(await this.rest(turn, BEAT))) return false;
    }
    if (!this.held && !(await this.rest(turn, PATIENCE, true))) return false;
    this.release(REVEAL);
    if (!(await this.rest(turn, REVEAL))) return false;
    this.telling = false;
    this.on.beat(null);
    return true;
  }

  /** Wait; false when the story was cut short meanwhile. `arrival`: wake up when a frame comes. */
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

  /** Keep a frame back until its story is told; says whether it was kept. */
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

  /** Show at once what was kept back and stop telling. */
  cancel() {
    this.turn += 1;
    const told = this.telling;
    this.telling = false;
    this.release(150);
    this.wake();
    if (told) this.on.beat(null);
  }
}
