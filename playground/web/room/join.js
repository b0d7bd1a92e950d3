// The way into a class: its code, and a name if one likes.

import { h, write } from "../core/dom.js";
import { mountComponent } from "../core/mounting.js";
import { updateTheme } from "../core/palette.js";
import { Words } from "../core/words.js";
import { RoomConnection } from "./connection.js";

export const mount = (component) =>
  mountComponent(component, {
    create: (parent, data) => new Join(parent, data),
    accepts: (join, { lang }) => join.words.lang === lang,
    update: (join, { setTriggerValue }) => (join.trigger = setTriggerValue),
    remove: (join) => join.destroy(),
  });

class Join {
  constructor(parent, data) {
    this.words = new Words(data.strings, data.lang);
    const t = this.words.t.bind(this.words);
    this.code = h("input", {
      class: "pg-join-code",
      maxlength: 5,
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      value: data.code ?? "",
      required: true,
    });
    this.name = h("input", { maxlength: 24, autocomplete: "nickname", placeholder: t("alias") });
    this.note = h("p", { class: "pg-join-note", role: "alert" });
    this.button = h("button", { type: "submit", class: "pg-text-button pg-primary" }, t("join"));
    this.root = h(
      "form",
      {
        class: "pg pg-join",
        onSubmit: (event) => {
          event.preventDefault();
          this.send(data.lang);
        },
      },
      h("label", {}, h("span", {}, t("code")), this.code),
      h("label", {}, h("span", {}, t("name")), this.name),
      this.button,
      this.note,
    );
    parent.append(this.root);
    updateTheme(this);
    this.clock = setInterval(() => updateTheme(this), 500);
  }

  send(lang) {
    const command = { do: "join", code: this.code.value.trim().toUpperCase(), name: this.name.value };
    if (this.connection) {
      this.connection.send(command);
      return;
    }
    this.connection = new RoomConnection(lang, {
      view: () => {},
      told: (message) => {
        if (message.is === "refused") write(this.note, message.text);
        if (message.is === "joined") this.trigger("joined", message.code);
      },
    });
    this.connection.begin(command);
  }

  destroy() {
    clearInterval(this.clock);
    this.connection?.close();
    this.root.remove();
  }
}
