// What lies between the timeline and the legend: what is wrong with the training, and the latent walk.

import { h } from "../core/dom.js";
import { Findings } from "./diagnosis.js";
import { news } from "../core/event_bus.js";
import { Walk } from "./walk.js";

export class Lab {
  constructor(app) {
    this.findings = new Findings(app);
    this.walk = new Walk(app);
    this.element = h("div", { class: "pg-extras" }, this.findings.element, this.walk.button, this.walk.panel);
  }
}

/** What it hears on the socket. */
export const hears = (app) => ({
  diagnosis: ({ findings }) => app.lab.findings.show(findings),
  answer: (message) => app.lab.walk.hear(message),
  panel: (answer) => news(app, answer),
  panel_refused: (message) => news(app, message),
});
