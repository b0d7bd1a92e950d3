"""A class in real browsers: a teacher's console, students who follow, votes, the wall, a rehearsal, the projector."""

import pytest
from support.browser import AXE, wait
from support.class_lesson import CODE, lesson_wait, room_wait


@pytest.fixture
def a_class(open_page):
    """A teacher's page with an open room, and the pages of two students in it."""
    teacher = open_page(f"/class?open={CODE}&lang=en")
    room_wait(teacher, "r.code")
    code = teacher.evaluate("window.__room.code")
    students = []
    for name in ("Ada", ""):
        student = open_page(f"/class?code={code}&lang=en", viewport={"width": 1100, "height": 800})
        student.locator(".pg-join input").nth(1).fill(name)
        student.locator(".pg-join button").click()
        lesson_wait(student, "l.here")
        students.append(student)
    room_wait(teacher, "r.members === 2")
    return teacher, students


def test_a_class_from_the_list_of_lessons_to_its_end(a_class, open_page):
    teacher, (ada, other) = a_class
    assert teacher.locator(".pg-wall-name").all_inner_texts() == ["Ada", "Green otter"]
    assert teacher.locator(".pg-console-qr img").count() == 1
    teacher.locator(".pg-console").get_by_text("Next").click()
    for student in (ada, other):
        lesson_wait(student, "l.at === 1")
        assert student.locator(".pg-lesson-foot").get_by_text("Next").is_hidden()
    ada.locator(".pg-place").click(position={"x": 40, "y": 40})
    ada.locator(".pg-question").get_by_text("Answer", exact=True).click()
    teacher.get_by_text("Answered: 1 of 2.").wait_for()
    teacher.get_by_text("Pause all screens").click()
    other.get_by_text("Your teacher has paused all screens.").locator("visible=true").wait_for()
    teacher.get_by_text("End the pause").click()
    other.locator(".pg-room-pause").wait_for(state="hidden")
    teacher.get_by_text("Hide names").click()
    teacher.wait_for_function("[...document.querySelectorAll('.pg-wall-name')].every((e) => e.innerText !== 'Ada')")
    teacher.get_by_text("Let everyone go at their own pace").click()
    other.locator(".pg-lesson-foot").get_by_text("Back", exact=True).click()
    lesson_wait(other, "l.at === 0")
    lesson_wait(ada, "l.at === 1")
    teacher.on("dialog", lambda dialog: dialog.accept())
    teacher.locator(".pg-wall-cell").nth(1).get_by_text("Send out").click()
    other.get_by_text("Your teacher has sent you out of the room.").wait_for()
    teacher.get_by_text("Close the room").click()
    ada.get_by_text("The room is closed.").wait_for()


def test_the_wall_shows_the_students_stages_and_snapshots_stand_side_by_side(a_class):
    teacher, (ada, other) = a_class
    wait(ada, "p.connected && p.drawn > 0")
    ada.locator(".pg-train, .pg-play").locator("visible=true").first.click()
    room_wait(teacher, "r.pictures > 2", timeout=60_000)
    teacher.locator(".pg-wall-cell").first.get_by_text("Keep").click()
    teacher.get_by_text("Present side by side").click()
    other.locator(".pg-presented canvas").wait_for()


def test_a_teachers_run_is_on_every_screen(a_class, open_page):
    teacher, (ada, _) = a_class
    with teacher.context.expect_page() as opened:
        teacher.get_by_text("My stage").click()
    stage = opened.value
    lesson_wait(stage, "l.here")
    wait(stage, "p.connected && p.drawn > 0")
    stage.locator(".pg-train, .pg-play").locator("visible=true").first.click()
    wait(stage, "p.run && p.step > 5", timeout=60_000)
    run = stage.evaluate("window.__playground.run")
    stage.get_by_text("Show my run on every screen").click()
    ada.wait_for_function(f"window.__playground.run === '{run}'", timeout=20_000)
    stage.locator(".pg-lesson-foot").get_by_text("Next").click()
    lesson_wait(ada, "l.at === 1")


def test_a_student_who_reloads_has_the_same_place(a_class):
    teacher, (ada, _) = a_class
    ada.reload()
    lesson_wait(ada, "l.here")
    ada.get_by_text("you are Ada", exact=False).wait_for()
    assert teacher.evaluate("window.__room.members") == 2


def test_no_serious_barrier_on_the_console(a_class):
    teacher, _ = a_class
    teacher.add_script_tag(path=AXE)
    found = teacher.evaluate("axe.run('.pg-console').then(({ violations }) => violations)")
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
