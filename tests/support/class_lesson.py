"""A lesson for tests: one step of each kind of question, on two pages."""

from playground.classroom.goals import Play, ReachStep
from playground.classroom.lesson import Lesson, LessonStep
from playground.classroom.link import encode
from playground.classroom.questions import Curve, FullestMode, Number, Option, Question

GAN = {"gan.data": "8gaussians", "gan.seed": "9300"}
LESSON = Lesson(
    title="Try it",
    steps=[
        LessonStep(title="Look", text="The loss is $-\\log D$.", page="gan", query=GAN, goal=Play(kind="play")),
        LessonStep(
            title="Predict",
            text="Ten times the rate.",
            page="gan",
            query={**GAN, "gan.g_lr": "0.005", "gan.r1": "0"},
            controls=["g_lr"],
            goal=ReachStep(kind="step", at_least=60),
            question=Question(kind="place", text="Where will most samples be?", truth=FullestMode(kind="fullest_mode")),
        ),
        LessonStep(
            title="Vote",
            page="gan",
            query=GAN,
            question=Question(
                kind="choice", text="More?", options=["yes", "no"], truth=Option(kind="option", index=1), why="**So**."
            ),
        ),
        LessonStep(
            title="Sketch",
            page="gan",
            query=GAN,
            goal=ReachStep(kind="step", at_least=50),
            question=Question(
                kind="sketch", text="Draw it", low=0, high=4, steps=50, truth=Curve(kind="curve", name="d_loss")
            ),
        ),
        LessonStep(
            title="Another page",
            page="vae",
            query={"vae.data": "moons"},
            question=Question(
                kind="number", text="How many?", low=0, high=10, truth=Number(kind="number", value=2, within=1)
            ),
        ),
    ],
)
CODE = encode(LESSON)


def lesson_wait(page, condition, timeout=30_000):
    page.wait_for_function(
        f"(() => {{ const l = window.__lesson; return l && ({condition}) }})()", timeout=timeout, polling=30
    )


def room_wait(page, condition, timeout=30_000):
    page.wait_for_function(
        f"(() => {{ const r = window.__room; return r && ({condition}) }})()", timeout=timeout, polling=30
    )
