// The talk of a comparison with the server: what the page wants, what was asked for, and how the runs are doing.

import { decode } from "../core/decode.js";
import { Connection, ownerToken, socketUrl } from "../core/socket.js";

export class ComparisonSession {
  /** `socket`: the server's name for it; `on`: {opened(message), status, frame(frame), notice(text), changed}. */
  constructor(socket, lang, on) {
    this.socket = socket;
    this.lang = lang;
    this.on = on;
    this.status = []; // one for each run
    this.wanted = null; // the command that opens what is chosen on the page now
  }

  /** Whether what runs differs from what is chosen now. */
  get stale() {
    return JSON.stringify(this.wanted) !== this.asked;
  }

  /** How many runs are in training. */
  get playing() {
    return this.status.filter((run) => run.playing).length;
  }

  send(command) {
    this.connection.send(command);
  }

  /** Open what is wanted; `play`: how it is to begin. */
  begin(play) {
    this.asked = JSON.stringify(this.wanted);
    this.command = { ...this.wanted, owner: ownerToken() };
    this.play = play;
    this.on.notice("");
    if (this.connection?.open) this.open();
    else if (!this.connection) {
      this.connection = new Connection(socketUrl(this.socket, this.lang), {
        open: () => this.open(),
        message: (message) => this.receiveMessage(message),
        frame: (buffer) => this.receiveFrame(buffer),
        lost: () => this.on.lost(),
      });
      this.connection.connect();
    }
  }

  /** Also after a lost connection: the server finds the runs again, and those in training go on. */
  open() {
    this.on.notice("");
    this.send({ ...this.command, play: this.play });
  }

  receiveMessage(message) {
    if (message.is === this.wanted.do) {
      this.status = [];
      this.on.opened(message);
    } else if (message.is === "cells") {
      this.status = message.cells;
      this.play = this.playing > 0;
      this.on.status();
    } else if (message.is === "refused") {
      this.on.notice(message.text);
      if (message.about === this.wanted.do) this.asked = null;
    }
    this.on.changed();
  }

  receiveFrame(buffer) {
    const frame = decode(buffer);
    this.on.frame(frame);
    this.send({ do: "ack", seq: frame.seq });
  }

  close() {
    this.connection?.close();
  }
}
