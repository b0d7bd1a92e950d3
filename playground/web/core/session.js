// The talk with the server over a socket, and what is known from it: the run, its status, its frames.

import { decode, decodeScenes, holdsScenes } from "./decode.js";
import { Connection, openEarly, ownerToken, socketUrl } from "./socket.js";

const LATE = 1000; // ms after which a frame is acknowledged even if the browser would not draw it

/** Ask for what a page of `family` opens with, before Streamlit has built it: `config` if its link names no settings. */
export function watchEarly(family, config) {
  const plain = [...new URLSearchParams(location.search).keys()].every((name) => name === "lang");
  openEarly("socket", plain ? watchCommand({ family, config, run: recall(family, config), play: false }) : null);
}

/** Where a stage's messages and frames come from, unless it is given another source: the server of its page. */
const server = {
  trains: true,
  connect: (lang, on) => new Connection(socketUrl("socket", lang), on),
};

/** The first message of a connection. */
const watchCommand = ({ family, config, run, play }) => ({
  do: "watch",
  family,
  config,
  owner: ownerToken(),
  run,
  play,
});

export class Session {
  /** `on`: {watching(message, other), follow(config), diagram, curves, note, refused, frame(frame) -> shown now?, lost, changed}.
   * `source`: {trains: whether it has a living model, connect(lang, on) -> what is like a `Connection`}. */
  constructor(on, source = server) {
    this.on = on;
    this.source = source;
    this.connected = false;
    this.watching = undefined; // the newest message `watching`: which run is shown, with its settings
    this.agreed = undefined; // the settings that the page and the server know of each other
    this.unacknowledged = [];
    this.lastAck = -1;
    this.eager = false; // whether the run plays at once with the settings that the page has next
    this.starting = false; // whether a new run with them does
    this.status = {
      playing: false,
      live: true,
      step: 0,
      head: 0,
      kept: [],
      speed: null,
      rate: 0,
      marks: [],
      changed: {},
      stopped: null,
      waits: null,
      busy: true,
      viewers: 1,
      background: false,
    };
  }

  /** What the page wants shown. Only what changed there is sent: the settings that the page took over from the server
   * are in force already. */
  setPage({ family, config, run, lang, autoplay, own }) {
    const before = this.page;
    // "train on it": data that were just drawn, pasted or uploaded are trained on at once
    if (before && own && config.data === own.name && config[own.setting] !== before.config[own.setting])
      this.eager = true;
    this.page = { family, config, run, autoplay };
    if (!this.connection) {
      this.connection = this.source.connect(lang, {
        open: () => this.watch(),
        message: (message) => this.receiveMessage(message),
        frame: (buffer) => this.receiveFrame(buffer),
        lost: () => this.lose(),
      });
      this.connection.connect();
    } else if (run && run !== before.run) this.watch(run);
    else if (!same(config, before.config)) this.configure();
  }

  /** The first message of a connection: look at that run, by default the one that was shown before the connection broke
   * or the page was loaded again, else the one of the page's link or settings. */
  watch(run = this.shown ?? null, play = this.watching ? this.playing || this.eager : Boolean(this.page.autoplay)) {
    if (!this.connection?.open) return;
    const { family, config } = this.page;
    this.connected = true;
    this.named = run;
    this.send(watchCommand({ family, config, run, play }));
    this.agreed = config;
    this.eager = false;
    this.on.changed();
  }

  /** The run to ask for by its name. Settings that were changed without a connection ask for another one. */
  get shown() {
    const { family, config, run } = this.page;
    if (!this.watching) return run ?? recall(family, config);
    return same(config, this.agreed) ? this.watching.run : null;
  }

  /** The settings of the page have changed. */
  configure() {
    const { family, config } = this.page;
    if (!same(config, this.agreed) && this.send({ do: "configure", config, play: this.eager, begin: this.starting })) {
      this.agreed = config;
      this.eager = this.starting = false;
    }
    if (same(config, this.agreed)) remember(family, config, this.watching?.run);
    this.on.changed();
  }

  lose() {
    this.connected = false;
    this.unacknowledged = [];
    this.on.lost();
    this.on.changed();
  }

  send(command) {
    return Boolean(this.connection?.send(command));
  }

  receiveMessage(message) {
    if (message.is === "watching") {
      const { watching } = this;
      const other = !watching || watching.run !== message.run || watching.recording !== message.recording;
      this.watching = message;
      this.status.changed = {}; // those of another run; the status that follows says what was changed in this one
      this.named = null;
      const { family, config } = this.page;
      if (message.follow) this.agreed = message.config;
      remember(family, message.follow ? message.config : config, message.run);
      this.on.watching(message, other);
      if (message.follow && !same(message.config, config)) this.on.follow(message.config);
    } else if (message.is === "status") Object.assign(this.status, message);
    else if (message.is === "refused" && message.about === "watch" && this.named) {
      if (this.named === this.page.run) this.on.gone?.(this.named);
      this.page.run = null; // that run is gone
      this.watch(null);
    } else this.on[message.is]?.(message);
    this.on.changed();
  }

  /** The settings in force of what is shown: those that it began with, and what was changed by hand since. */
  get inForce() {
    return { ...this.watching?.config, ...this.status.changed };
  }

  /** Whether a run of the visitor's own is in training: a recording plays by itself. */
  get playing() {
    return this.status.playing && !this.recording;
  }

  get recording() {
    return Boolean(this.watching?.recording);
  }

  /** Whether there is a living model behind it, which can train and be asked. */
  get trains() {
    return this.source.trains;
  }

  get mine() {
    return this.watching?.mine !== false;
  }

  /** Whether an earlier moment is shown, of a run that can go on training. */
  get past() {
    return this.status.live === false && !this.recording;
  }

  receiveFrame(buffer) {
    if (holdsScenes(buffer)) return this.on.panel?.(decodeScenes(buffer));
    const frame = decode(buffer);
    this.arrived = performance.now();
    this.unacknowledged.push(frame.seq);
    if (this.on.frame(frame)) setTimeout(() => this.acknowledge(frame.seq), LATE);
    else this.acknowledge(frame.seq);
  }

  /** Everything up to `seq` has been drawn (or never will be): the next frame may come. */
  acknowledge(seq = this.unacknowledged.at(-1)) {
    if (!this.unacknowledged.includes(seq)) return;
    this.unacknowledged = this.unacknowledged.filter((other) => other > seq);
    if (this.send({ do: "ack", seq })) this.lastAck = seq;
  }

  close() {
    this.connection?.close();
  }
}

/** Settings as a text that does not depend on their order. */
const sorted = (config) => JSON.stringify(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1)));

export const same = (a, b) => Boolean(a && b) && sorted(a) === sorted(b);

const storageKey = (family) => `playground.run.${family}`;

/** Remember which run this tab shows for which settings, even one stepped by hand: a reload must find it again. */
function remember(family, config, run) {
  try {
    if (run) sessionStorage.setItem(storageKey(family), JSON.stringify({ config, run }));
    else sessionStorage.removeItem(storageKey(family));
  } catch {
    // no storage: the server still finds untouched runs
  }
}

function recall(family, config) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey(family)));
    return same(kept?.config, config) ? kept.run : null;
  } catch {
    // no storage, or another format
    return null;
  }
}
