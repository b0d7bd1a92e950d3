// The static edition's only script: on the page of a lesson it puts the lesson there.

import { LessonPage } from "./lesson_page.js";

/** Called once the page is read. Words and lesson are in it already. */
export function start() {
  const root = document.getElementById("lesson");
  if (!root) return;
  const data = JSON.parse(document.getElementById("lesson-data").textContent);
  root.textContent = "";
  globalThis.playgroundLesson = new LessonPage(root, data, globalThis.playgroundWords); // for browser tests
}
