// Where a page's stage and the panels under it meet: they are mounted one by one, in any order, and again.

const stages = new Map(); // family -> its stage on the page
const listeners = new Map(); // family -> those that want to know

export const stageOf = (family) => stages.get(family) ?? null;

export function arrive(stage) {
  stages.set(stage.family, stage);
  news(stage);
}

export function leave(stage) {
  if (stageOf(stage.family) === stage) stages.delete(stage.family);
  news(stage);
}

/** Something is new on the stage, or a `message` came for a panel. */
export function news(stage, message = null) {
  for (const listener of listeners.get(stage.family) ?? []) listener(message);
}

/** Call `listener(message or null)` with all news; returns what ends it. */
export function attend(family, listener) {
  if (!listeners.has(family)) listeners.set(family, new Set());
  listeners.get(family).add(listener);
  return () => listeners.get(family).delete(listener);
}
