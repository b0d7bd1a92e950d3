// The talk with the server over a socket, and what is known from it: the run, its status, its frames.

import { decode, decodeScenes, holdsScenes } from "./decode.js";
import { Connection, ownerToken, socketUrl } from "./socket.js";

const LATE = 1000; // ms after which a frame is acknowledged even if the browser would not draw it

export class Session {
  /** `on`: {opened(message, other), diagram, curves, note, refused, frame(frame) -> shown now?, lost, changed}. */
  constructor(on) {
    this.on = on;
    this.connected = false;
    this.opened = undefined; // the newest message `opened`: which run is shown, with its settings
    this.unacknowledged = [];
    this.lastAck = -1;
    this.eager = false; // whether the run that the page asks for next plays at once
    this.status = {
      playing: false,
      live: true,
      step: 0,
      head: 0,
      kept: [],
      speed: null,
      rate: 0,
      marks: [],
      stopped: null,
      busy: true,
      viewers: 1,
      background: false,
    };
  }

  /** What the page wants shown; the server is asked for it now, or as soon as there is a connection. */
  setPage({ family, config, run, lang, autoplay }) {
    const wanted = JSON.stringify([family, config, run]);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    const drawn = Boolean(this.page) && config.data === "own" && config.own !== this.page.config.own; // "train on it"
    this.page = { family, config, run, autoplay, drawn };
    if (this.adopted === sorted(config)) {
      this.openedFor = wanted; // the page has adopted the run's settings: nothing is to be asked for
      remember(this.opened, wanted);
      return;
    }
    if (!this.connection) {
      this.connection = new Connection(socketUrl("socket", lang), {
        open: () => this.open(),
        message: (message) => this.receiveMessage(message),
        frame: (buffer) => this.receiveFrame(buffer),
        lost: () => this.lose(),
      });
    } else if (this.connection.open) this.open();
  }

  /** Also after a lost connection or a reload: then the run that was shown is asked for by its name. */
  open({ anew = false } = {}) {
    const { family, config, run, autoplay, drawn } = this.page;
    const same = this.opened && this.openedFor === this.wanted;
    const known = same ? this.opened.run : this.opened ? null : recall(family, this.wanted);
    this.openedFor = this.wanted;
    this.connected = true;
    this.named = anew ? null : ((run !== this.linked ? run : null) ?? known);
    this.linked = run; // the link is followed once; afterwards what was opened counts
    this.send({
      do: "open",
      family,
      config,
      owner: ownerToken(),
      run: this.named,
      play: this.opened ? this.playing || drawn || this.eager : Boolean(autoplay),
    });
    this.page.drawn = this.eager = false;
    this.on.changed();
  }

  /** Show a run of the visitor's own, whose settings the page then adopts. */
  openRun(run) {
    const { family, config } = this.page;
    this.send({ do: "open", family, config, owner: ownerToken(), run, play: false });
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
    if (message.is === "opened") {
      const other = !this.opened || this.opened.run !== message.run || this.opened.recording !== message.recording;
      this.opened = message;
      this.named = null;
      remember(message, this.openedFor);
      this.on.opened(message, other);
      this.adopted = message.adopt ? sorted(message.config) : null;
      if (message.adopt && this.adopted !== sorted(this.page.config)) this.on.adopt(message.config);
    } else if (message.is === "status") Object.assign(this.status, message);
    else if (message.is === "refused" && message.about === "open" && this.named)
      this.open({ anew: true }); // that run is gone
    else this.on[message.is]?.(message);
    this.on.changed();
  }

  /** Whether a run of the visitor's own is in training: a recording plays by itself. */
  get playing() {
    return this.status.playing && !this.recording;
  }

  get recording() {
    return Boolean(this.opened?.recording);
  }

  get mine() {
    return this.opened?.mine !== false;
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

const storageKey = (family) => `playground.run.${family}`;

/** Remember this tab's newest run, even one stepped by hand: a reload must find it again. */
function remember({ family, run }, wanted) {
  try {
    if (run) sessionStorage.setItem(storageKey(family), JSON.stringify({ asked: wanted, run }));
  } catch {
    // no storage: the server still finds untouched runs
  }
}

function recall(family, wanted) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey(family)));
    return kept?.asked === wanted ? kept.run : null;
  } catch {
    // no storage, or another format
    return null;
  }
}
