"""Rooms: what may happen, what is seen of it, and that a restart, a torn line or a full disk loses nothing told."""

import errno
import os
from concurrent.futures import wait

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.classroom import aliases
from playground.classroom import room_events as e
from playground.classroom import room_rules as rules
from playground.classroom.journal import Journals
from playground.classroom.lesson import Lesson, LessonStep
from playground.classroom.questions import Option, Question
from playground.classroom.room import Room
from playground.classroom.room_rules import clean_name
from playground.classroom.rooms import LETTERS, Rooms, hash_of
from playground.core.errors import UserError
from playground.core.i18n import translator

QUESTION = Question(kind="choice", text="?", options=["a", "b"], truth=Option(kind="option", index=1))
LESSON = Lesson(title="t", steps=[LessonStep(page="gan", question=QUESTION), LessonStep(page="vae")])


def room_with(members: int) -> Room:
    room = Room("BCDFG", LESSON, hash_of("teacher"))
    for number in range(members):
        room.apply(rules.join(room, "", hash_of(f"member {number}")))
    return room


@pytest.fixture
def rooms(tmp_path):
    found = Rooms(Journals(tmp_path / "rooms", rest=lambda s: None), most=3)
    yield found
    found.journals.close()


def again(rooms: Rooms) -> Rooms:
    """The rooms as the next server finds them."""
    later = Rooms(Journals(rooms.journals.folder), most=3)
    later.load()
    return later


def test_a_room_is_full_with_sixty_members_who_all_have_their_own_alias():
    room = room_with(60)
    assert len({member.alias for member in room.present}) == 60
    with pytest.raises(UserError, match="full: 60"):
        rules.join(room, "", hash_of("one more"))
    room.apply(rules.kick(room, 7))
    assert rules.join(room, "", hash_of("one more")).index == 60


def test_neighbouring_aliases_share_neither_colour_nor_animal():
    numbers = list(aliases.order())
    assert sorted(numbers) == list(range(aliases.COUNT))
    for one, other in zip(numbers, numbers[1:], strict=False):
        assert not set(aliases.alias(one, str).split()) & set(aliases.alias(other, str).split())
    assert aliases.alias(0, translator("zh")) != aliases.alias(0, str)


def test_a_locked_room_lets_nobody_in():
    room = room_with(1)
    room.apply(e.Locked(on=True))
    with pytest.raises(UserError, match="locked"):
        rules.join(room, "", hash_of("x"))


def test_answers_count_until_the_right_one_is_shown_and_the_last_of_each_counts():
    room = room_with(3)
    for index, answer in ((0, 0), (1, 1), (0, 1)):
        room.apply(rules.answer(room, index, 0, answer))
    assert room.votes(0) == {"answered": 2, "counts": [0, 2]}
    for at, answer, why in ((1, 0, "no question"), (0, 5, "no answer"), (9, 0, "no question")):
        with pytest.raises(UserError, match=why):
            rules.answer(room, 0, at, answer)
    room.apply(e.Revealed(at=0, right=1))
    with pytest.raises(UserError, match="shown already"):
        rules.answer(room, 2, 0, 1)


def test_who_is_sent_out_leaves_no_votes_and_no_picks():
    room = room_with(3)
    room.apply(rules.answer(room, 1, 0, 1))
    for index in (0, 1, 2):
        room.apply(rules.pick(room, index, "abcd", 10))
    room.apply(rules.present_picks(room, [2, 1]))
    room.apply(rules.kick(room, 1))
    assert room.votes(0)["answered"] == 0
    assert [pick.index for pick in room.picks] == [0, 2]
    assert [room.picks[place].index for place in room.presented] == [2]
    for refused in (
        lambda: rules.kick(room, 1),
        lambda: rules.pick(room, 1, "abcd", 0),
        lambda: rules.present_picks(room, [5]),
    ):
        with pytest.raises(UserError):
            refused()


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("  Ada   L. ", "Ada L."),
        ("<b>x</b>", "bx/b"),
        ("\u202eevil\u200b\x1b[31m", "evil31m"),
        ("小明", "小明"),
        ("x" * 99, "x" * 24),
        ("[a](http://b)", "a(http://b)"),
        ("\u0000\n\t", ""),
        ("=1+1", "1+1"),
    ],
)
def test_names_are_plain_texts(name, clean):
    assert clean_name(name) == clean


@given(st.text())
def test_every_name_is_short_and_visible(name):
    cleaned = clean_name(name)
    assert len(cleaned) <= 24 and cleaned == cleaned.strip() and cleaned.isprintable()
    assert not set(cleaned) & set("<>&\"'`[]")


