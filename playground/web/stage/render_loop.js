// Draws the stage when something has moved and someone can see it.

const QUIET = 1200; // ms without a frame after which the diagram's edges stop flowing
const TICK = 500; // ms

export class RenderLoop {
  constructor(stage) {
    this.stage = stage;
    this.offscreen = false;
    this.fresh = false; // whether a new frame has not been drawn yet
    this.request = this.request.bind(this);
  }

  start() {
    this.observer = new IntersectionObserver(([entry]) => {
      this.offscreen = !entry.isIntersecting;
      this.request();
    });
    this.observer.observe(this.stage.root);
    document.addEventListener("visibilitychange", this.request);
    this.clock = setInterval(() => this.tick(), TICK);
  }

  stop() {
    this.stopped = true;
    cancelAnimationFrame(this.requested);
    clearInterval(this.clock);
    this.observer.disconnect();
    document.removeEventListener("visibilitychange", this.request);
  }

  get hidden() {
    return document.hidden || this.offscreen;
  }

  /** Draw with the browser's next frame. */
  request() {
    if (this.requested || this.hidden || this.stopped) return;
    this.requested = requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.requested = null;
    const { stage } = this;
    const { frame, seen, session, trajectory, tween } = stage;
    const now = performance.now();
    const travelling = trajectory.advance(now);
    stage.picture.draw(trajectory.cut(tween.at(now), frame, stage.cuts));
    const more = stage.diagram.draw(now, frame?.layers ?? []);
    seen.pictures += 1;
    seen.drawn += this.fresh ? 1 : 0;
    this.fresh = false;
    session.acknowledge();
    seen.lastAck = session.lastAck;
    const pinned = stage.history.pin.draw(now);
    if (tween.moving(now) || travelling || more || pinned) this.request();
  }

  tick() {
    const { session, reducedMotion, diagram } = this.stage;
    this.stage.updateTheme();
    const arriving = performance.now() - (session.arrived ?? -Infinity) < QUIET && !session.past;
    diagram.flow(arriving && !reducedMotion.matches && !this.hidden);
    if (this.hidden) session.acknowledge();
  }
}
