// For a projector: the stage fills the window, its letters are larger, and everything else is put away.

import { attribute, iconButton } from "../core/dom.js";

const STATE = "pg-presenting"; // a class of the whole page: the styles do the rest

export class Presentation {
  constructor(app) {
    this.app = app;
    this.button = iconButton("present", app.t("present"), () => this.toggle(), "pg-quiet");
    attribute(this.button, "aria-pressed", false);
  }

  get on() {
    return document.documentElement.classList.contains(STATE);
  }

  toggle(on = !this.on) {
    document.documentElement.classList.toggle(STATE, on);
    attribute(this.button, "aria-pressed", on);
    for (const name of ["title", "aria-label"])
      attribute(this.button, name, this.app.t(on ? "present_end" : "present"));
    if (on) this.app.root.scrollIntoView({ block: "start" });
    this.app.updateTheme(); // letters on canvases have another size
    this.app.curves.measure();
  }

  destroy() {
    document.documentElement.classList.remove(STATE);
  }
}
