// Joins a page's stage and the panels under it: Streamlit mounts them one by one, in any order, and again.

const stages = new Map(); // family -> its stage on the page
const subscribers = new Map(); // family -> functions to call with news of its stage

export const stageOf = (family) => stages.get(family) ?? null;

export function addStage(stage) {
  stages.set(stage.family, stage);
  publish(stage);
}

export function removeStage(stage) {
  if (stageOf(stage.family) === stage) stages.delete(stage.family);
  publish(stage);
}

/** Tell the subscribers that the stage has changed, or hand on a `message` for a panel. */
export function publish(stage, message = null) {
  for (const subscriber of subscribers.get(stage.family) ?? []) subscriber(message);
}

/** Call `subscriber(message or null)` at every `publish`; returns a function that ends the subscription. */
export function subscribe(family, subscriber) {
  if (!subscribers.has(family)) subscribers.set(family, new Set());
  subscribers.get(family).add(subscriber);
  return () => subscribers.get(family).delete(subscriber);
}
