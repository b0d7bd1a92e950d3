// When a panel asks the model on the stage: once a dial has moved, and again as training goes on.

const LIVE = 1000; // ms at least between two questions that only training asks for
const SHARE = 4; // ... and at least so many times as long as an answer takes: training is not held up
const MOVED = 150; // ms between two questions because another moment is shown
const PATIENCE = 20_000; // ms after which the next question no longer waits for an answer

export class Questions {
  constructor(panel) {
    this.panel = panel;
    this.number = 0;
    this.waiting = false; // for an answer
    this.asked = null; // {at, about, step, answered}: the newest question
  }

  /** Ask if there is something new to ask about, and the panel is in sight. */
  consider() {
    const { stage } = this.panel.app;
    const session = stage?.session;
    if (!session?.connected || !session.watching) {
      this.reset();
      return;
    }
    const now = performance.now();
    if (this.waiting && now - this.asked.at > PATIENCE) this.reset();
    if (this.waiting || !this.panel.visible || document.hidden) return;
    const { values } = this.panel;
    const about = JSON.stringify({ values, run: session.watching.run ?? null, recording: session.recording });
    const step = session.recording ? null : (stage.frame?.step ?? null);
    if (about !== this.asked?.about || this.due(now, step, session)) this.ask(now, about, step, values);
  }

  reset() {
    this.asked = null;
    this.waiting = false;
  }

  /** Whether to ask the same again, since the model has changed. */
  due(now, step, session) {
    if (step === null || step === this.asked.step || step === this.asked.answered) return false;
    const learning = session.playing && !session.past;
    if (learning && !this.panel.live) return false;
    return now - this.asked.at >= (learning ? Math.max(LIVE, SHARE * this.latency) : MOVED);
  }

  ask(now, about, step, values) {
    const { app, name } = this.panel;
    this.number += 1;
    this.asked = { at: now, about, step, answered: null };
    this.waiting = app.stage.session.send({ do: "panel", id: this.number, name, values });
    if (!this.waiting) this.asked = null;
  }

  receive(message) {
    if (!this.waiting || message.id !== this.number) return;
    this.waiting = false;
    this.latency = performance.now() - this.asked.at;
    this.asked.answered = message.step ?? this.asked.step;
    this.panel.receive(message);
    this.consider();
  }
}
