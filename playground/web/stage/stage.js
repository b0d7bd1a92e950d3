// The whole component on the page: builds its parts, passes on what is heard, and draws when something moved.

import { Keys } from "./keys.js";
import { hears } from "./lab.js";
import { build } from "./layout.js";
import { Switches } from "./legend.js";
import { news } from "../core/event_bus.js";
import { readTheme, wear } from "../core/palette.js";
import { Player } from "./player.js";
import { Series } from "../core/series.js";
import { Session } from "../core/session.js";
import { Story } from "./story.js";
import { Tween } from "../draw/tween.js";
import { Words } from "../core/words.js";

const QUIET = 1200; // ms without a frame after which nothing flows any more
const NARROW = 900; // px: as in the styles

export class Stage {
  constructor(parent, { family, strings, lang }) {
    this.family = family;
    this.words = new Words(strings, lang);
    this.t = this.words.t.bind(this.words);
    this.seen = { frames: 0, drawn: 0, pictures: 0, step: 0, head: 0, run: null, lastAck: -1 };
    Object.assign(this.seen, { playing: false, live: true, connected: false });
    window.__playground = this.seen; // for browser tests
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.touch = matchMedia("(pointer: coarse)");
    this.tween = new Tween();
    this.series = new Series();
    this.switches = new Switches(family);
    this.story = new Story({
      beat: (...beat) => this.beat(...beat),
      reveal: (frame, span) => this.show(frame, span),
    });
    this.session = this.listen();
    this.player = new Player(this);
    this.keys = new Keys(this);
    build(this, parent);
    this.watch();
  }

  listen() {
    return new Session({
      opened: (message, other) => this.meet(message, other),
      diagram: (message) => {
        this.story.beats = message.beats;
        this.diagram.set(message);
      },
      curves: ({ points, reset }) => {
        if (reset) this.series.clear();
        this.series.add(points);
      },
      tree: (message) => this.machine.tree(message),
      adopt: (settings) => this.propose(settings),
      ...hears(this),
      note: ({ text, level }) => this.notices.toast(text, level),
      refused: ({ text, about }) => {
        this.notices.toast(text, "warning");
        if (about !== "seek") this.player.halt();
        else this.timeline.answered();
      },
      frame: (frame) => this.receive(frame),
      lost: () => this.player.halt(),
      changed: () => this.changed(),
    });
  }

  watch() {
    this.offscreen = false;
    this.observer = new IntersectionObserver(([entry]) => {
      this.offscreen = !entry.isIntersecting;
      this.redraw();
    });
    this.observer.observe(this.root);
    this.resize = new ResizeObserver(() => {
      this.narrow = this.root.clientWidth <= NARROW;
      this.diagram.place();
      this.curves.measure();
    });
    this.resize.observe(this.root);
    this.resize.observe(this.main);
    this.onVisible = () => this.redraw();
    document.addEventListener("visibilitychange", this.onVisible);
    this.clock = setInterval(() => this.tick(), 500);
  }

  /** New data from Python: another theme or other settings. */
  update({ data, setTriggerValue }) {
    this.pick = (value) => setTriggerValue("pick", value);
    this.propose = (settings) => setTriggerValue("settings", settings);
    this.controls.thumbs.set(data.choices, String(data.config.data ?? ""), data.own);
    this.retheme();
    this.machine.linked = data.pin;
    this.session.want(data);
    this.changed();
  }

  meet({ parts, charts, recording, mine }, other) {
    this.controls.parts(parts);
    this.curves.set(charts);
    if (other && !this.player.stepping) this.player.halt();
    if (other && mine && !recording) this.player.resend();
  }

  /** A frame came; whether it is to be drawn now. */
  receive(frame) {
    this.seen.frames += 1;
    this.timeline.answered();
    const begins = frame.run !== this.frame?.run && frame.step === 0;
    if (!begins && this.story.hold(frame)) return false;
    this.show(frame);
    return !this.hidden;
  }

