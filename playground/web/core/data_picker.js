// The distributions to pick from, as small pictures: a radio group in one row, moved through with the arrow keys. A
// button opens all of them at once.

import { attribute, h, icon, iconButton, write } from "./dom.js";

const SIZE = 38;

const fetched = () => fetch(new URL("../thumbnails.json", import.meta.url)).then((reply) => reply.json());

export class DataPicker {
  /** `pictures()`: the dots of every distribution, if they do not come from the server. */
  constructor(app, onPick, pictures = fetched) {
    this.onPick = onPick;
    this.pictures = {};
    this.buttons = new Map();
    this.label = h("span", { class: "pg-small pg-data-title" });
    this.group = h("div", {
      class: "pg-data-options",
      role: "radiogroup",
      "aria-label": app.t("distribution"),
      onKeydown: (event) => this.press(event),
    });
    this.own = this.ownButton();
    this.made = null; // what the visitor can make here: see `set`
    this.more = iconButton("more", app.t("all_data"), () => this.open(!this.opened), "pg-quiet pg-data-more");
    this.element = h(
      "div",
      { class: "pg-data-picker", onKeydown: (event) => this.leave(event), onFocusout: (event) => this.blur(event) },
      h(
        "div",
        { class: "pg-data-row" },
        h("div", { class: "pg-data-shelf" }, this.group, this.label),
        this.own,
        this.more,
      ),
    );
    this.open(false);
    new ResizeObserver(() => this.reveal()).observe(this.group);
    pictures()
      .then((found) => {
        this.pictures = found;
        this.draw();
      })
      .catch(() => this.element.classList.add("pg-data-without-pictures")); // their names are shown instead
  }

  /** `own`: data that a visitor can make here, null where there are none: {name, title: what the button does; of those
   * made, if they are shown: size: how many there are, picture: dots}. */
  set(choices, chosen, own) {
    this.made = own;
    this.own.hidden = !own;
    attribute(this.own, "title", own?.title ?? "");
    attribute(this.own, "aria-label", own?.size ? `${own.title} (${own.size})` : (own?.title ?? ""));
    attribute(this.own, "aria-pressed", chosen === own?.name);
    this.own.classList.toggle("pg-chosen", chosen === own?.name);
    const known = JSON.stringify(choices);
    if (known !== this.known) {
      this.known = known;
      this.buttons = new Map(choices.map(([value, title]) => [value, this.button(value, title)]));
      this.group.replaceChildren(...this.buttons.values());
    }
    this.select(chosen);
    this.draw();
  }

  button(value, title) {
    const show = (text) => write(this.label, text);
    return h(
      "button",
      {
        type: "button",
        role: "radio",
        class: "pg-data-option",
        "aria-label": title,
        title,
        onClick: () => this.pick(value),
        onPointerenter: () => show(title),
        onPointerleave: () => show(this.title(this.chosen)),
      },
      h("canvas", { width: 2 * SIZE, height: 2 * SIZE, "aria-hidden": "true" }),
      h("span", { class: "pg-data-name" }, title),
    );
  }

  /** Outside the radio group: it opens a dialog, and shows the visitor's data once there are any. */
  ownButton() {
    return h(
      "button",
      {
        type: "button",
        class: "pg-data-option pg-data-own",
        hidden: true,
        onClick: () => this.onPick(this.made.name),
        onPointerenter: () => write(this.label, this.made.title),
        onPointerleave: () => write(this.label, this.title(this.chosen)),
      },
      icon("pencil"),
      h("canvas", { width: 2 * SIZE, height: 2 * SIZE, "aria-hidden": "true" }),
    );
  }

  title(value) {
    if (value === this.made?.name) return this.made.size;
    return this.buttons.get(value)?.title ?? "";
  }

  select(value) {
    this.chosen = value;
    for (const [name, button] of this.buttons) {
      attribute(button, "aria-checked", name === value);
      button.tabIndex = name === value || !this.buttons.has(value) ? 0 : -1;
    }
    write(this.label, this.title(value));
    requestAnimationFrame(() => this.reveal()); // the page need not be laid out before it is whole
  }

  /** Scroll the row, and nothing else, to the one chosen. */
  reveal() {
    const button = this.buttons.get(this.chosen);
    if (!button || this.opened) return;
    const { group } = this;
    group.scrollLeft = button.offsetLeft - group.offsetLeft - (group.clientWidth - button.offsetWidth) / 2;
  }

  /** Show all of them, or one row. */
  open(opened) {
    this.opened = opened;
    this.element.classList.toggle("pg-open", opened);
    attribute(this.more, "aria-expanded", opened);
    if (!opened) this.reveal();
  }

  leave(event) {
    if (event.key !== "Escape" || !this.opened) return;
    event.stopPropagation();
    this.open(false);
    this.more.focus();
  }

  blur({ relatedTarget }) {
    if (relatedTarget && !this.element.contains(relatedTarget)) this.open(false);
  }

  pick(value) {
    this.open(false);
    if (value === this.chosen) return;
    this.select(value);
    this.onPick(value);
  }

  press(event) {
    const names = [...this.buttons.keys()];
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const from = names.findIndex((name) => this.buttons.get(name) === event.target);
    const button = this.buttons.get(names[(from + move + names.length) % names.length]);
    button.focus();
    button.click();
  }

  draw() {
    const pictures = [...this.buttons].map(([name, button]) => [button, this.pictures[name]]);
    for (const [button, xy = []] of [...pictures, [this.own, this.made?.picture]]) {
      const ctx = button.querySelector("canvas").getContext("2d");
      ctx.clearRect(0, 0, 2 * SIZE, 2 * SIZE);
      ctx.fillStyle = "#ffffff";
      ctx.globalAlpha = 0.85;
      for (let i = 0; i < xy.length; i += 2) {
        ctx.fillRect((xy[i] / 200 + 0.5) * 2 * SIZE - 1, (0.5 - xy[i + 1] / 200) * 2 * SIZE - 1, 2, 2);
      }
    }
  }
}
