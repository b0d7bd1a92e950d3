// Everything that is drawn on a page is drawn together, at one pace (pace.js). What a frame costs is measured from its
// beginning until the browser has painted it: a message to oneself arrives right after that.

import { Pace, PERIOD } from "./pace.js";

class Screen {
  constructor() {
    this.pace = new Pace();
    this.wanted = new Set(); // functions that draw with the next frame
    this.frame = this.frame.bind(this);
  }

  /** Call `draw(now)` with the next frame, once. */
  request(draw) {
    this.wanted.add(draw);
    if (this.armed) return;
    this.armed = true;
    const wait = this.pace.wait(performance.now());
    if (wait > 1.5 * PERIOD) setTimeout(() => requestAnimationFrame(this.frame), wait - PERIOD);
    else requestAnimationFrame(this.frame);
  }

  cancel(draw) {
    this.wanted.delete(draw);
  }

  frame(now) {
    if (this.pace.wait(now) > PERIOD / 2) {
      requestAnimationFrame(this.frame);
      return;
    }
    this.armed = false;
    const { wanted } = this;
    if (!wanted.size) return;
    this.wanted = new Set();
    this.pace.begin(now);
    this.began = performance.now();
    this.message.postMessage(null);
    for (const draw of wanted) {
      try {
        draw(now);
      } catch (error) {
        reportError(error); // the other pictures are drawn all the same
      }
    }
  }

  get message() {
    if (!this.channel) {
      this.channel = new MessageChannel();
      this.channel.port1.onmessage = () => this.painted();
    }
    return this.channel.port2;
  }

  painted() {
    const now = performance.now();
    this.pace.spent(now - this.began, now);
  }
}

export const screen = new Screen();
