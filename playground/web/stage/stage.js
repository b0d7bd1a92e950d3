// The stage: holds its parts together, shows frames, and keeps everything around the picture up to date.

import { publish } from "../core/event_bus.js";
import { Glossary } from "../core/glossary.js";
import { updateTheme } from "../core/palette.js";
import { Series } from "../core/series.js";
import { Session, same } from "../core/session.js";
import { Words } from "../core/words.js";
import { TrajectoryCuts } from "../draw/trajectory_cuts.js";
import { Tween } from "../draw/tween.js";
import { keepUnchanged } from "../draw/unchanged.js";
import { Keys } from "./keys.js";
import { build } from "./layout.js";
import { Switches } from "./legend.js";
import { handlersOf } from "./messages.js";
import { Opening } from "./opening.js";
import { Player } from "./player.js";
import { RenderLoop } from "./render_loop.js";
import { SlowMotion } from "./slow_motion.js";

const LONG = 0.3; // s: a queue that is worth a word

export class Stage {
  /** `source`: where frames come from, if not from the server (core/session.js); `plotter`: what draws the curves, if
   * not Plotly; `built`: whether the page around it is there already. */
  constructor(parent, data, { source, plotter, built } = {}) {
    this.plotter = plotter ?? null;
    const { family, strings, lang, terms } = data;
    this.family = family;
    this.words = new Words(strings, lang);
    this.terms = terms;
    this.t = this.words.t.bind(this.words);
    this.seen = { frames: 0, drawn: 0, pictures: 0, step: 0, head: 0, run: null, lastAck: -1 };
    Object.assign(this.seen, { playing: false, live: true, connected: false });
    window.__playground = this.seen; // for browser tests
    this.reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
    this.touch = matchMedia("(pointer: coarse)");
    this.tween = new Tween();
    this.cuts = new TrajectoryCuts();
    this.series = new Series();
    this.switches = new Switches(family);
    this.slowMotion = new SlowMotion({
      beat: (...beat) => this.showBeat(...beat),
      reveal: (frame, span) => this.show(frame, { span }),
    });
    this.session = new Session(handlersOf(this), source);
    this.player = new Player(this);
    this.keys = new Keys(this);
    this.loop = new RenderLoop(this, built);
    this.session.setPage(data); // the server answers while the parts are built
    build(this, parent);
    this.corner.start();
    this.loop.start();
  }

  /** What may wait until the picture moves: the curves' library stands everything still for half a second. */
  finish() {
    this.curves.load();
    this.glossary = new Glossary(this.words.lang, this.terms);
  }

  /** New data from Python: another theme or other settings. */
  update({ data, setTriggerValue }) {
    this.pick = (value) => setTriggerValue("pick", value);
    this.propose = (settings) => setTriggerValue("settings", settings);
    this.controls.data.set(data.choices, String(data.config.data ?? ""), data.own);
    this.updateTheme();
    this.history.linked = data.pin;
    this.opening ??= new Opening(this, data.link);
    this.session.starting = Boolean(data.said?.starts && data.said.id !== this.saidLast && this.frame);
    if (!same(data.config, this.session.page?.config)) this.notices.offer(null);
    this.session.setPage(data);
    this.session.starting = false;
    this.say(data.said);
    this.changed();
  }

  /** A step of a lesson: its settings and the moment that it opens at, before Streamlit says them too. */
  takeStep({ config, link, run }) {
    this.switches.link(link.layers);
    this.legend.forget();
    if (this.frame) this.legend.show(this.frame, this.picture.focus);
    this.opening = new Opening(this, link);
    this.session.setPage({ ...this.session.page, config, run, lang: this.words.lang });
    this.changed();
  }

  /** Say once what a button elsewhere on the page has changed, where it can be seen. `said`: {id, text}, or null. */
  say(said) {
    if (!said || said.id === this.saidLast) return;
    if (this.saidLast !== undefined || this.frame) {
      this.notices.toast(said.text);
      this.corner.reveal();
    }
    this.saidLast = said.id;
  }

  /** Show `frame`; `span`: how long the picture takes to become it, in ms; `now`: the time of the drawing. */
  show(frame, { span, now = performance.now() } = {}) {
    const other = this.frame?.run !== frame.run;
    frame.layers = keepUnchanged(frame.layers, this.frame?.layers);
    this.frame = frame;
    this.trajectory.set(frame.trajectory);
    const instant = this.reducedMotion.matches || this.hidden || other;
    this.tween.push(frame, now, { span, instant });
    this.series.add(frame.points ?? []);
    this.series.score(frame.scores);
    this.diagram.stale = true;
    this.legend.show(frame, this.picture.focus);
    this.picture.describe(frame.words);
    this.announcer.announce(frame.words);
    this.loop.fresh = true;
    this.history.pin.follow();
    this.changed();
  }

