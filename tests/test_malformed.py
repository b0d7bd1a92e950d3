"""Ten thousand messages that nobody's browser would send: no crash, no foreign command accepted."""

import json
from itertools import chain
from typing import Annotated, get_args

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from pydantic import TypeAdapter, ValidationError
from support.sockets import CONFIG, ME, YOU, browser

from playground.live.commands import AnyCommand

EXAMPLES, COMMANDS, WAYS = 250, 10, 4
"""Messages in all: EXAMPLES * COMMANDS * WAYS = 10,000, each command spoilt in so many ways."""
VICTIM = "victimrun"  # put in place of the real id below
KINDS = get_args(get_args(AnyCommand)[0])
POOL = [
    0,
    1,
    7,
    3.5,
    -1,
    True,
    False,
    None,
    "gan",
    "generator",
    "abc123",
    YOU,
    VICTIM,
    {},
    CONFIG,
    {**CONFIG, "seed": 3},
    {"g_lr": 0.004},
    [0.5, -0.5],
    [[0.5, -0.5]],
    {"z": [[0.5, -0.5]]},
]
LEAF = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.integers(-(2**70), 2**70)
    | some.floats()
    | some.text(max_size=30)
    | some.sampled_from(
        [
            "\0",
            "\ud800",
            "نص",
            "💥" * 9,
            "../../etc",
            "{0.__class__}",
            "%s",
            ME[:-1],
            ME + "m",
            "9" * 400,
            1e308,
            -0.0,
            10**30,
        ]
    )
)
JUNK = some.recursive(
    LEAF,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def fitting(field) -> list:
    """The values of the pool that the field takes."""
    adapter, found = TypeAdapter(Annotated[field.annotation, field]), []
    for value in POOL:
        try:
            adapter.validate_python(value)
            found.append(value)
        except ValidationError:
            pass
    return found


def valid(kind):
    """A command as a browser may send it; `do` is one of its own."""
    fields = {
        name: some.sampled_from(fitting(field) or POOL)
        for name, field in kind.model_fields.items()
        if name not in ("do", "owner")
    }
    if "owner" in kind.model_fields:
        fields["owner"] = some.just(YOU)
    return some.fixed_dictionaries({"do": some.just(get_args(kind.model_fields["do"].annotation)[0]), **fields})


COMMAND = some.one_of([valid(kind) for kind in KINDS])
HOW = some.sampled_from(
    ["as it is", "value", "value", "missing", "more", "nested", "cut", "bytes", "junk", "noise", "repeated"]
)
BYTES = some.sampled_from([b'{"do": "play"}', b"", b"PGF1\0\0\0\0", b"\xff" * 50])
NOISE = some.text(some.characters(exclude_categories=["Cs"]), max_size=60)
NAME = some.text(max_size=12)


@some.composite
def messages(draw) -> list[str | bytes]:
    """A valid command, each time with something wrong in it: types, numbers, names, nesting, an end cut off, bytes."""
    command = draw(COMMAND)
    return [spoilt(draw, command, draw(HOW)) for _ in range(WAYS)]


def spoilt(draw, command, how) -> str | bytes:
    key = draw(some.sampled_from(sorted(command)))
    if how == "value":
        command = {**command, key: draw(JUNK)}
    elif how == "missing":
        command = {name: value for name, value in command.items() if name != key}
    elif how == "more":
        command = {**command, draw(NAME): draw(JUNK)}
    elif how == "nested":
        for _ in range(draw(some.sampled_from([1, 3, 300]))):
            command = {"do": command} if draw(some.booleans()) else [command]
    elif how == "junk":
        command = draw(JUNK)
    text = json.dumps(command)
    if how == "cut":
        return text[: draw(some.integers(0, len(text)))]
    if how == "bytes":
        return draw(BYTES)
    if how == "noise":
        return draw(NOISE)
    return text[:-1] + ", " + text[1:] if how == "repeated" and len(command) else text


def everything(live_run) -> tuple:
    """All of a run that a command could change."""
    run = live_run.run
    return (
        run.step,
        run.state,
        list(run.events),
        run.stopped,
        run.owner,
        run.config,
        run.timeline.frames.steps,
        live_run.playing,
        live_run.background,
        live_run.speed,
        list(live_run.queued_steps),
        dict(live_run.pending_changes),
    )


def test_ten_thousand_malformed_messages_harm_nothing(live_server, caplog):
    with browser(live_server) as me, browser(live_server) as you:
        me.watch(seed=31, play=True)
        me.until(lambda b: b.status.get("head", 0) > 20)
        me.tell(do="pause")
        me.until(lambda b: not b.status["playing"])
        name = me.latest("watching")["run"]
        mine = live_server.live.hub.get(name)
        me.until(lambda b: not mine.active)
        before, sent, answered = everything(mine), 0, 0

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(some.lists(messages(), min_size=COMMANDS, max_size=COMMANDS))
        def all_of_them(batches):
            nonlocal sent, answered
            for text in chain.from_iterable(batches):
                if isinstance(text, bytes):
                    you.socket.send_bytes(text)
                else:
                    you.socket.send_text(text.replace(VICTIM, name))
            sent += COMMANDS * WAYS
            last = f"end{sent}"  # an answer to this one says that all before it were answered
            you.tell(do=last)
            you.until(lambda b: any(last in s.get("text", "") for s in b.said if s["is"] == "refused"))
            answered += sum(s["is"] == "refused" for s in you.said) - 1
            you.said.clear()
            you.frames.clear()

        all_of_them()
        assert sent >= 10_000 and answered > sent / 2
        assert everything(mine) == before
        assert live_server.live.hub.get(name) is mine and live_server.live.hub.store.load(name).step == before[0]
        assert not [record for record in caplog.records if record.levelname == "ERROR"], caplog.text[-3000:]
        you.watch(owner=YOU, seed=32, play=True)
        you.until(lambda b: b.latest("watching") and b.latest("watching")["mine"] and b.status.get("head", 0) > 5)
        me.tell(do="step")
        me.until(lambda b: b.status["head"] == before[0] + 1)
