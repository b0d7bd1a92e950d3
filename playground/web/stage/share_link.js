// The link to what is on the stage: its settings, run, step and speed, the pinned run, the layers that are on.

import { h, iconButton } from "../core/dom.js";
import { dialog } from "./dialog.js";
import { SPEEDS } from "./speeds.js";

export class ShareLink {
  constructor(app) {
    this.app = app;
    this.button = iconButton("link", app.t("copy_link"), () => this.copy(), "pg-quiet pg-share");
    this.field = h("input", { class: "pg-share-link", readonly: true, "aria-label": app.t("copy_link") });
    this.card = dialog(app, app.t("copy_link"), "pg-share-card", this.field);
  }

  async copy() {
    const { app } = this;
    const { href } = addressOf(app);
    try {
      await navigator.clipboard.writeText(href);
      app.notices.toast(app.t("link_copied"));
    } catch {
      // without a secure connection there is no clipboard: show the link, to be copied by hand
      this.field.value = href;
      this.card.showModal();
      this.field.select();
    }
  }
}

/** The address of what is on the stage `app`. */
export function addressOf({ session, frame, history, player, switches }) {
  const url = new URL(location.href);
  const layers = frame?.layers.filter((layer) => layer.stage && switches.on(layer)).map((layer) => layer.name);
  const wanted = {
    run: session.watching?.run,
    pin: history.pin.run,
    step: frame?.step,
    speed: player.index < SPEEDS.length - 1 ? SPEEDS[player.index] : null,
    layers: layers?.join(","),
    play: null,
  };
  for (const [name, value] of Object.entries(wanted))
    if (value === null || value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  return url;
}
