"""The command line does not take a setting without a word that plays no part in the combination asked for."""

import numpy as np
import pytest

from playground.__main__ import main
from playground.core.combinations import check_played
from playground.core.config import relevant, specs
from playground.core.errors import UserError
from playground.core.registry import FAMILIES
from playground.core.resources import WEIGHTS


@pytest.mark.parametrize(
    ("words", "name", "needs"),
    [
        (["train", "diffusion", "--set", "process=vp", "--set", "chain=50"], "chain", "process = ddpm"),
        (["train", "diffusion", "--set", "sampler=euler", "--set", "eta=0.5"], "eta", "sampler = ddim"),
        (["train", "diffusion", "--set", "guidance=3"], "guidance", "classes = True"),
        (
            ["train", "diffusion", "--set", "process=linear", "--set", "objective=velocity", "--set", "round=50"],
            "round",
            "rounds > 0 / distil = True",
        ),
        (["train", "normalizing_flow", "--set", "solver=euler"], "solver", "flow = ffjord"),
        (["sweep", "normalizing_flow", "--grid", "layers=1,2", "--set", "solver=euler"], "solver", "flow = ffjord"),
        (["sweep", "diffusion", "--grid", "process=vp,ve", "--grid", "chain=50,100"], "chain", "process = ddpm"),
    ],
)
def test_a_setting_without_a_part_is_refused(words, name, needs, tmp_path, capsys):
    more = ["--out", str(tmp_path / "t.csv")] if words[0] == "sweep" else ["--steps", "1"]
    assert main([*words, *more]) == 2
    said = capsys.readouterr().err
    assert f"'{name}' plays no part with these settings; it needs" in said and needs in said


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["eta=0.5", "sampler=euler"], "'eta' plays no part with these settings; it needs sampler = ddim"),
        (["guidance=3"], "'guidance' plays no part"),
        (["lr=0.1"], "'lr' is no setting of sampling; --set takes here: sampler, steps"),
    ],
)
def test_samples_ask_only_for_what_plays_a_part(words, complaint, tmp_path, capsys):
    given = [part for pair in words for part in ("--set", pair)]
    weights = str(WEIGHTS / "diffusion-moons-ddpm.safetensors")
    assert main(["sample", weights, "-n", "10", *given, "--out", str(tmp_path / "x.npz")]) == 2
    assert complaint in capsys.readouterr().err


def test_samples_with_other_settings(tmp_path):
    weights, found = str(WEIGHTS / "diffusion-moons-ddpm.safetensors"), []
    for number, steps in enumerate(("1", "1", "20")):
        out = tmp_path / f"{number}.npz"
        assert main(["sample", weights, "-n", "50", "--set", f"steps={steps}", "--out", str(out)]) == 0
        found.append(np.load(out)["samples"])
    assert np.array_equal(found[0], found[1]) and not np.allclose(found[0], found[2], atol=0.1)


def test_a_grid_may_have_settings_that_play_a_part_in_some_cells():
    kind = FAMILIES["normalizing_flow"].Config
    both = [{**kind(flow=flow).model_dump()} for flow in ("ffjord", "planar")]
    check_played(kind, ["solver", "flow"], *both)
    with pytest.raises(UserError):
        check_played(kind, ["solver"], both[1])


@pytest.mark.parametrize("name", FAMILIES)
def test_presets_ask_only_for_what_plays_a_part(name):
    kind = FAMILIES[name].Config
    for preset in FAMILIES[name].presets.values():
        check_played(kind, [], kind(**preset.settings).model_dump())
        assert set(preset.settings) <= {spec.name for spec in specs(kind)}


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_refused_is_what_the_page_hides(name):
    """What `relevant` leaves out, for reasons of `when` or of `idle`, has no widget, and is refused."""
    kind = FAMILIES[name].Config
    values = kind().model_dump()
    assert not set(kind.idle(values)) & {spec.name for spec in relevant(kind, values)}
    shown = {spec.name for spec in relevant(kind, values)}
    for spec in specs(kind):
        if spec.name not in shown:
            with pytest.raises(UserError, match=spec.name):
                check_played(kind, [spec.name], values)
