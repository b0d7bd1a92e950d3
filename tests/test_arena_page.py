"""The arena on a socket and on its page: budgets end, measurements come and stay, the address says it all."""

import contextlib
import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support.sockets import ME, Browser, browser, serving

from playground.arena.contestants import contestants
from playground.arena.settings import ArenaConfig
from playground.core.i18n import LANGUAGES
from playground.data.plane import user_data
from playground.engine.sweep_plan import Budget
from playground.live.arena import budget_of
from playground.ui import arena

ROOT = Path(__file__).parents[1]
NAVIGATION = ROOT / "playground" / "ui" / "navigation.py"


REFUSED = (
    ({"contestants": "wolf"}, "wolf"),
    ({"data": "digits"}, "digits"),
    ({"steps": 0}, "steps"),
    ({"teeth": 3}, "teeth"),
    ({"contestants": ""}, str(len(contestants()))),
)
"""What cannot be, and a word of the sentence that says so (of the last: more contestants than four)."""


class Looker(Browser):
    """A browser's side of the arena."""

    def compare(self, play=True, **config):
        self.tell(
            do="arena",
            config={"data": "moons", "contestants": "gan,rectified", "budget": "steps", **config},
            owner=ME,
            play=play,
        )

    def until(self, condition, seconds=120):
        return super().until(condition, seconds)

    @property
    def cells(self):
        said = self.latest("cells")
        return said["cells"] if said else []


@contextlib.contextmanager
def looking(server, lang="en"):
    with server.websocket_connect(f"/live/socket/arena?lang={lang}", headers={"origin": "http://testserver"}) as socket:
        yield Looker(socket)


def test_contestants_stop_at_their_budget_are_measured_once_and_found_again(tmp_path):
    with serving(tmp_path, PLAYGROUND_CELLS=4) as server:
        with looking(server, "zh") as me:
            for config, said in REFUSED:
                me.said.clear()
                me.compare(play=False, **config)
                me.until(lambda b: b.latest("refused"))
                assert said in me.latest("refused")["text"]
            began = time.monotonic()
            me.compare(steps=40)
            me.until(lambda b: b.cells and all(c["measured"] for c in b.cells))
            told = me.latest("arena")
            assert [cell["family"] for cell in told["cells"]] == ["gan", "diffusion"]
            assert told["shares"]["quality"] == "质量"
            assert [c["name"] for c in told["columns"]][:2] == ["sliced_w2", "gap"]
            assert {frame["cell"] for frame in me.frames} == {0, 1}
            gan, flow = (cell["measured"] for cell in me.cells)
            assert gan["steps"] == flow["steps"] == 40 and not any(c["playing"] for c in me.cells)
            assert gan["gap"] is None and flow["gap"] is not None and flow["calls"] == 10
            assert 0 < gan["seconds"] < time.monotonic() - began and me.cells[0]["used"] == 1 and me.cells[0]["over"]
            runs = [cell["run"] for cell in told["cells"]]
            assert not any(server.live.hub.runs_of(ME, family) for family in ("gan", "diffusion"))  # of the lessons
            me.tell(do="play")  # the budget is used up: there is nothing to go on with
            me.compare(budget="seconds", seconds=0.3)  # another one, which they have not had: the same runs go on
            me.until(lambda b: all(c["measured"] and c["step"] > 40 for c in b.cells))
            assert [cell["run"] for cell in me.latest("arena")["cells"]] == runs
            for cell in me.cells:
                spent, steps = cell["measured"]["seconds"], cell["measured"]["steps"]
                assert (
                    0.3 <= spent < 0.3 + 200 * spent / steps and steps == cell["step"]
                )  # a last step may be a slow one
            kept = me.cells[1]["measured"]
            me.compare(steps=30, play=False)  # a smaller one: what has had more cannot be compared
            me.until(lambda b: [cell["run"] for cell in b.latest("arena")["cells"]] != runs)
        with browser(server) as one:  # opened as a full run it may train on
            one.watch(run=runs[0])
            one.until(lambda b: b.frames)
            had = one.frames[-1]["step"]
            one.tell(do="play")
            one.until(lambda b: b.status.get("step", 0) > had)
    with serving(tmp_path, PLAYGROUND_CELLS=4) as server, looking(server) as me:  # after a restart
        me.compare(budget="seconds", seconds=0.3, play=False)
        me.until(lambda b: len(b.cells) == 2 and b.cells[1]["measured"])
        assert me.latest("arena")["cells"][1]["run"] == runs[1] and me.cells[1]["measured"] == kept


