// The styles of all components are one file (live/bundle.py), asked for once on each page.

import { h } from "./dom.js";

let asked = null;

/** Resolves when they are there, or cannot be had. */
export function dressed() {
  const href = new URL(`../all.css${new URL(import.meta.url).search}`, import.meta.url).href;
  asked ??= new Promise((resolve) => {
    document.head.append(h("link", { rel: "stylesheet", href, onLoad: resolve, onError: resolve }));
  });
  return asked;
}