def test_only_who_holds_a_token_enters_and_an_old_link_ends_with_the_new_one(rooms):
    room, teacher, _ = rooms.open(LESSON)
    rooms.record(room, rules.join(room, "Ada", hash_of("m")))
    rooms.record(room, e.Linked(role="projector", token=hash_of("p1")))
    assert rooms.enter(room.code.lower(), teacher)[1:] == ("teacher", None)
    assert rooms.enter(room.code, "m")[1:] == ("member", 0)
    assert rooms.enter(room.code, "p1")[1:] == ("projector", None)
    rooms.record(room, e.Linked(role="projector", token=hash_of("p2")))
    rooms.record(room, rules.kick(room, 0))
    for token in ("p1", "m", "", "x" * 200, hash_of("p2")):
        with pytest.raises(UserError):
            rooms.enter(room.code, token)
    for code in ("", "ZZZZZ", "'; --", "é"):
        with pytest.raises(UserError, match="no room"):
            rooms.get(code)


def test_codes_are_five_letters_that_nobody_misreads_and_rooms_are_counted(rooms):
    for _ in range(3):
        room, _, _ = rooms.open(LESSON)
        assert len(room.code) == 5 and set(room.code) <= set(LETTERS)
    with pytest.raises(UserError, match="too many rooms"):
        rooms.open(LESSON)


actions = st.one_of(
    st.tuples(st.just("join"), st.text(max_size=5)),
    st.tuples(st.just("answer"), st.integers(0, 5), st.integers(0, 1)),
    st.tuples(st.just("kick"), st.integers(0, 5)),
    st.tuples(st.just("move"), st.integers(0, 2)),
    st.tuples(st.just("pick"), st.integers(0, 5)),
    st.tuples(st.just("present"), st.lists(st.integers(0, 3), max_size=3)),
    st.tuples(st.just("order"), st.lists(st.integers(0, 3), max_size=3)),
)


def do(room: Room, action) -> e.Event:
    what, *given = action
    makers = {
        "join": lambda name: rules.join(room, name, hash_of(f"{len(room.members)}")),
        "answer": lambda index, answer: rules.answer(room, room.member(index).index, 0, answer),
        "kick": lambda index: rules.kick(room, index),
        "move": lambda at: rules.move(room, at),
        "pick": lambda index: rules.pick(room, index, "abcd", 1),
        "present": lambda places: rules.present_picks(room, places),
        "order": lambda places: rules.order(room, places),
    }
    return makers[what](*given)


@given(st.lists(actions, max_size=25))
@settings(max_examples=40, deadline=None)
def test_a_restart_finds_the_room_as_it_was(tmp_path_factory, script):
    rooms = Rooms(Journals(tmp_path_factory.mktemp("rooms")), most=3)
    room, _, _ = rooms.open(LESSON)
    for action in script:
        try:
            rooms.record(room, do(room, action))
        except UserError:
            continue
    rooms.journals.close()
    found = again(rooms).get(room.code)
    assert vars(found) == vars(room)


def test_a_torn_line_was_never_told_and_a_damaged_room_stops_no_other(rooms):
    room, _, done = rooms.open(LESSON)
    wait([done, rooms.record(room, rules.join(room, "Ada", hash_of("m")))])
    path = rooms.journals.folder / f"{room.code}.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"happened": "joi')
    (rooms.journals.folder / "WRONG.jsonl").write_bytes(b'{"lesson": 1}\nnonsense\n')
    found = again(rooms)
    assert len(found) == 1 and found.get(room.code).members[0].name == "Ada"
    assert path.read_bytes() == whole
    assert (rooms.journals.folder / "WRONG.damaged").exists()


def test_a_full_disk_keeps_what_happens_until_there_is_space(tmp_path, monkeypatch):
    tried, real = [], os.fsync

    def full(number):
        tried.append(number)
        if 2 <= len(tried) <= 6:
            raise OSError(errno.ENOSPC, "full")
        real(number)

    monkeypatch.setattr("playground.classroom.journal.os.fsync", full)
    rests = []
    rooms = Rooms(Journals(tmp_path, rest=rests.append), most=3)
    room, _, _ = rooms.open(LESSON)
    wait([rooms.record(room, rules.join(room, str(i), hash_of(str(i)))) for i in range(5)], timeout=10)
    assert rests and not rooms.journals.failing
    assert [m.name for m in again(rooms).get(room.code).members] == list("01234")
    rooms.journals.close()


def test_a_closed_room_is_gone_with_everything_in_it(rooms):
    room, teacher, _ = rooms.open(LESSON)
    wait([rooms.record(room, rules.join(room, "Ada", hash_of("m"))), rooms.close(room)])
    assert list(rooms.journals.folder.iterdir()) == []
    with pytest.raises(UserError):
        rooms.enter(room.code, teacher)
    with pytest.raises(UserError, match="closed"):
        rooms.record(room, e.Moved(at=0))


def test_rooms_in_which_nobody_is_for_twelve_hours_are_idle(tmp_path):
    clock = [0.0]
    rooms = Rooms(Journals(tmp_path), most=3, now=lambda: clock[0])
    room, _, _ = rooms.open(LESSON)
    clock[0] = 11 * 3600
    assert rooms.idle() == []
    rooms.touch(room)
    clock[0] = 23.5 * 3600
    assert rooms.idle() == [room]
    rooms.journals.close()
