// What is wrong with the training: what, why, by which rule it was found, and a remedy.

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
  }

  card({ name, title, text, rule, remedy }) {
    const { t, session } = this.app;
    const possible = session.mine && Object.keys(remedy.settings).length > 0;
    const advice = possible
      ? h(
          "p",
          { class: "pg-remedy" },
          h(
            "button",
            { type: "button", class: "pg-text-button", onClick: () => this.tryRemedy(remedy.settings) },
            t("try_remedy"),
          ),
          h("span", {}, remedy.text),
        )
      : null;
    return h(
      "article",
      { class: "pg-diagnosis", "data-name": name },
      h("p", {}, h("strong", {}, title), " ", text),
      advice,
      h("details", {}, h("summary", {}, t("found_by")), h("p", {}, rule)),
    );
  }

  /** The page takes the settings over; the changed or new run plays at once. */
  tryRemedy(settings) {
    this.app.session.eager = true;
    this.app.propose(settings);
  }
}
