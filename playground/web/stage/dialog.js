// A card over the page, with a title and a button that closes it.

import { h, iconButton } from "../core/dom.js";

/** `kind`: a further class. A click beside the card closes it, too. */
export function dialog(app, title, kind, ...content) {
  const card = h(
    "dialog",
    { class: `pg-dialog ${kind}`, "aria-label": title },
    h(
      "header",
      {},
      h("h3", {}, title),
      iconButton("close", app.t("close"), () => card.close(), "pg-quiet"),
    ),
    ...content,
  );
  card.addEventListener("click", (event) => {
    if (event.target === card) card.close();
  });
  card.addEventListener("keydown", (event) => event.stopPropagation()); // keys are not for the stage
  return card;
}
