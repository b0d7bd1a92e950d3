"""A class on the socket of rooms: a teacher, students, and what each of them is told."""

import contextlib
import json
import time

from playground.classroom.lesson import Lesson, LessonStep
from playground.classroom.link import encode
from playground.classroom.questions import Compared, Option, Question

VOTE = Question(kind="choice", text="More modes?", options=["yes", "no"], truth=Option(kind="option", index=0))
FROM_RUN = Question(
    kind="choice",
    text="What becomes of the loss?",
    options=["up", "down", "the same"],
    truth=Compared(kind="compared", name="d_loss", before=1, after=5),
)
LESSON = Lesson(
    title="What a GAN learns",
    steps=[
        LessonStep(title="Predict", page="gan", query={"gan.batch": "16"}, question=VOTE),
        LessonStep(title="Train", page="gan", question=FROM_RUN),
        LessonStep(title="And a VAE", page="vae"),
    ],
)
CODE = encode(LESSON)


class Person:
    """One connection to the socket of rooms."""

    def __init__(self, socket):
        self.socket, self.view, self.said, self.pictures = socket, {}, [], []

    def tell(self, do, **command):
        self.socket.send_text(json.dumps({"do": do, **command}))
        return self

    def hear(self):
        message = self.socket.receive()
        if message["type"] == "websocket.close":
            raise AssertionError("the connection was closed")
        if message.get("bytes") is not None:
            self.pictures.append(message["bytes"])
            return
        said = json.loads(message["text"])
        self.said.append(said)
        if said["is"] == "room":
            self.view |= said

    def until(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not self._is(condition):
            assert time.monotonic() < end, (self.view, self.said[-3:])
            self.hear()
        return self

    def _is(self, condition):
        try:
            return condition(self)
        except (KeyError, IndexError):  # what is asked about was not told yet
            return False

    def dismissed(self):
        """What is said before the connection is ended."""
        while True:
            message = self.socket.receive()
            if message["type"] == "websocket.close":
                return self.said[-1]["text"]
            if message.get("text") is not None:
                self.said.append(json.loads(message["text"]))

    def heard(self, kind):
        """The first message of a kind from now on."""
        count = len(self.said)
        self.until(lambda p: any(said["is"] == kind for said in p.said[count:]))
        return next(said for said in self.said[count:] if said["is"] == kind)

    def refused(self):
        return self.heard("refused")["text"]


@contextlib.contextmanager
def person(server, lang="en"):
    with server.websocket_connect(f"/live/socket/room?lang={lang}", headers={"origin": "http://testserver"}) as socket:
        yield Person(socket)


@contextlib.contextmanager
def a_class(server, students=2, lesson=CODE):
    """A teacher with an open room, and students who have joined: (teacher, [students])."""
    with contextlib.ExitStack() as stack:
        teacher = stack.enter_context(person(server))
        opened = teacher.tell("open", lesson=lesson).heard("opened")
        teacher.code, teacher.token = opened["code"], opened["token"]
        there = []
        for number in range(students):
            student = stack.enter_context(person(server))
            student.token = student.tell("join", code=teacher.code, name=f"S{number}").heard("joined")["token"]
            student.until(lambda p: "me" in p.view)
            there.append(student)
        teacher.until(lambda p: len(p.view.get("members", [])) == students)
        yield teacher, there
