// The whole training on one line: scrubbing shows that moment. One request is under way at a time.

import { attribute, h, icon, write } from "../core/dom.js";

const PATIENCE = 600; // ms after which the next request no longer waits for an answer

export class Timeline {
  constructor(app) {
    this.app = app;
    const { t } = app;
    this.slider = h("input", {
      type: "range",
      class: "pg-range pg-time",
      min: 0,
      max: 1,
      step: 1,
      value: 0,
      "aria-label": t("timeline"),
      onInput: () => this.seek(Number(this.slider.value)),
      onPointerdown: () => {
        this.dragging = true;
      },
      onPointerup: () => this.drop(),
      onPointercancel: () => this.drop(),
      onKeydown: (event) => this.key(event),
    });
    this.ticks = h("canvas", { class: "pg-ticks", "aria-hidden": "true" });
    this.marks = h("div", { class: "pg-marks" });
    this.live = h(
      "button",
      { type: "button", class: "pg-live", onClick: () => this.toHead() },
      icon("live"),
      h("span", {}, t("to_live")),
    );
    this.end = h("span");
    this.background = h("input", {
      type: "checkbox",
      onChange: () => app.session.send({ do: "background", on: this.background.checked }),
    });
    this.keep = h(
      "label",
      { class: "pg-switch pg-keep-training", title: t("background_help") },
      this.background,
      t("background"),
    );
    this.element = h("div", { class: "pg-timeline" });
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.ticks);
  }

  /** Put it together; `moment`: the history's own part, `train`: a button; they stand in the same two lines. */
  build(moment, train) {
    const { t } = this.app;
    this.element.append(
      h(
        "div",
        { class: "pg-line" },
        h("h3", {}, t("transport")),
        h("div", { class: "pg-track" }, this.ticks, this.slider, this.marks),
        h("label", { class: "pg-small pg-go-to" }, moment.step, this.end),
      ),
      h("div", { class: "pg-under" }, this.keep, this.live, moment.element, train),
    );
  }

  /** Show that step; while an answer is under way only the newest request is kept. */
  seek(step, exact = false) {
    this.slider.value = step;
    this.beyond = step > this.app.session.status.head ? step : null; // only the pinned run has come so far
    this.request = { do: "seek", step, exact };
    this.show(step);
    this.sendRequest();
  }

  sendRequest() {
    if (!this.request || (this.sent && performance.now() - this.sent < PATIENCE)) return;
    this.sent = performance.now();
    this.app.slowMotion.cancel();
    this.app.session.send(this.request);
    this.app.history.pin.forward(this.request);
    this.request = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.answered(), PATIENCE);
  }

  /** A frame or a refusal came: the next request may be sent. */
  answered() {
    this.sent = 0;
    this.sendRequest();
  }

  drop() {
    this.dragging = false;
    this.update();
  }

  /** The end of the line: the newest step of the run on show, or of a pinned run that is ahead of it. */
  get head() {
    return Math.max(1, this.app.session.status.head, this.app.history.pin.head);
  }

  /** To the very step before the one shown, recomputed exactly. */
  stepBack() {
    const { app } = this;
    const step = (app.frame?.step ?? 0) - 1;
    if (step < 0) return;
    if (app.player.playing) app.player.pause();
    this.seek(step, true);
  }

  toHead() {
    this.request = this.beyond = null;
    this.app.session.send({ do: "head" });
    this.app.history.pin.forward({ do: "head" });
    this.app.player.expect({ live: true });
  }

  /** Arrows go to the next kept moment; with Shift to the very next step, recomputed exactly. */
  key(event) {
    const { kept } = this.app.session.status;
    const { head } = this;
    const at = Number(this.slider.value);
    const moments = [...kept, head];
    const next = (n) => moments.filter((s) => s > at)[n - 1] ?? head;
    const before = (n) => moments.filter((s) => s < at).at(-n) ?? 0;
    const moves = {
      ArrowRight: () => next(1),
      ArrowUp: () => next(1),
      ArrowLeft: () => before(1),
      ArrowDown: () => before(1),
      PageUp: () => next(10),
      PageDown: () => before(10),
      Home: () => 0,
      End: () => null,
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    const exact = event.shiftKey && event.key.startsWith("Arrow");
    const step = exact ? at + (["ArrowRight", "ArrowUp"].includes(event.key) ? 1 : -1) : moves[event.key]();
    if (step === null || step >= head) this.toHead();
    else this.seek(Math.max(0, step), exact);
  }

  update() {
    const { session } = this.app;
    const { status } = session;
    const { head } = this;
    attribute(this.slider, "max", head);
    if (!this.dragging && !this.request) {
      if (status.live) this.beyond = null;
      const step =
        status.live && !this.app.slowMotion.holding ? status.head : (this.beyond ?? this.app.frame?.step ?? 0);
      if (Number(this.slider.value) !== step) this.slider.value = step;
    }
    this.show(Number(this.slider.value));
    this.live.hidden = !session.past;
    this.keep.hidden = session.recording || !session.mine || !session.watching;
    if (this.background.checked !== Boolean(status.background)) this.background.checked = Boolean(status.background);
    const drawn = `${head}|${status.kept.length}|${status.kept[1]}|${status.marks.length}`;
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.draw();
      this.mark();
    }
  }

  show(step) {
    const { app } = this;
    const { head } = this;
    this.slider.style.setProperty("--share", Math.min(1, step / head));
    const newest = Math.max(app.session.status.head, app.history.pin.head); // 0 before the first step
    const [at, end] = [step, newest].map((number) => app.words.steps(app.series.steps.done(number)));
    attribute(this.slider, "aria-valuetext", app.t("moment", { step: at, head: end }));
    write(this.end, app.t("of_head", { head: end }));
  }

  /** Marks and ticks stand where the middle of the slider's thumb would be, which is 18 px wide. */
  mark() {
    const { head } = this;
    this.marks.replaceChildren(
      ...this.app.session.status.marks.map(({ step, text }) =>
        h("button", {
          type: "button",
          class: "pg-mark",
          title: text,
          "aria-label": text,
          style: `left: calc(9px + (100% - 18px) * ${step / head})`,
          onClick: () => this.seek(step),
        }),
      ),
    );
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.ticks;
    if (!width || !this.app.theme) return;
    this.ticks.width = 2 * width;
    this.ticks.height = 2 * height;
    const ctx = this.ticks.getContext("2d");
    ctx.scale(2, 2);
    ctx.fillStyle = this.app.theme.ink;
    ctx.globalAlpha = 0.35;
    const { head } = this;
    for (const step of this.app.session.status.kept) ctx.fillRect(9 + (width - 18) * (step / head) - 0.5, 0, 1, height);
  }

  destroy() {
    this.resize.disconnect();
    clearTimeout(this.timer);
  }
}
