// What Streamlit mounts for the stage. Streamlit only passes the settings; from then on everything is a message on the
// socket, and the page's script does not run again.

import { addStage, removeStage } from "../core/event_bus.js";
import { mountComponent } from "../core/mounting.js";
import { Stage } from "./stage.js";

/** The default export of the component calls this again and again, with new data; resolves to what unmounts. */
export const mount = (component) =>
  mountComponent(component, {
    create: (parent, data) => new Stage(parent, data),
    accepts: (stage, { lang, family }) => stage.words.lang === lang && stage.family === family,
    update: (stage, newest) => {
      stage.update(newest);
      addStage(stage);
    },
    remove: (stage) => {
      stage.destroy();
      removeStage(stage);
    },
  });
