"""Rooms on the socket: who sees what, who may do what, and that everyone is back after a restart."""

import json

import pytest
from support.classes import CODE, LESSON, a_class, person
from support.sockets import ME, browser, decode, serving

pytestmark = pytest.mark.timeout(40)  # what never comes is waited for


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("runs")) as client:
        yield client


def test_a_teacher_opens_a_room_and_students_join_by_its_code(server):
    with a_class(server) as (teacher, (ada, _)):
        assert [m["name"] for m in teacher.view["members"]] == ["S0", "S1"]
        ada.until(lambda p: p.view["count"] == 2)
        assert ada.view["me"]["name"] == "S0" and "members" not in ada.view
        lesson = next(said for said in teacher.said if said["is"] == "lesson")["lesson"]
        assert lesson["title"] == LESSON.title and len(lesson["steps"]) == 3


def test_nobody_is_called_anything_without_a_name_but_an_alias(server):
    with a_class(server, 0) as (teacher, _), person(server, "zh") as student:
        student.tell("join", code=teacher.code.lower(), name=" <img src=x> ").heard("joined")
        teacher.until(lambda p: p.view.get("members"))
        assert teacher.view["members"][0]["name"] == "img srcx"
        student.tell("name", name="\u202e")
        teacher.until(lambda p: p.view["members"][0]["name"] == "Blue heron")
        student.until(lambda p: p.view["me"]["name"] == "蓝色的鹭")


def test_the_teacher_moves_pauses_and_lets_go(server):
    with a_class(server) as (teacher, students):
        teacher.tell("move", at=1).tell("pause", on=True).tell("pace", pace="student")
        for student in students:
            student.until(lambda p: (p.view["at"], p.view["paused"], p.view["pace"]) == (1, True, "student"))
        assert "no step 10" in teacher.tell("move", at=9).refused()


def test_votes_are_seen_by_nobody_before_they_are_shown_and_then_without_names(server):
    with a_class(server) as (teacher, (ada, bob)):
        ada.tell("answer", at=0, answer=0).heard("answered")
        teacher.until(lambda p: p.view["answered"] == 1)
        assert teacher.view["votes"] == {} and bob.view["votes"] == {} and "answers" not in json.dumps(teacher.view)
        teacher.tell("votes", at=0, on=True)
        for seat in (teacher, bob):
            seat.until(lambda p: p.view["votes"].get("0") == {"answered": 1, "counts": [1, 0]})
        assert bob.view["right"] == {}
        teacher.tell("reveal", at=0)
        bob.until(lambda p: p.view["right"] == {"0": 0})
        assert "shown already" in bob.tell("answer", at=0, answer=1).refused()
        ada.until(lambda p: p.view["me"]["answers"] == {"0": 0})


def test_a_right_answer_comes_from_the_run_that_shows_it(server):
    with a_class(server, 1) as (teacher, _), browser(server) as stage:
        assert "A run gives this answer" in teacher.tell("reveal", at=1).refused()
        stage.watch(play=True)
        stage.until(lambda b: b.status.get("head", 0) >= 5)
        run = stage.latest("watching")["run"]
        teacher.tell("reveal", at=1, run=run)
        teacher.until(lambda p: p.view["right"].get("1") in (0, 1, 2))
        assert teacher.tell("reveal", at=1, run="nothere").refused()


def test_the_wall_shows_every_members_run_small_and_only_to_teachers(server):
    with a_class(server) as (teacher, (ada, bob)), browser(server) as stage:
        stage.watch(owner=ME, play=True)
        stage.until(lambda b: len(b.frames) > 2)
        run = stage.latest("watching")["run"]
        ada.tell("state", at=0, page="gan", run=run, step=5, score=["modes_covered", 3.0], playing=True)
        for _ in range(3):
            stage.hear()
        teacher.until(lambda p: p.pictures and p.view["members"][0]["run"] == run)
        picture = decode(teacher.pictures[0])
        assert (
            picture["run"] == run
            and max(layer["arrays"]["xy"].shape[-2] for layer in picture["layers"] if layer["kind"] == "points") <= 150
        )
        assert len(teacher.pictures[0]) < 8_000
        teacher.tell("pick", index=0).until(lambda p: p.view["picks"])
        teacher.tell("present", places=[0])
        bob.until(lambda p: p.pictures)
        assert decode(bob.pictures[0])["pick"] == 0
        assert "nothing to keep" in teacher.tell("pick", index=1).refused()


def test_names_are_hidden_at_once_on_every_console(server):
    with a_class(server, 1) as (teacher, (ada,)), person(server) as wall:
        token = teacher.tell("link", role="projector").heard("link")["token"]
        wall.tell("enter", code=teacher.code, token=token).until(lambda p: p.view.get("members"))
        assert wall.view["members"][0]["name"] == "S0"
        teacher.tell("anonymise", on=True)
        for seat in (teacher, wall):
            seat.until(lambda p: p.view["members"][0]["name"] == "Blue heron")
        assert ada.view["me"]["name"] == "S0"


