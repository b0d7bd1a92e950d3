// The socket of a room. A token, kept by the browser, gives everyone's place back after a break.

import { decode } from "../core/decode.js";
import { Connection, socketUrl } from "../core/socket.js";

const key = (code) => `playground.room.${code}`;

/** The token of a room that this browser has, in this tab or for good; null: none. */
export function tokenOf(code) {
  try {
    return sessionStorage.getItem(key(code)) ?? localStorage.getItem(key(code));
  } catch {
    return tokenOf.memory?.[code] ?? null;
  }
}

export function keepToken(code, token) {
  try {
    sessionStorage.setItem(key(code), token); // two tabs of one browser are two people, as in a rehearsal
    localStorage.setItem(key(code), token);
  } catch {
    (tokenOf.memory ??= {})[code] = token; // storage may be forbidden: it lasts as long as the page
  }
}

export function forgetToken(code) {
  try {
    sessionStorage.removeItem(key(code));
    localStorage.removeItem(key(code));
  } catch {
    delete tokenOf.memory?.[code];
  }
}

export class RoomConnection {
  /** `on`: {view(view, changed), picture(frame), told(message), lost}. */
  constructor(lang, on) {
    this.on = on;
    this.view = {};
    this.first = null; // what is said first on every connection
    this.connection = new Connection(socketUrl("socket/room", lang), {
      open: () => this.first && this.connection.send(this.first),
      message: (message) => this.receive(message),
      frame: (buffer) => on.picture?.(decode(buffer)),
      lost: () => on.lost?.(),
    });
    this.connection.connect();
  }

  /** Say this, now and whenever the connection comes back. */
  begin(command) {
    this.first = command;
    if (this.connection.open) this.connection.send(command);
  }

  send(command) {
    return this.connection.send(command);
  }

  receive(message) {
    const { is } = message;
    if (is === "room") {
      delete message.is;
      Object.assign(this.view, message);
      this.on.view(this.view, message);
      return;
    }
    if (is === "opened" || is === "joined") {
      keepToken(message.code, message.token);
      this.first = { do: "enter", code: message.code, token: message.token };
    }
    if (is === "kicked" || is === "closed" || is === "replaced") {
      this.first = null;
      this.view = {};
    }
    this.on.told?.(message);
  }

  close() {
    this.connection.close();
  }
}
