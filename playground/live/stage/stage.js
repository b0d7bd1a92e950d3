// The stage: what Streamlit mounts. Everything after the first word to the server is a message on the
// socket; the script is not run again for any of it.

import { Controls } from "./controls.js";
import { Curves } from "./curves.js";
import { decode } from "./decode.js";
import { Diagram } from "./diagram.js";
import { h } from "./dom.js";
import { Keys } from "./keys.js";
import { Legend, Switches } from "./legend.js";
import { Caption, Notices, Speaker } from "./notices.js";
import { readTheme } from "./palette.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { Series } from "./series.js";
import { Line, ownerToken } from "./socket.js";
import { Story } from "./story.js";
import { Timeline } from "./timeline.js";
import { Tween } from "./tween.js";

const STYLES = ["stage.css", "controls.css", "picture.css", "diagram.css"];
const QUIET = 1200;  // ms without a frame after which nothing flows any more
const LATE = 1000;  // ms after which a frame is acknowledged even if the browser would not draw it
const stages = new WeakMap();

/** What the default export of the component calls, again and again with new data; returns what unmounts. */
export async function mount(component) {
  const { parentElement } = component;
  await Promise.all(STYLES.map(style));
  if (!stages.has(parentElement)) stages.set(parentElement, new Stage(parentElement, component));
  const stage = stages.get(parentElement);
  stage.update(component);
  return () => setTimeout(() => {
    // Streamlit also calls this when a newer call overtook an older one: only what left the page is over
    if (parentElement.isConnected) return;
    stage.destroy();
    stages.delete(parentElement);
  });
}