  /** Highlight what a part of the slow step is about; null: it has been shown to its end. */
  showBeat(beat, number, count) {
    this.diagram.light(beat);
    this.picture.light(layersOf(beat, this.diagram.nodes, this.frame));
    this.caption.show({ beat: beat ? { caption: beat.caption, number, count } : null });
  }

  /** Bring a node of the diagram to the picture; null: the whole scene. */
  focus(node) {
    this.picture.setFocus(node);
    this.walk.focused(node);
    this.diagram.select(node);
    if (this.frame) this.legend.show(this.frame, node);
    this.redraw();
  }

  hint(node) {
    this.caption.show({ hint: node ? `${node.title}: ${node.help}` : null });
  }

  /** Something around the picture has changed: it is brought up to date soon (render_loop.js). */
  changed() {
    this.outdated = true;
    if (this.hidden) queueMicrotask(() => this.bringUpToDate());
    else this.redraw();
  }

  bringUpToDate() {
    if (!this.outdated || this.destroyed) return;
    this.outdated = false;
    this.refresh();
  }

  refresh() {
    const { session, player } = this;
    const { status, watching, connected } = session;
    this.opening?.update();
    if (this.series.steps.set(status.halves)) this.series.revision += 1;
    this.controls.update();
    this.controls.showStep(this.frame?.step ?? 0);
    this.mode.update();
    this.tour.update();
    this.timeline.update();
    this.curves.point();
    this.history.update();
    this.corner.update();
    this.notices.update({
      lost: !connected && this.frame,
      stopped: status.stopped,
      waits: status.waits,
      mine: session.mine,
    });
    const empty = !this.frame;
    const waits = connected || !empty ? this.queued(status.cost) : this.t("connecting");
    const comes = !status.stopped || !connected; // else the banner says why there is no picture
    this.picture.wait(comes && (empty || status.busy) ? waits : null, empty);
    const badge = session.mine ? null : "watching";
    this.caption.mark(badge && this.t(badge));
    const about = session.recording ? "recording_help" : badge && "watching_help";
    this.caption.show({
      idle: this.t(about ? about : session.past ? "past" : this.touch.matches ? "hint_touch" : "hint"),
    });
    Object.assign(this.seen, {
      step: this.frame?.step ?? 0,
      head: status.head,
      playing: player.playing,
      live: status.live,
      connected,
      run: watching?.run ?? null,
      lastAck: session.lastAck,
    });
    publish(this);
  }

  /** What is said while there is no picture yet: with many runs on the worker also how long that may take. */
  queued(cost) {
    const seconds = cost ? (cost.queue * cost.slice_ms) / 1000 : 0;
    if (seconds < LONG) return this.t("waiting");
    return this.t("waiting_queue", { runs: this.words.count(cost.queue), seconds: this.words.figure(seconds) });
  }

  updateTheme() {
    if (!updateTheme(this)) return;
    this.over.style.cssText = this.root.style.cssText;
    this.over.dataset.theme = this.theme.name;
    this.diagram.stale = true;
    this.timeline.draw();
    this.redraw();
  }

  get hidden() {
    return this.loop.hidden;
  }

  redraw() {
    this.loop.request();
  }

  destroy() {
    this.destroyed = true;
    this.glossary?.destroy();
    this.loop.stop();
    this.session.close();
    this.slowMotion.cancel();
    const { diagram, picture, trajectory, timeline, curves, announcer, history, corner, presentation, tour, resize } =
      this;
    const parts = [
      diagram,
      picture,
      trajectory.slider,
      timeline,
      curves,
      announcer,
      history,
      corner,
      presentation,
      tour,
    ];
    for (const part of [...parts, this.keys]) part.destroy();
    resize.disconnect();
    this.root.remove();
    this.over.remove();
  }
}

/** Names of the layers that a beat is about; null: it is about none of them, or about all. */
function layersOf(beat, nodes, frame) {
  const names = new Set(nodes.filter((node) => beat?.nodes.includes(node.name)).flatMap((node) => node.layers));
  return frame?.layers.some((layer) => layer.stage && names.has(layer.name)) ? names : null;
}
