// The stage's parts, and where each of them stands.

import { h } from "../core/dom.js";
import { Picture } from "../draw/picture.js";
import { Trajectory } from "../draw/trajectory.js";
import { History } from "../history/history.js";
import { Timeline } from "../history/timeline.js";
import { Controls } from "./controls.js";
import { Curves } from "./curves.js";
import { Diagnosis } from "./diagnosis.js";
import { Diagram } from "./diagram.js";
import { Legend } from "./legend.js";
import { Announcer, Caption, Notices } from "./notices.js";
import { Walk } from "./walk.js";

const NARROW = 900; // px: as in the styles

/** Make every part of `app` and put them into `parent`. */
export function build(app, parent) {
  app.controls = new Controls(app);
  app.caption = new Caption();
  app.diagram = new Diagram(app);
  app.walk = new Walk(app);
  app.overlay = (ctx, view) => app.walk.draw(ctx, view);
  app.picture = new Picture(app);
  app.trajectory = new Trajectory(app, (moment) => {
    app.diagram.markMoment(moment);
    app.seen.trajectory = moment;
  });
  app.legend = new Legend(app);
  app.timeline = new Timeline(app);
  app.history = new History(app);
  app.curves = new Curves(app);
  app.diagnosis = new Diagnosis(app);
  app.notices = new Notices(app);
  app.announcer = new Announcer();
  app.main = h(
    "section",
    { class: "pg-main", "aria-label": app.t("picture") },
    app.picture.element,
    app.history.pin.element,
    app.trajectory.element,
    app.timeline.element,
    app.history.moment.element,
    h("div", { class: "pg-extras" }, app.diagnosis.element, app.walk.button, app.walk.panel),
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
      app.history.forks.element,
    ),
    app.notices.toasts,
    app.keys.card,
    app.controls.menu.card,
    app.announcer.element,
  );
  parent.append(app.root);
  watchSize(app);
}

function watchSize(app) {
  app.resize = new ResizeObserver(() => {
    app.narrow = app.root.clientWidth <= NARROW;
    app.diagram.place();
    app.curves.measure();
  });
  app.resize.observe(app.root);
  app.resize.observe(app.main);
}