function style(name) {
  const href = new URL(name, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return null;
  return new Promise((resolve) => {
    const link = h("link", { rel: "stylesheet", href, onLoad: resolve, onError: resolve });
    document.head.append(link);
  });
}

class Stage {
  constructor(parent, { data }) {
    this.strings = data.strings;
    this.lang = data.lang;
    this.status = { playing: false, live: true, step: 0, head: 0, kept: [], speed: null, rate: 0, marks: [],
                    stopped: null, busy: true, viewers: 1, background: false };
    this.seen = { frames: 0, drawn: 0, step: 0, head: 0, playing: false, live: true, connected: false, run: null, lastAck: -1 };
    window.__playground = this.seen;  // for browser tests
    this.unacked = [];
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.tween = new Tween();
    this.series = new Series();
    this.switches = new Switches(data.family);
    this.story = new Story({ beat: (...beat) => this.beat(...beat), reveal: (frame, span) => this.show(frame, span) });
    this.player = new Player(this, this.story);
    this.keys = new Keys(this);
    this.build(parent);
    this.watch();
  }

  build(parent) {
    this.controls = new Controls(this);
    this.caption = new Caption();
    this.diagram = new Diagram(this);
    this.picture = new Picture(this);
    this.legend = new Legend(this);
    this.timeline = new Timeline(this);
    this.curves = new Curves(this, this.series);
    this.notices = new Notices(this);
    this.speaker = new Speaker();
    const main = h("section", { class: "pg-main", "aria-label": this.t("picture") },
                   this.picture.element, this.timeline.element, this.legend.element);
    this.root = h("div", { class: "pg", tabindex: "-1", onKeydown: this.keys.listen },
                  h("div", { class: "pg-grid" }, this.notices.banners, this.controls.element, this.caption.element,
                    this.diagram.element, main, this.curves.element),
                  this.notices.toasts, this.keys.card, this.speaker.element);
    parent.append(this.root);
  }

  watch() {
    this.offscreen = false;
    this.observer = new IntersectionObserver(([entry]) => {
      this.offscreen = !entry.isIntersecting;
      this.redraw();
    });
    this.observer.observe(this.root);
    this.resize = new ResizeObserver(([entry]) => {
      this.narrow = entry.contentRect.width <= 900;
      this.root.classList.toggle("pg-narrow", this.narrow);
      this.diagram.place();
    });
    this.resize.observe(this.root);
    this.onVisible = () => this.redraw();
    document.addEventListener("visibilitychange", this.onVisible);
    this.clock = setInterval(() => this.tick(), 500);
  }

  /** New data from Python: another theme, another language, other settings. */
  update({ data, setTriggerValue }) {
    this.data = data;
    this.pick = (value) => setTriggerValue("pick", value);
    this.controls.thumbs.set(data.choices, String(data.config.data ?? ""));
    this.retheme();
    const asked = JSON.stringify([data.family, data.config, data.run, data.lang]);
    if (asked === this.asked) return;
    const first = this.asked === undefined;
    this.asked = asked;
    if (first) {
      const url = new URL("../socket", import.meta.url);
      url.protocol = url.protocol.replace("http", "ws");
      url.searchParams.set("lang", data.lang);
      this.line = new Line(url, { open: () => this.open(), text: (m) => this.hear(m), frame: (b) => this.receive(b), lost: () => this.lose() });
    } else if (this.line.open) this.open();
    this.changed();
  }

  open() {
    const again = this.opened !== undefined;
    const { family, config, run, autoplay } = this.data;
    const changed = this.opened && this.openedFor !== this.asked;
    this.openedFor = this.asked;
    this.connected = true;
    this.send({ do: "open", family, config, owner: ownerToken(), run: changed ? run : this.opened?.run ?? run,
                play: again ? this.status.playing : autoplay });
    this.changed();
  }

  lose() {
    this.connected = false;
    this.unacked = [];
    this.player.strolling = false;
    this.story.cancel();
    this.changed();
  }

  send(command) {
    return this.line.send(command);
  }

  hear(message) {
    const kinds = {
      opened: () => this.meet(message),
      diagram: () => {
        this.story.beats = message.beats;
        this.diagram.set(message);
      },
      curves: () => {
        if (message.reset) this.series.clear();
        this.series.add(message.points);
      },
      status: () => Object.assign(this.status, message),
      note: () => this.notices.toast(message.text, message.level),
      refused: () => {
        this.notices.toast(message.text, "warning");
        this.story.cancel();
        if (message.about === "seek") this.timeline.answered();
      },
    };
    kinds[message.is]?.();
    this.changed();
  }

  meet(opened) {
    const other = this.opened?.run !== opened.run || this.opened?.recording !== opened.recording;
    this.opened = opened;
    this.controls.parts(opened.parts);
    this.curves.set(opened.charts);
    if (other) this.story.cancel();
    if (other && opened.mine && !opened.recording && this.player.chosen !== undefined) {
      this.send({ do: "speed", steps_per_second: this.player.chosen });
    }
  }

  receive(buffer) {
    const frame = decode(buffer);
    this.seen.frames += 1;
    this.arrived = performance.now();
    const kept = this.story.hold(frame);
    if (!kept) this.show(frame);
    this.timeline.answered();
    if (this.hidden || kept) this.acknowledge(frame.seq);
    else {
      this.unacked.push(frame.seq);
      setTimeout(() => this.acknowledge(frame.seq), LATE);
    }
  }

  acknowledge(seq) {
    if (seq <= this.seen.lastAck && !this.unacked.includes(seq)) return;
    this.unacked = this.unacked.filter((other) => other > seq);
    if (this.send({ do: "ack", seq })) this.seen.lastAck = seq;
  }

  /** Let `frame` be the picture; `span`: ms of the way to it. */
  show(frame, span) {
    const first = !this.frame;
    this.frame = frame;
    this.shownStep = frame.step;
    this.tween.push(frame, performance.now(), { span, still: this.still.matches || this.hidden });
    this.series.add(frame.points ?? []);
    this.series.score(frame.scores);
    this.diagram.stale = true;
    this.legend.show(frame, this.picture.focus);
    this.controls.frame(frame.step);
    this.picture.describe(frame.words);
    this.speaker.say(frame.words);
    if (first) {
      this.curves.load();
      this.changed();
    }
    this.redraw();
  }

  beat(beat, number, count) {
    this.diagram.light(beat);
    this.root.classList.toggle("pg-telling-story", Boolean(beat));
    this.caption.say({ story: beat ? { caption: beat.caption, number, count } : null });
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
    const { status, opened, player, connected } = this;
    this.controls.update();
    this.timeline.update();
    this.notices.update({ lost: !connected && this.frame, stopped: status.stopped, mine: opened?.mine });
    const empty = !this.frame;
    this.picture.wait(empty || status.busy ? this.t(connected ? "waiting" : "connecting") : null, empty);
    const badge = opened?.recording ? "recording" : opened?.mine === false ? "watching" : null;
    this.caption.mark(badge && this.t(badge));
    this.caption.say({ idle: this.t(badge ? `${badge}_help` : status.live ? "hint" : "past") });
    Object.assign(this.seen, { step: this.shownStep ?? 0, head: status.head, playing: player.playing, live: status.live,
                               connected: Boolean(connected), run: opened?.run ?? null });
    this.redraw();
  }

  tick() {
    this.retheme();
    this.flow();
    if (this.hidden) for (const seq of this.unacked.slice()) this.acknowledge(seq);
  }

  flow() {
    const busy = performance.now() - (this.arrived ?? -Infinity) < QUIET && this.status.live !== false;
    this.diagram.flow(busy && !this.still.matches && !this.hidden);
  }

  retheme() {
    const theme = readTheme(this.root);
    if (theme.id === this.theme?.id) return;
    this.theme = theme;
    this.root.dataset.theme = theme.name;
    for (const [role, colour] of Object.entries(theme.roles)) this.root.style.setProperty(`--pg-${role}`, colour);
    for (const name of ["ink", "paper", "accent"]) this.root.style.setProperty(`--pg-${name}`, theme[name]);
    this.root.style.setProperty("--pg-on-accent", theme.onAccent);
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
    if (this.over || !this.theme) return;
    const now = performance.now();
    const layers = this.tween.at(now);
    this.picture.draw(layers);
    const more = this.diagram.draw(now, this.frame?.layers ?? []);
    if (this.frame) {
      this.seen.drawn += 1;
      this.seen.step = this.shownStep;
    }
    for (const seq of this.unacked.slice(-1)) this.acknowledge(seq);
    if (this.tween.moving(now) || more) this.redraw();
  }

  t(key, values = {}) {
    return this.strings[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  count(number) {
    return Math.round(number).toLocaleString(this.lang);
  }

  decimal(number, digits) {
    return number.toLocaleString(this.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "\u2212");
  }

  /** Three significant figures. */
  figure(number) {
    return Number(number.toPrecision(3)).toLocaleString(this.lang, { maximumFractionDigits: 6 }).replace("-", "\u2212");
  }

  destroy() {
    this.over = true;
    cancelAnimationFrame(this.request);
    clearInterval(this.clock);
    this.line?.close();
    this.story.cancel();
    this.observer.disconnect();
    this.resize.disconnect();
    document.removeEventListener("visibilitychange", this.onVisible);
    for (const part of [this.diagram, this.picture, this.timeline, this.curves, this.speaker]) part.destroy();
    this.root.remove();
  }
}