  /** Let `frame` be the picture; `span`: ms of the way to it. */
  show(frame, span) {
    const first = !this.frame;
    const other = this.frame?.run !== frame.run;
    this.frame = frame;
    this.trajectory.set(frame.trajectory);
    this.tween.push(frame, performance.now(), { span, still: this.still.matches || this.hidden || other });
    this.series.add(frame.points ?? []);
    this.series.score(frame.scores);
    this.diagram.stale = true;
    this.legend.show(frame, this.picture.focus);
    this.controls.frame(frame.step);
    this.picture.describe(frame.words);
    this.speaker.say(frame.words);
    if (first) this.curves.load();
    this.fresh = true;
    this.machine.pin.follow();
    this.changed();
  }

  beat(beat, number, count) {
    this.diagram.light(beat);
    this.picture.light(this.told(beat));
    this.caption.say({ story: beat ? { caption: beat.caption, number, count } : null });
  }

  /** The layers of the stage that a beat is about; null: it is about none of them, or about all. */
  told(beat) {
    const names = new Set(
      this.diagram.nodes.filter((node) => beat?.nodes.includes(node.name)).flatMap((node) => node.layers),
    );
    return this.frame?.layers.some((layer) => layer.stage && names.has(layer.name)) ? names : null;
  }

  focus(node) {
    this.picture.setFocus(node);
    this.diagram.select(node);
    if (this.frame) this.legend.show(this.frame, node);
    this.redraw();
  }

  hint(node) {
    this.caption.say({ hint: node ? `${node.title}: ${node.help}` : null });
  }

  /** Something the chrome shows has changed: brought up to date once, before the next picture. */
  changed() {
    if (this.updating) return;
    this.updating = true;
    queueMicrotask(() => {
      this.updating = false;
      if (!this.over) this.refresh();
    });
  }

  refresh() {
    const { session, player } = this;
    const { status, opened, connected } = session;
    this.controls.update();
    this.timeline.update();
    this.machine.update();
    this.notices.update({ lost: !connected && this.frame, stopped: status.stopped, mine: session.mine });
    const empty = !this.frame;
    this.picture.wait(empty || status.busy ? this.t(connected || !empty ? "waiting" : "connecting") : null, empty);
    const badge = session.recording ? "recording" : session.mine ? null : "watching";
    this.caption.mark(badge && this.t(badge));
    this.caption.say({
      idle: this.t(badge ? `${badge}_help` : session.past ? "past" : this.touch.matches ? "hint_touch" : "hint"),
    });
    Object.assign(this.seen, {
      step: this.frame?.step ?? 0,
      head: status.head,
      playing: player.playing,
      live: status.live,
      connected,
      run: opened?.run ?? null,
      lastAck: session.lastAck,
    });
    news(this);
    this.redraw();
  }

  tick() {
    this.retheme();
    const arriving = performance.now() - (this.session.arrived ?? -Infinity) < QUIET && !this.session.past;
    this.diagram.flow(arriving && !this.still.matches && !this.hidden);
    if (this.hidden) this.session.acknowledge();
  }

  retheme() {
    const theme = readTheme(this.root);
    if (theme.id === this.theme?.id) return;
    this.theme = theme;
    wear(this.root, theme);
    this.diagram.stale = true;
    this.timeline.draw();
    this.redraw();
  }

  get hidden() {
    return document.hidden || this.offscreen;
  }

  redraw() {
    if (this.request || this.hidden || this.over) return;
    this.request = requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.request = null;
    const now = performance.now();
    const going = this.trajectory.advance(now);
    this.picture.draw(this.trajectory.cut(this.tween.at(now)));
    const more = this.diagram.draw(now, this.frame?.layers ?? []);
    this.seen.pictures += 1;
    this.seen.drawn += this.fresh ? 1 : 0;
    this.fresh = false;
    this.session.acknowledge();
    this.seen.lastAck = this.session.lastAck;
    const beside = this.machine.pin.draw(now);
    if (this.tween.moving(now) || going || more || beside) this.redraw();
  }

  destroy() {
    this.over = true;
    cancelAnimationFrame(this.request);
    clearInterval(this.clock);
    this.session.close();
    this.story.cancel();
    this.observer.disconnect();
    this.resize.disconnect();
    document.removeEventListener("visibilitychange", this.onVisible);
    for (const part of [
      this.diagram,
      this.picture,
      this.trajectory,
      this.timeline,
      this.curves,
      this.speaker,
      this.machine,
    ])
      part.destroy();
    this.root.remove();
  }
}
