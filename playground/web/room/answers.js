// Answers on their way to the room: what was given while the connection was lost, or was not confirmed before it broke,
// is sent again when it is back.

export class Answers {
  /** `send(at, answer)` gives an answer to the question of step `at`, if there is a connection. */
  constructor(send) {
    this.send = send;
    this.open = new Map(); // step -> {answer, sent: how often since the connection is there}
  }

  give(at, answer) {
    const sent = this.open.get(at)?.sent ?? 0;
    this.open.set(at, { answer, sent: sent + (this.send(at, answer) ? 1 : 0) });
  }

  /** The room has one; the last one given is open until all that were sent are there. */
  confirmed(at) {
    const found = this.open.get(at);
    if (!found) return;
    found.sent -= 1;
    if (found.sent <= 0) this.open.delete(at);
  }

  /** The connection is there again, and knows nothing of what was not confirmed. */
  again() {
    for (const [at, { answer }] of [...this.open]) this.open.set(at, { answer, sent: this.send(at, answer) ? 1 : 0 });
  }

  /** Nothing more is to be sent: the room does not take it, or the place in it is gone. */
  drop() {
    this.open.clear();
  }
}