def test_who_is_sent_out_or_locked_out_stays_out(server):
    with a_class(server) as (teacher, (ada, bob)), person(server) as late:
        teacher.tell("kick", index=0)
        assert ada.heard("kicked")
        assert "does not belong" in ada.tell("enter", code=teacher.code, token=ada.token).refused()
        teacher.tell("lock", on=True).until(lambda p: p.view["locked"])
        assert "locked" in late.tell("join", code=teacher.code).refused()
        bob.tell("enter", code=teacher.code, token=bob.token)
        assert bob.heard("entered")["role"] == "member"


def test_students_and_projectors_cannot_command(server):
    with a_class(server, 1) as (teacher, (ada,)), person(server) as wall:
        token = teacher.tell("link", role="projector").heard("link")["token"]
        wall.tell("enter", code=teacher.code, token=token).heard("entered")
        commands = [
            ("move", {"at": 1}),
            ("pause", {"on": True}),
            ("kick", {"index": 0}),
            ("reveal", {"at": 0}),
            ("votes", {"at": 0, "on": True}),
            ("link", {"role": "coteacher"}),
            ("results", {}),
            ("close", {}),
        ]
        for do, given in commands:
            for seat in (ada, wall):
                assert "cannot do that" in seat.tell(do, **given).refused(), do
        assert "cannot do that" in teacher.tell("answer", at=0, answer=0).refused()


def test_results_are_a_table_of_aliases(server):
    with a_class(server, 1) as (teacher, (ada,)):
        ada.tell("answer", at=0, answer=1).heard("answered")
        teacher.tell("reveal", at=0)
        text = teacher.tell("results").heard("results")["text"]
        assert text.splitlines() == ["member,step,question,answer,right_answer", "Blue heron,1,More modes?,no,yes"]


def test_a_closed_room_is_gone_for_everyone(server):
    with a_class(server, 1) as (teacher, (ada,)):
        teacher.tell("close")
        assert ada.heard("closed") and teacher.heard("closed")
        assert "no room" in ada.tell("enter", code=teacher.code, token=ada.token).refused()
        assert not list(server.live.classrooms.rooms.journals.folder.glob(f"{teacher.code}*"))


def test_all_codes_cannot_be_tried(server):
    with person(server) as thief:
        said = [thief.tell("join", code=f"BBB{i:02}").refused() for i in range(12)]
        assert "Too many wrong codes" in said[-1] and "no room" in said[0]
        server.live.classrooms._wrong.clear()


def test_after_a_restart_everyone_finds_the_room_again(tmp_path):
    with serving(tmp_path) as server, a_class(server) as (teacher, (ada, bob)):
        teacher.tell("move", at=1)
        ada.tell("answer", at=0, answer=1).heard("answered")
        code, tokens = teacher.code, (teacher.token, ada.token)
    with serving(tmp_path) as server, person(server) as teacher, person(server) as ada:
        teacher.tell("enter", code=code, token=tokens[0]).until(lambda p: len(p.view.get("members", [])) == 2)
        ada.tell("enter", code=code, token=tokens[1]).until(lambda p: "me" in p.view)
        assert ada.view["at"] == 1 and ada.view["me"]["answers"] == {"0": 1} and teacher.view["count"] == 2


def test_a_lesson_that_is_none_opens_no_room(server):
    with person(server) as teacher:
        for lesson in ("nothing", "z" * 90, CODE[:-5]):
            assert teacher.tell("open", lesson=lesson).refused()


def test_a_class_goes_back_once_to_a_server_that_lives_again(tmp_path):
    """A proxy sends a class to its first server as soon as that answers: all have to follow, or late ones are alone."""
    with serving(tmp_path) as first, serving(tmp_path) as second, a_class(first) as (teacher, (ada, bob)):
        ada.tell("answer", at=0, answer=1).heard("answered")
        code, tokens = teacher.code, (teacher.token, ada.token, bob.token)
        first.portal.call(_die, first.live.classrooms)
        with person(second) as teacher, person(second) as ada:
            teacher.tell("enter", code=code, token=tokens[0]).until(lambda p: p.view.get("members"))
            ada.tell("enter", code=code, token=tokens[1]).heard("entered")
            with serving(tmp_path) as again, person(again) as bob:
                bob.tell("enter", code=code, token=tokens[2]).until(lambda p: "me" in p.view)
                for seat in (teacher, ada):
                    assert "has moved to another server" in seat.dismissed()
                with person(again) as teacher, person(again) as ada, person(second) as lost:
                    teacher.tell("enter", code=code, token=tokens[0]).until(lambda p: p.view.get("members"))
                    ada.tell("enter", code=code, token=tokens[1]).until(lambda p: "me" in p.view)
                    assert ada.view["me"]["answers"] == {"0": 1}
                    lost.tell("enter", code=code, token=tokens[1])  # where nobody sends the class any more
                    assert "open on another server" in lost.dismissed()
                    ada.tell("answer", at=0, answer=0).heard("answered")
                    teacher.until(lambda p: p.view["here"] == 2)


async def _die(classrooms):
    """As the system does for a server that is killed: its locks are open, and their files stay."""
    owners = classrooms.rooms.journals.owners
    for name, lock in owners._held.items():
        lock.release()
        (owners.folder / name).touch()
    owners._held.clear()
