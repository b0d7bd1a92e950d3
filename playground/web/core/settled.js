// Streamlit builds a page's widgets after the stage. What moves before they are there holds them up.

const PATIENCE = 6000; // ms
const LOOK = 20; // ms between two looks
const REST = 40; // ms at most that the browser may need to draw the widgets

/** Resolves when the script of the page has run and the sidebar's widgets are drawn; after a while in any case. */
export async function pageSettled() {
  const end = performance.now() + PATIENCE;
  while (!built() && performance.now() < end) await sleep(LOOK);
  await new Promise((resolve) => {
    if (globalThis.requestIdleCallback) requestIdleCallback(resolve, { timeout: REST });
    else setTimeout(resolve, REST);
  });
}

function built() {
  const app = document.querySelector("[data-test-script-state]");
  if (!app) return true; // another version of Streamlit: it does not say
  if (app.dataset.testScriptState === "running") return false;
  const sidebar = document.querySelector('[data-testid="stSidebar"]');
  return !sidebar || Boolean(sidebar.querySelector("input"));
}

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));