def test_a_budget_is_no_longer_than_a_run_may_be():
    assert budget_of(ArenaConfig(budget="steps", steps=500), 200) == Budget(200)
    assert budget_of(ArenaConfig(seconds=3), 200) == Budget(200, 3.0)


# the page


@pytest.fixture
def mounted(monkeypatch):
    """What the arena on the page was given."""
    calls = []

    def component(name, **options):
        def mount(key, data, **rest):
            if name == "playground_arena":
                calls.append(data)

        return mount

    monkeypatch.setattr(arena, "component", component)
    return calls


def opened(lang="en", tab="look", **address):
    at = AppTest.from_file(NAVIGATION, default_timeout=60)
    at.query_params["lang"], at.query_params["tab"] = lang, tab
    for name, value in address.items():
        at.query_params[f"arena.{name}"] = value
    at.switch_page(str(ROOT / "pages" / "arena.py"))
    at.run()
    assert not at.exception, at.exception[0].stack_trace
    return at


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_opens_on_its_arena_and_the_page_says_it_again(mounted, lang):
    asked = {"data": "8narrow", "budget": "steps", "steps": "500", "seed": "7", "contestants": "ddim,gan"}
    at = opened(lang, "share", **asked)
    assert not at.warning and not at.error
    config = mounted[-1]["config"]
    assert (config["data"], config["steps"], config["seed"], config["contestants"]) == ("8narrow", 500, 7, "gan,ddim")
    assert mounted[-1]["count"] == 2 and mounted[-1]["own"]["picture"] == []
    shared, line = (code.value for code in at.code)
    assert "arena.data=8narrow" in shared and "arena.contestants=gan%2Cddim" in shared and f"lang={lang}" in shared
    assert line == (
        "python -m playground arena --data 8narrow --contestants gan,ddim --seed 7 --steps 500 --out arena.csv"
    )
    table = next(m.value for m in opened(lang, "offers", **asked).markdown if m.value.startswith("| "))
    assert len(table.splitlines()) == 4


def test_contestants_come_and_go_with_a_click(mounted):
    at = opened()
    there = list(contestants())
    assert mounted[-1]["config"]["contestants"] == "" and mounted[-1]["count"] == len(there)
    pills = at.get("button_group")[-1]
    pills.set_value([name for name in there if name != "gan"]).run()
    assert mounted[-1]["config"]["contestants"] == ",".join(there[1:]) and mounted[-1]["count"] == len(there) - 1
    assert "gan" not in str(at.query_params["arena.contestants"])


def test_nonsense_in_the_link_leaves_a_working_page(mounted):
    at = opened(contestants="wolf", seconds="-3")
    assert len(at.warning) == 1 and "wolf" in at.warning[0].value and "-3" in at.warning[0].value
    assert mounted[-1]["count"] == len(contestants())


def test_own_data_are_drawn_and_travel_in_link_and_command(mounted):
    at = opened()
    at.session_state["arena asks for own data"] = True  # as the pencil among the data does
    at.run()
    assert not at.exception and at.get("dialog")
    code = user_data.encode(np.random.default_rng(1).normal(size=(40, 2)))
    at = opened(tab="share", data="own", own=code, contestants="gan")
    assert not at.warning and len(mounted[-1]["own"]["picture"]) == 80
    assert f"--data own --own {code} --contestants gan" in at.code[1].value and mounted[-1]["config"]["own"] == code
