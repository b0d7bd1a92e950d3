// Three steps for the first visit, shown until they are read or put away; then never again in this browser.

import { h, write } from "../core/dom.js";

const SEEN = "playground.tour";
const HEADER = 64; // px: of the page, on a phone
const GAP = 8; // px
const STEPS = [
  ["tour_play", (app) => (app.session.recording ? app.mode.train : app.controls.play)],
  ["tour_time", (app) => app.timeline.element],
  ["tour_below", (app) => app.controls.data.element],
];

export class Tour {
  constructor(app) {
    this.app = app;
    const { t } = app;
    this.number = 0;
    this.text = h("p");
    this.count = h("span", { class: "pg-small" });
    this.next = h("button", { type: "button", class: "pg-text-button", onClick: () => this.go(this.number + 1) });
    this.skip = h("button", { type: "button", class: "pg-text-button", onClick: () => this.end() }, t("tour_skip"));
    this.element = h(
      "aside",
      { class: "pg-tour", "aria-label": t("tour"), hidden: true },
      this.text,
      h("div", { class: "pg-tour-foot" }, this.count, this.skip, this.next),
    );
  }

  /** Begin once there is something to point at. */
  update() {
    if (this.begun || !this.app.frame) return;
    this.begun = true;
    const lesson = new URLSearchParams(location.search).has("lesson"); // it is the guide then
    if (lesson || !this.app.session.trains || seen()) return;
    this.watchBanners();
    this.go(0);
  }

  /** On a phone the card stands under the banners, wherever these are, and not over what it speaks of. */
  place() {
    const { element, app } = this;
    const banners = app.notices.banners.getBoundingClientRect();
    const top = Math.max(HEADER, banners.height ? banners.bottom + GAP : 0);
    const part = STEPS[this.number][1](app).getBoundingClientRect();
    const covers = part.top < top + element.offsetHeight && part.bottom > top;
    element.style.setProperty("--pg-top", `${covers ? part.bottom + GAP : top}px`);
  }

  watchBanners() {
    const { banners } = this.app.notices;
    const place = () => this.place();
    const [watcher, scrolled] = [new ResizeObserver(place), { capture: true, passive: true }];
    watcher.observe(banners);
    document.addEventListener("scroll", place, scrolled);
    this.leave = () => {
      watcher.disconnect();
      document.removeEventListener("scroll", place, scrolled);
    };
  }

  go(number) {
    this.mark(false);
    if (number === STEPS.length) return this.end();
    this.number = number;
    const { t } = this.app;
    write(this.text, t(STEPS[number][0]));
    write(this.count, `${number + 1} / ${STEPS.length}`);
    const last = number === STEPS.length - 1;
    write(this.next, t(last ? "tour_done" : "tour_next"));
    this.skip.hidden = last;
    this.element.hidden = false;
    this.mark(true);
    this.place();
  }

  mark(on) {
    for (const [, part] of STEPS) part(this.app).classList.remove("pg-pointed");
    if (on) STEPS[this.number][1](this.app).classList.add("pg-pointed");
  }

  destroy() {
    this.leave?.();
  }

  end() {
    this.mark(false);
    this.destroy();
    this.element.hidden = true;
    try {
      localStorage.setItem(SEEN, "yes");
    } catch {
      // no storage: it is shown at the next visit again
    }
  }
}

function seen() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return false;
  }
}
