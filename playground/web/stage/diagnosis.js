// What is wrong with the training, said calmly under the timeline: what, why, by which rule, and what helps.

import { h } from "../core/dom.js";

export class Findings {
  constructor(app) {
    this.app = app;
    this.element = h("div", { class: "pg-diagnoses", role: "status", "aria-live": "polite" });
  }

  /** `findings` of the server, in the visitor's language; none: the place is empty. */
  show(findings) {
    this.app.seen.findings = findings.map((one) => one.name); // for browser tests
    this.element.replaceChildren(...findings.map((one) => this.card(one)));
  }

  card({ name, title, text, rule, remedy }) {
    const { t, session } = this.app;
    const some = session.mine && Object.keys(remedy.settings).length > 0;
    const cure = some
      ? h(
          "p",
          { class: "pg-remedy" },
          h(
            "button",
            { type: "button", class: "pg-text-button", onClick: () => this.cure(remedy.settings) },
            t("try_remedy"),
          ),
          h("span", {}, remedy.text),
        )
      : null;
    return h(
      "article",
      { class: "pg-diagnosis", "data-name": name },
      h("p", {}, h("strong", {}, title), " ", text),
      cure,
      h("details", {}, h("summary", {}, t("found_by")), h("p", {}, rule)),
    );
  }

  /** The page takes the settings over; what it then asks for goes on at once, be it a changed or a new run. */
  cure(settings) {
    this.app.player.going();
    this.app.propose(settings);
  }
}
