// The stage's parts, and where each of them stands.

import { h } from "../core/dom.js";
import { Picture } from "../draw/picture.js";
import { Trajectory } from "../draw/trajectory.js";
import { History } from "../history/history.js";
import { Timeline } from "../history/timeline.js";
import { Controls } from "./controls.js";
import { Corner } from "./corner.js";
import { Curves } from "./curves.js";
import { Diagnosis } from "./diagnosis.js";
import { Diagram } from "./diagram.js";
import { Legend } from "./legend.js";
import { Announcer, Caption, Notices } from "./notices.js";
import { Mode } from "./mode.js";
import { Presentation } from "./presentation.js";
import { Tour } from "./tour.js";
import { Walk } from "./walk.js";

// Widths of the stage at which its parts move, in px: as in the styles.
const NARROW = 620; // a phone: one column
const MEDIUM = 900; // a projector: the diagram is folded

/** Make every part of `app` and put them into `parent`. */
export function build(app, parent) {
  app.presentation = new Presentation(app);
  app.controls = new Controls(app);
  app.caption = new Caption();
  app.diagram = new Diagram(app);
  app.walk = new Walk(app);
  app.overlay = (ctx, view) => app.walk.draw(ctx, view);
  app.picture = new Picture(app);
  app.corner = new Corner(app);
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
  app.mode = new Mode(app);
  app.picture.element.append(app.mode.element);
  app.tour = new Tour(app);
  app.strip = h("div", { class: "pg-strip" }, app.caption.element, app.diagnosis.element);
  app.timeline.build(app.history.moment, app.mode.train);
  app.main = h(
    "section",
    { class: "pg-main", "aria-label": app.t("picture") },
    app.picture.element,
    app.history.pin.element,
    app.trajectory.element,
    app.strip,
    app.timeline.element,
    h("div", { class: "pg-extras" }, app.walk.button, app.walk.panel),
  );
  app.fold = h("details", { class: "pg-fold", open: true }, h("summary", {}, app.t("diagram")), app.diagram.element);
  app.root = h(
    "div",
    { class: app.session.trains ? "pg" : "pg pg-without-model", tabindex: "-1" },
    h(
      "div",
      { class: "pg-grid" },
      app.notices.banners,
      app.controls.element,
      h("div", { class: "pg-side" }, app.fold, app.legend.element),
      app.main,
      app.curves.element,
      app.history.forks.element,
    ),
    app.keys.card,
    app.controls.menu.card,
    app.controls.link.card,
    app.announcer.element,
  );
  app.over = h("div", { class: "pg pg-over" }, app.notices.toasts, app.corner.element, app.tour.element);
  parent.append(app.root);
  document.body.append(app.over); // over the sidebar, too
  watchSize(app);
}

/** Adapt what the styles alone cannot: the diagram's grid, the curves' height, what is folded. */
function watchSize(app) {
  app.resize = new ResizeObserver(() => {
    const width = app.root.clientWidth;
    const size = width <= NARROW ? "narrow" : width <= MEDIUM ? "medium" : "wide";
    if (size !== app.size) app.fold.open = size !== "medium";
    app.size = size;
    app.diagram.place();
    app.curves.measure();
  });
  app.resize.observe(app.root);
  for (const part of [app.main, app.legend.element]) app.resize.observe(part);
}
