"""A class in three real browsers: the clicks of a teacher, and how long screens take to change."""

import time
from statistics import median

from _figures import figure
from _live_browser import browser_page

STUDENTS, MOVES = 3, 6
WATCHED = """
() => {
  const seen = (window.__seen ??= []);
  let at = null;
  const look = () => {
    const now = document.querySelector(".pg-lesson-heading")?.textContent ?? null;
    if (now !== at) seen.push([(at = now), Date.now()]);
    requestAnimationFrame(look);
  };
  look();
}
"""
"""Notes when the words of another step stand on the screen."""


def in_browsers(url: str) -> list[dict]:
    """Rows: from an open page to a joined class; the teacher moves on, until the words on a student's screen change."""
    with browser_page() as teacher:
        browser = teacher.context.browser
        assert browser is not None  # it is launched, not attached to
        teacher.goto(f"{url}/")
        clicks = 0
        for role, name in (("link", "Classroom"), ("button", "Open a room")):
            teacher.get_by_role(role, name=name, exact=True).first.click()
            clicks += 1
        teacher.wait_for_function("window.__room?.code", timeout=60_000)
        code = teacher.evaluate("window.__room.code")
        students = [browser.new_context().new_page() for _ in range(STUDENTS)]
        for student in students:
            student.goto(f"{url}/class?code={code}")
            student.locator(".pg-join button").click()
            student.wait_for_function("window.__lesson?.here", timeout=60_000)
            student.evaluate(WATCHED)
        teacher.wait_for_function(f"window.__room.members === {STUDENTS}")
        late = []
        for _ in range(MOVES):
            time.sleep(3)
            began = 1000 * time.time()
            teacher.locator(".pg-console").get_by_role("button", name="Next", exact=True).click()
            time.sleep(2)
            late += [(student.evaluate("window.__seen.at(-1)[1]") - began) / 1000 for student in students]
        return [
            figure("teacher's clicks from an open page to a room", "<= 4", clicks),
            figure(
                "teacher clicks on: words changed on the slowest screen",
                "<= 1",
                max(late),
                unit="s",
                how=f"median {median(late):.2f} s, {STUDENTS} browsers on this machine, {MOVES} times",
            ),
        ]
