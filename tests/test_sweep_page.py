"""The grid of sweeps on a page: what its widgets and the address say, what is refused."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.core.config import parse, specs
from playground.core.i18n import LANGUAGES
from playground.families.gan.config import GanConfig
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.ui import sweep

ROOT = Path(__file__).parents[1]
NAVIGATION = ROOT / "playground" / "ui" / "navigation.py"
KNOWN = {spec.name: spec for spec in specs(GanConfig)}


@pytest.fixture
def mounted(monkeypatch):
    """What the grids on the page were given."""
    calls = []

    def component(name, **options):
        def mount(key, data, **rest):
            if name == "playground_sweep":
                calls.append(data)

        return mount

    monkeypatch.setattr(sweep, "component", component)
    return calls


def opened(page, lang="en", **address):
    at = AppTest.from_file(NAVIGATION, default_timeout=60)
    at.query_params["lang"] = lang
    for name, value in address.items():
        at.query_params[f"grid.{name}"] = value
    at.switch_page(str(ROOT / "pages" / f"{page}.py"))
    at.run()
    assert not at.exception, at.exception[0].stack_trace
    return at


def test_a_link_opens_on_its_grid(mounted):
    at = opened("gan", data="moons,8gaussians", seed="1,2,3")
    assert mounted[-1]["grid"] == {"data": ["moons", "8gaussians"], "seed": [1, 2, 3]}
    assert "data" not in mounted[-1]["config"] and mounted[-1]["config"]["batch"] == 256
    assert at.query_params["grid.data"] == "moons,8gaussians"
    values = next(m for m in at.multiselect if "grid values 0" in m.key)
    values.set_value(["moons"]).run()
    assert mounted[-1]["grid"] == {"data": ["moons"], "seed": [1, 2, 3]}
    assert at.query_params["grid.data"] in ("moons", ["moons"])
    assert not at.warning


@pytest.mark.parametrize("lang", LANGUAGES)
def test_another_setting_and_what_is_too_much(mounted, lang):
    at = opened("gan", lang, seed="0,1")
    first = next(s for s in at.selectbox if "grid setting 0" in s.key)
    first.set_value("g_lr").run()
    assert list(mounted[-1]["grid"]) == ["g_lr"] and len(mounted[-1]["grid"]["g_lr"]) == 2
    before = len(mounted)
    at = opened("gan", lang, data="ring,moons,rings", seed=",".join(map(str, range(6))))
    assert len(mounted) == before and "18" in at.warning[0].value and "16" in at.warning[0].value


@pytest.mark.parametrize("page", ["gan", "normalizing_flow"])
def test_what_is_proposed_can_be_trained_and_needs_no_address(mounted, page):
    at = opened(page, nothing="x")  # a grid that is none: the tab opens on the one that is proposed
    grid, config = mounted[-1]["grid"], {"gan": GanConfig, "normalizing_flow": NormalizingFlowConfig}[page]
    assert len(grid) == 2 and sweep.why_not(config, grid, {}) is None
    assert not [name for name in at.query_params if name.startswith("grid.")]


def test_addresses_say_grids_and_back():
    grid = {"g_lr": [0.001, 0.0025], "spectral_norm": [False, True]}
    said = sweep.to_link(grid, {"data": ("moons",)})
    assert said == {"grid.g_lr": "0.001,0.0025", "grid.spectral_norm": "false,true"}
    assert sweep.from_link(GanConfig, KNOWN, said) == grid
    assert sweep.to_link(grid, grid) == {}
    assert sweep.from_link(GanConfig, KNOWN, {"grid.g_lr": "fast,1e-3,0.001", "grid.x": "1", "g_lr": "2"}) == {
        "g_lr": [0.001]
    }


def test_every_number_has_a_few_values_to_choose_from():
    for kind in (GanConfig, NormalizingFlowConfig):
        for spec in specs(kind):
            if spec.kind in ("int", "float"):
                values = sweep.suggested_values(spec)
                assert 2 <= len(values) <= 20 and (spec.default in values or spec.name == "seed")
                for value in values:
                    parse(kind, {spec.name: value})
