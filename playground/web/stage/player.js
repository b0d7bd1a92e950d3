// What play, pause, step and speed mean: mostly a message; in slow motion the browser sets the pace.

export const SPEEDS = [0, 1, 3, 10, 30, 100, 300, null]; // steps a second; 0: slow motion, null: no limit

export class Player {
  constructor({ session, story }) {
    this.session = session;
    this.story = story;
    this.slow = false; // whether the slider is at slow motion
    this.strolling = false; // playing in slow motion
    this.stepping = 0; // stories under way
    this.chosen = undefined; // the speed asked for on this page; undefined: the server's own
  }

  get playing() {
    return this.strolling || this.session.playing;
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.story.cancel();
    if (this.slow) this.stroll();
    else if (this.session.send({ do: "play" }) && !this.session.recording)
      this.expect({ playing: true, stopped: null });
  }

  pause() {
    this.halt();
    this.session.send({ do: "pause" });
    this.expect({ playing: false });
  }

  /** No more stories. */
  halt() {
    this.strolling = false;
    this.story.cancel();
    this.session.on.changed();
  }

  /** One step or one part of it, told in beats; pressed again in mid-story: on to the next. */
  step(part = null) {
    this.strolling = false;
    if (this.session.playing) this.expect({ playing: false });
    return this.once(part);
  }

  async once(part) {
    this.stepping += 1;
    const told = this.story.tell(part);
    if (!this.session.send({ do: "step", part })) this.story.cancel();
    const whole = await told;
    this.stepping -= 1;
    return whole;
  }

  async stroll() {
    this.strolling = true;
    this.session.on.changed();
    while (this.strolling) {
      const told = await this.once(null);
      if (!told || this.session.status.stopped) this.strolling = false;
    }
    this.session.on.changed();
  }

  /** Let what the page asks for next play, although nothing plays now. */
  going() {
    this.session.eager = true;
  }

  /** Position of the slider. */
  get index() {
    if (this.slow) return 0;
    const speed = this.session.recording ? (this.chosen ?? null) : this.session.status.speed;
    if (speed === null) return SPEEDS.length - 1;
    const away = (i) => Math.abs(Math.log(SPEEDS[i] / speed));
    return [1, 2, 3, 4, 5, 6].reduce((best, i) => (away(i) < away(best) ? i : best));
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
    this.resend();
    this.expect({ speed });
    if (strolling) {
      this.halt();
      this.play();
    }
  }

  /** Tell the run the speed chosen here; a recording has none. */
  resend() {
    if (this.chosen !== undefined && !this.session.recording)
      this.session.send({ do: "speed", steps_per_second: this.chosen });
  }

  reset() {
    this.halt();
    this.session.send({ do: "reset" });
  }

  /** Show at once what will very likely come true; the server's next word decides. */
  expect(changes) {
    Object.assign(this.session.status, changes);
    this.session.on.changed();
  }
}
