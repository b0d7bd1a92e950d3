// What a link asks for, done once when the page opens: a step, a speed, the layers that are on.

export class Opening {
  /** `link`: {step, speed, layers}, each null if the link does not say. */
  constructor(app, link) {
    this.app = app;
    this.goal = link.step;
    this.speed = link.speed;
    if (link.layers) app.switches.link(link.layers);
  }

  /** A run or a recording is looked at, or has come further. One that has not come to the step trains up to it. */
  update() {
    const { session, player, timeline } = this.app;
    if (!session.watching || !this.app.frame) return;
    if (this.speed !== null) {
      player.setSpeed(player.indexOf(this.speed));
      this.speed = null;
    }
    if (this.goal === null) return;
    const { goal } = this;
    const there = session.recording || !session.mine || session.status.head >= goal;
    if (there) {
      this.goal = null;
      if (player.playing) player.pause();
      timeline.seek(Math.min(goal, session.status.head), !session.recording);
    } else if (!this.training) {
      this.training = true;
      player.play();
    } else if (!player.playing) this.goal = null; // the visitor paused it
  }
}
