// Whether a student has done what a step of a lesson asks for, from what the page's stage shows. Once done it stays
// done while the step is open.

const close = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

/** Whether two values of a setting are the same, however they were written. */
export function same(value, wanted) {
  if (typeof value === "number" || typeof wanted === "number") return close(Number(value), Number(wanted));
  return String(value) === String(wanted);
}

const JUDGES = {
  visit: () => true,
  play: ({ session }) => session.status.playing,
  seek: ({ session }) => session.past,
  fork: ({ history }) => history.forks.runs.some((run) => run.current && run.at !== null),
  step: ({ frame }, goal) => Boolean(frame) && frame.step >= goal.at_least,
  setting: ({ session }, goal) => same(session.page.config[goal.name], goal.value),
  score: ({ frame }, goal) => {
    const value = frame?.scores?.[goal.name]?.[0];
    if (value === undefined || value === null) return false;
    return goal.at_least !== undefined ? value >= goal.at_least : value <= goal.at_most;
  },
  layer: ({ frame, switches }, goal) => {
    const layer = frame?.layers.find(({ name }) => name === goal.name);
    return Boolean(layer) && switches.on(layer) === (goal.on ?? true);
  },
};

/** What a hand did to a panel is not seen on the stage: the page says it. */
export class Goal {
  /** `onDone`: called once, when it is reached. */
  constructor(described, onDone) {
    this.described = described;
    this.onDone = onDone;
    this.done = described.kind === "visit";
    if (described.kind !== "panel") return;
    this.touched = ({ target }) => {
      if (target.closest?.(`.pg-panel[data-name="${described.name}"]`)) this.finish();
    };
    for (const kind of ["input", "change", "pointerup", "keydown"]) document.addEventListener(kind, this.touched, true);
  }

  /** What to do: a layer is called by its title, which only what the stage shows has. */
  sentence(stage) {
    const { kind, name, sentence } = this.described;
    const layer = kind === "layer" && stage?.frame?.layers.find((one) => one.name === name);
    return layer ? sentence.replace(`“${name}”`, `“${layer.title}”`) : sentence;
  }

  /** Whether the stage is as it is to be. */
  holds(stage) {
    return Boolean(JUDGES[this.described.kind]?.(stage, this.described));
  }

  /** The stage has changed. */
  judge(stage) {
    if (!this.done && this.holds(stage)) this.finish();
  }

  finish() {
    if (this.done) return;
    this.done = true;
    this.onDone();
  }

  destroy() {
    if (!this.touched) return;
    for (const kind of ["input", "change", "pointerup", "keydown"])
      document.removeEventListener(kind, this.touched, true);
  }
}
