// All components share one style sheet (live/bundle.py); each page loads it once.

import { h } from "./dom.js";

let loading = null;

/** Resolves when the style sheet is loaded, or cannot be. */
export function stylesLoaded() {
  const href = new URL(`../all.css${new URL(import.meta.url).search}`, import.meta.url).href;
  loading ??= new Promise((resolve) => {
    document.head.append(h("link", { rel: "stylesheet", href, onLoad: resolve, onError: resolve }));
  });
  return loading;
}
