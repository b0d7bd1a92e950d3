// Shows frames and draws the stage, at the page's pace (draw/screen.js), when something has moved and someone can see it.

import { pageSettled } from "../core/settled.js";
import { screen } from "../draw/screen.js";

const QUIET = 1200; // ms without a frame after which the diagram's edges stop flowing
const TICK = 500; // ms
const ALONE = 250; // ms for the first pictures, before what is around them is brought up to date
const FIRST = 600; // ms for the picture alone, once the page is built
const AROUND = 100; // ms between two changes around the picture: each costs a browser style, layout and paint of the page

export class RenderLoop {
  /** `built`: whether the page around the stage is there already; Streamlit builds it afterwards. */
  constructor(stage, built = false) {
    this.stage = stage;
    this.built = built;
    this.offscreen = false;
    this.fresh = false; // whether a new frame has not been drawn yet
    this.around = 0; // when what is around the picture was changed last
    this.waiting = []; // the frame that the next drawing shows; before the first drawing also the one after it
    this.settled = false; // whether the page is built: until then one frame stands still
    this.request = this.request.bind(this);
    this.draw = this.draw.bind(this);
  }

  start() {
    this.around = performance.now() + (this.built ? 0 : ALONE) - AROUND;
    this.observer = new IntersectionObserver(([entry]) => {
      this.offscreen = !entry.isIntersecting;
      if (this.hidden) this.show();
      this.request();
    });
    this.observer.observe(this.stage.root);
    document.addEventListener("visibilitychange", this.request);
    this.clock = setInterval(() => this.tick(), TICK);
    (this.built ? Promise.resolve() : pageSettled()).then(() => {
      if (this.stopped) return;
      this.settled = true;
      this.rest = setTimeout(() => this.stage.finish(), FIRST);
      this.request();
    });
  }

  stop() {
    this.stopped = true;
    screen.cancel(this.draw);
    clearInterval(this.clock);
    clearTimeout(this.later);
    clearTimeout(this.rest);
    this.observer.disconnect();
    document.removeEventListener("visibilitychange", this.request);
  }

  get hidden() {
    return document.hidden || (this.offscreen && !this.stage.corner?.open); // the picture may stand in the corner
  }

  /** Draw with the next picture of the page. */
  request() {
    if (!this.hidden && !this.stopped) screen.request(this.draw);
  }

  /** A frame came: it is shown with the next drawing, for what it changes around the picture costs the browser another
   * drawing; whether it will be drawn. */
  bring(frame) {
    const { waiting, stage } = this;
    if (waiting.length === (stage.frame ? 1 : 2)) stage.series.add(waiting.pop().points ?? []);
    waiting.push(frame);
    if (this.hidden) this.show();
    this.request();
    return !this.hidden;
  }

  show(now = performance.now()) {
    const frame = this.waiting.shift();
    if (frame) this.stage.show(frame, { now });
  }

  draw(now) {
    const { stage } = this;
    const first = this.built && !stage.frame; // what is around it comes with the first picture
    if (this.settled || !stage.frame) this.show(now);
    const due = now - this.around >= AROUND - 1 || Boolean(first && stage.frame);
    if (due) {
      this.around = now;
      stage.bringUpToDate();
      stage.diagram.run(now);
    }
    const moving = stage.frame && this.drawPicture(now, due);
    clearTimeout(this.later);
    if (moving || (this.settled && this.waiting.length)) this.request();
    else if (stage.outdated || stage.diagram.flowing) this.later = setTimeout(this.request, this.around + AROUND - now);
  }

  /** The picture, the diagram's small ones and the pinned one; whether they will look otherwise a moment later. */
  drawPicture(now, due) {
    const { frame, seen, session, trajectory, tween, cuts, picture, diagram, history } = this.stage;
    const travelling = trajectory.advance(now);
    picture.draw(trajectory.cut(tween.at(now), frame, cuts));
    const more = diagram.draw(frame.layers, due);
    seen.pictures += 1;
    seen.drawn += this.fresh ? 1 : 0;
    seen.drawing = screen.pace.share;
    seen.interval = screen.pace.interval;
    this.fresh = false;
    if (!this.waiting.length) session.acknowledge();
    seen.lastAck = session.lastAck;
    const pinned = history.pin.draw(now);
    return tween.moving(now) || travelling || more || pinned;
  }

  tick() {
    const { session, reducedMotion, diagram } = this.stage;
    this.stage.updateTheme();
    const arriving = performance.now() - (session.arrived ?? -Infinity) < QUIET && !session.past;
    diagram.flow(arriving && this.settled && !reducedMotion.matches && !this.hidden);
    if (this.hidden) session.acknowledge();
  }
}
