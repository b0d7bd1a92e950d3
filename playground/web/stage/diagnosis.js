// What is wrong with the training, in one line over the timeline: what, and a remedy. Why, and by which rule it was
// found, opens above it.

import { h, write } from "../core/dom.js";

export class Diagnosis {
  constructor(app) {
    this.app = app;
    this.cards = new Map(); // of each finding by its name: one that goes on keeps its card, open or not
    this.element = h("div", {
      class: "pg-diagnoses",
      role: "status",
      "aria-live": "polite",
      "aria-relevant": "additions", // what is new is read out, not its numbers each second
    });
  }

  /** `findings` of the server, in the visitor's language. */
  show(findings) {
    this.app.seen.findings = findings.map((one) => one.name); // for browser tests
    const kept = this.cards;
    this.cards = new Map();
    for (const one of findings) {
      const key = JSON.stringify([one.name, one.title, one.remedy]);
      const card = kept.get(key) ?? this.card(one);
      for (const place of card.texts) write(place, one.text);
      this.cards.set(key, card);
    }
    const elements = [...this.cards.values()].map((card) => card.element);
    const shown = [...this.element.children];
    if (elements.length !== shown.length || elements.some((one, i) => one !== shown[i]))
      this.element.replaceChildren(...elements);
    this.app.strip.classList.toggle("pg-has-findings", findings.length > 0);
  }

  card({ name, title, rule, remedy }) {
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
    const texts = [h("span"), h("span")]; // in the line, and in the card above it
    const element = h(
      "article",
      { class: "pg-diagnosis", "data-name": name },
      h(
        "details",
        {},
        h("summary", { title: t("found_by") }, h("strong", {}, title), " ", texts[0]),
        h(
          "div",
          { class: "pg-diagnosis-card" },
          h("p", {}, h("strong", {}, title), " ", texts[1]),
          possible ? h("p", {}, remedy.text) : null,
          h("p", { class: "pg-small" }, h("strong", {}, t("found_by")), " ", rule),
        ),
      ),
      remedyButton,
    );
    return { element, texts };
  }

  /** The page takes the settings over; the changed or new run plays at once. */
  tryRemedy(settings) {
    this.app.session.eager = true;
    this.app.propose(settings);
  }
}
