// Which parts the stage has, and where each of them stands.

import { Controls } from "./controls.js";
import { Curves } from "./curves.js";
import { Diagram } from "./diagram.js";
import { h } from "../core/dom.js";
import { Trajectory } from "../draw/trajectory.js";
import { Lab } from "./lab.js";
import { Legend } from "./legend.js";
import { Machine } from "../history/history.js";
import { Caption, Notices, Speaker } from "./notices.js";
import { Picture } from "../draw/picture.js";
import { Timeline } from "../history/timeline.js";

/** Make every part of `app` and put them into `parent`. */
export function build(app, parent) {
  app.controls = new Controls(app);
  app.caption = new Caption();
  app.diagram = new Diagram(app);
  app.picture = new Picture(app);
  app.trajectory = new Trajectory(app);
  app.legend = new Legend(app);
  app.timeline = new Timeline(app);
  app.machine = new Machine(app);
  app.curves = new Curves(app);
  app.lab = new Lab(app);
  app.notices = new Notices(app);
  app.speaker = new Speaker();
  app.main = h(
    "section",
    { class: "pg-main", "aria-label": app.t("picture") },
    app.picture.element,
    app.machine.pin.element,
    app.trajectory.element,
    app.timeline.element,
    app.machine.moment.element,
    app.lab.element,
    app.legend.element,
  );
  app.root = h(
    "div",
    { class: "pg", tabindex: "-1", onKeydown: (event) => app.keys.press(event) },
    h(
      "div",
      { class: "pg-grid" },
      app.notices.banners,
      app.controls.element,
      app.caption.element,
      app.diagram.element,
      app.main,
      app.curves.element,
      app.machine.branches.element,
    ),
    app.notices.toasts,
    app.keys.card,
    app.controls.menu.card,
    app.speaker.element,
  );
  parent.append(app.root);
}
