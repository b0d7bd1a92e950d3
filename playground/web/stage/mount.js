// What Streamlit mounts. Everything after the first word to the server is a message on the socket; the
// script is not run again for any of it.

import { arrive, leave } from "../core/event_bus.js";
import { dressed } from "../core/styles.js";
import { Stage } from "./stage.js";

const stages = new WeakMap();
const newest = new WeakMap();

/** What the default export of the component calls, again and again with new data; returns what unmounts. */
export async function mount(component) {
  const { parentElement } = component;
  newest.set(parentElement, component);
  await dressed();
  const { data } = newest.get(parentElement); // another call may have come meanwhile
  let stage = stages.get(parentElement);
  if (stage && (stage.words.lang !== data.lang || stage.family !== data.family)) {
    end(stage);
    stage = null;
  }
  stage ??= new Stage(parentElement, data);
  stages.set(parentElement, stage);
  stage.update(newest.get(parentElement));
  arrive(stage);
  return () =>
    setTimeout(() => {
      // Streamlit also calls this when a newer call overtook an older one: only what left the page is over
      if (parentElement.isConnected) return;
      if (stages.has(parentElement)) end(stages.get(parentElement));
      stages.delete(parentElement);
    });
}

function end(stage) {
  stage.destroy();
  leave(stage);
}
