// What is said on the socket, and what is known from it: the run, its status, its frames.

import { decode, decodeScenes, holdsScenes } from "./decode.js";
import { Line, ownerToken } from "./socket.js";

const LATE = 1000; // ms after which a frame is acknowledged even if the browser would not draw it

export class Session {
  /** `on`: {opened(message, other), diagram, curves, note, refused, frame(frame) -> shown now?, lost, changed}. */
  constructor(on) {
    this.on = on;
    this.connected = false;
    this.opened = undefined;
    this.unacked = [];
    this.lastAck = -1;
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

  /** What the page wants shown; says so to the server now, or as soon as there is a line. */
  want({ family, config, run, lang, autoplay }) {
    const asked = JSON.stringify([family, config, run]);
    if (asked === this.asked) return;
    this.asked = asked;
    const drawn = Boolean(this.page) && config.data === "own" && config.own !== this.page.config.own; // "train on it"
    this.page = { family, config, run, autoplay, drawn };
    if (this.adopted === plain(config)) {
      this.openedFor = asked; // the page has taken the settings of the run over: nothing is to be asked for
      remember(this.opened, asked);
      return;
    }
    if (!this.line) {
      const url = new URL("../socket", import.meta.url);
      url.protocol = url.protocol.replace("http", "ws");
      url.searchParams.set("lang", lang);
      this.line = new Line(url, {
        open: () => this.open(),
        text: (m) => this.hear(m),
        frame: (b) => this.receive(b),
        lost: () => this.lose(),
      });
    } else if (this.line.open) this.open();
  }

  /** Also after a lost connection, or a reload: then the run that was shown is asked for by its name. */
  open({ anew = false } = {}) {
    const { family, config, run, autoplay, drawn } = this.page;
    const same = this.opened && this.openedFor === this.asked;
    const known = same ? this.opened.run : this.opened ? null : recall(family, this.asked);
    this.openedFor = this.asked;
    this.connected = true;
    this.named = anew ? null : ((run !== this.linked ? run : null) ?? known);
    this.linked = run; // the link is followed once; afterwards what was opened counts
    this.send({
      do: "open",
      family,
      config,
      owner: ownerToken(),
      run: this.named,
      play: this.opened ? this.playing || drawn || Boolean(this.eager) : Boolean(autoplay),
    });
    this.page.drawn = this.eager = false;
    this.on.changed();
  }

  /** Show a run of the visitor's own, whose settings the page then takes over. */
  openRun(run) {
    const { family, config } = this.page;
    this.send({ do: "open", family, config, owner: ownerToken(), run, play: false });
  }

  lose() {
    this.connected = false;
    this.unacked = [];
    this.on.lost();
    this.on.changed();
  }

  send(command) {
    return Boolean(this.line?.send(command));
  }

  hear(message) {
    if (message.is === "opened") {
      const other = !this.opened || this.opened.run !== message.run || this.opened.recording !== message.recording;
      this.opened = message;
      this.named = null;
      remember(message, this.openedFor);
      this.on.opened(message, other);
      this.adopted = message.adopt ? plain(message.config) : null;
      if (message.adopt && this.adopted !== plain(this.page.config)) this.on.adopt(message.config);
    } else if (message.is === "status") Object.assign(this.status, message);
    else if (message.is === "refused" && message.about === "open" && this.named)
      this.open({ anew: true }); // it is gone
    else this.on[message.is]?.(message);
    this.on.changed();
  }

  /** Whether a run of the visitor's own is under way: a recording plays by itself. */
  get playing() {
    return this.status.playing && !this.recording;
  }

  get recording() {
    return Boolean(this.opened?.recording);
  }

  get mine() {
    return this.opened?.mine !== false;
  }

  /** Whether a moment of the past is on show, of a run that has a present. */
  get past() {
    return this.status.live === false && !this.recording;
  }

  receive(buffer) {
    if (holdsScenes(buffer)) return this.on.panel?.(decodeScenes(buffer));
    const frame = decode(buffer);
    this.arrived = performance.now();
    this.unacked.push(frame.seq);
    if (this.on.frame(frame)) setTimeout(() => this.acknowledge(frame.seq), LATE);
    else this.acknowledge(frame.seq);
  }

  /** Everything up to `seq` has been drawn (or will never be): the next may come. */
  acknowledge(seq = this.unacked.at(-1)) {
    if (!this.unacked.includes(seq)) return;
    this.unacked = this.unacked.filter((other) => other > seq);
    if (this.send({ do: "ack", seq })) this.lastAck = seq;
  }

  close() {
    this.line?.close();
  }
}

/** Settings as a text that does not depend on their order. */
const plain = (config) => JSON.stringify(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1)));

const place = (family) => `playground.run.${family}`;

/** This tab's last run, also one that was stepped by hand: a reload must find it again. */
function remember({ family, run }, asked) {
  try {
    if (run) sessionStorage.setItem(place(family), JSON.stringify({ asked, run }));
  } catch {
    // no storage: the server still finds untouched runs
  }
}

function recall(family, asked) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place(family)));
    return kept?.asked === asked ? kept.run : null;
  } catch {
    // no storage, or not ours
    return null;
  }
}
