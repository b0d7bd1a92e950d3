// All scene views of a panel that have to be redrawn are drawn together, at one and the same moment.

import { screen } from "../draw/screen.js";

export class PaintQueue {
  /** `advance(now)` moves on what they share; it returns whether there is more to come, for all `views()`. */
  constructor(views, advance) {
    this.views = views;
    this.advance = advance;
    this.stale = new Set();
    this.paint = this.paint.bind(this);
  }

  /** Draw this view with the page's next picture. */
  add(view) {
    this.stale.add(view);
    screen.request(this.paint);
  }

  addAll() {
    for (const view of this.views()) this.add(view);
  }

  paint(now) {
    const { stale } = this;
    this.stale = new Set();
    const more = this.advance(now);
    for (const view of stale) view.draw(now);
    if (more) this.addAll();
  }

  stop() {
    screen.cancel(this.paint);
  }
}
