// All scene views of a panel that have to be redrawn are drawn together, at one and the same moment.

export class PaintQueue {
  /** `advance(now)` moves on what they share; it returns whether there is more to come, for all `views()`. */
  constructor(views, advance) {
    this.views = views;
    this.advance = advance;
    this.stale = new Set();
  }

  /** Draw this view with the browser's next frame. */
  add(view) {
    this.stale.add(view);
    this.request ??= requestAnimationFrame(() => this.paint());
  }

  addAll() {
    for (const view of this.views()) this.add(view);
  }

  paint() {
    const now = performance.now();
    const { stale } = this;
    this.request = null;
    this.stale = new Set();
    const more = this.advance(now);
    for (const view of stale) view.draw(now);
    if (more) this.addAll();
  }

  stop() {
    cancelAnimationFrame(this.request);
  }
}
