// What is wrong with the training, in one line over the timeline: what, and a remedy. Why, and by which rule it was
// found, opens above it.

import { h } from "../core/dom.js";

export class Diagnosis {
  constructor(app) {
    this.app = app;
    this.element = h("div", { class: "pg-diagnoses", role: "status", "aria-live": "polite" });
  }

  /** `findings` of the server, in the visitor's language. */
  show(findings) {
    this.app.seen.findings = findings.map((one) => one.name); // for browser tests
    this.element.replaceChildren(...findings.map((one) => this.card(one)));
    this.app.strip.classList.toggle("pg-has-findings", findings.length > 0);
  }

  card({ name, title, text, rule, remedy }) {
    const { t, session } = this.app;
    const possible = session.mine && Object.keys(remedy.settings).length > 0;
    const remedyButton = possible
      ? h(
          "button",
          {
            type: "button",
            class: "pg-text-button",
            title: remedy.text,
            onClick: () => this.tryRemedy(remedy.settings),
          },
          t("try_remedy"),
        )
      : null;
    return h(
      "article",
      { class: "pg-diagnosis", "data-name": name },
      h(
        "details",
        {},
        h("summary", { title: t("found_by") }, h("strong", {}, title), " ", h("span", {}, text)),
        h(
          "div",
          { class: "pg-diagnosis-card" },
          h("p", {}, h("strong", {}, title), " ", text),
          possible ? h("p", {}, remedy.text) : null,
          h("p", { class: "pg-small" }, h("strong", {}, t("found_by")), " ", rule),
        ),
      ),
      remedyButton,
    );
  }

  /** The page takes the settings over; the changed or new run plays at once. */
  tryRemedy(settings) {
    this.app.session.eager = true;
    this.app.propose(settings);
  }
}
