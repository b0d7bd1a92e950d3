// What play, pause, step and speed mean: mostly a message; in slow motion the browser sets the pace.

export const SPEEDS = [0, 1, 3, 10, 30, 100, 300, null];  // steps a second; 0: slow motion, null: no limit

export class Player {
  constructor(app, story) {
    this.app = app;
    this.story = story;
    this.slow = false;  // whether the slider is at slow motion
    this.strolling = false;  // playing in slow motion
    this.chosen = undefined;  // the speed asked for on this page; undefined: the server's own
  }

  get playing() {
    return this.strolling || this.app.status.playing;
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.story.cancel();
    if (this.slow) {
      this.stroll();
      return;
    }
    if (this.app.send({ do: "play" })) this.expect({ playing: true, stopped: null });
  }

  pause() {
    this.strolling = false;
    this.story.cancel();
    this.app.send({ do: "pause" });
    this.expect({ playing: false });
  }

  /** One step or one part of it, told in beats; pressed again in mid-story: on to the next. */
  async step(part = null) {
    this.strolling = false;
    if (this.app.status.playing) this.expect({ playing: false });
    await this.once(part);
  }

  async once(part) {
    this.story.cancel();
    const told = this.story.tell(part);
    if (!this.app.send({ do: "step", part })) this.story.cancel();
    return told;
  }

  async stroll() {
    this.strolling = true;
    this.app.changed();
    while (this.strolling) {
      const told = await this.once(null);
      if (!told || this.app.status.stopped || !this.app.connected) this.strolling = false;
    }
    this.app.changed();
  }

  /** Position of the slider. */
  get index() {
    if (this.slow) return 0;
    const { speed } = this.app.status;
    if (speed === null || speed === undefined) return SPEEDS.length - 1;
    const away = (other) => Math.abs(Math.log(other / speed));
    return SPEEDS.reduce((best, value, i) => (value && (best < 0 || away(value) < away(SPEEDS[best])) ? i : best), -1);
  }

  setSpeed(index) {
    const speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index))];
    const { playing } = this;
    this.slow = speed === 0;
    if (this.slow) {
      if (playing && !this.strolling) {
        this.app.send({ do: "pause" });
        this.expect({ playing: false });
        this.stroll();
      }
      this.app.changed();
      return;
    }
    this.chosen = speed;
    this.app.send({ do: "speed", steps_per_second: speed });
    this.expect({ speed });
    if (this.strolling) {
      this.strolling = false;
      this.play();
    }
  }

  reset() {
    this.strolling = false;
    this.story.cancel();
    this.app.send({ do: "reset" });
  }

  /** Show at once what will very likely come true; the server's next word decides. */
  expect(changes) {
    Object.assign(this.app.status, changes);
    this.app.changed();
  }
}
