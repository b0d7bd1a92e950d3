"""A person's own units: from the file through training to samples, axes and exports."""

import csv
import io
import json

import numpy as np
import pytest
from support.sockets import decode

from playground.__main__ import main
from playground.core.contract import Frame
from playground.core.registry import FAMILIES, family
from playground.core.scene import Points, Scene
from playground.core.units import Units
from playground.data.plane import user_data
from playground.families.gan.config import GanConfig
from playground.live.files import ExportSource, npz
from playground.live.protocol import encode_frame
from playground.render.plotly import figure

CENTER, SPREAD = np.array([1500.0, 0.04]), np.array([300.0, 0.005])


@pytest.fixture
def table(tmp_path):
    points = np.random.default_rng(0).normal(size=(200, 2)) * SPREAD + CENTER
    path = tmp_path / "houses.csv"
    path.write_text("price;rate\n" + "\n".join(f"{x:.3f};{y:.6f}".replace(".", ",") for x, y in points))
    return path


def test_samples_and_likelihoods_come_back_in_the_units_of_the_file(table, tmp_path, capsys):
    weights, out = tmp_path / "flow.safetensors", tmp_path / "samples.csv"
    words = ["--data", f"own:{table}", "--steps", "150", "--set", "layers=2", "--weights", str(weights), "--json"]
    assert main(["train", "normalizing_flow", *words]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    units = GanConfig(data="own", own=told["config"]["own"]).own_units
    assert units is not None and units.names == ("price", "rate")
    assert told["nll_own_units"] == pytest.approx(told["metrics"]["nll"]["value"] + np.log(units.scale).sum())
    assert main(["sample", str(weights), "-n", "2000", "--out", str(out)]) == 0
    heading, *rows = csv.reader(io.StringIO(out.read_text()))
    found = np.array(rows, float)
    assert heading == ["price", "rate"]
    assert np.abs(found.mean(0) - CENTER).max() < SPREAD.max() and (np.abs(found.mean(0) - CENTER) < SPREAD / 2).all()
    assert ((found.std(0) > SPREAD / 2) & (found.std(0) < 2 * SPREAD)).all()


def test_what_is_read_is_printed(table, capsys):
    assert main(["data", str(table), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["points"] == 200 and told["columns"] == ["price", "rate"] and len(told["first"]) == 5
    assert told["center"] == pytest.approx(CENTER, rel=0.3) and told["scale"][0] / told["scale"][1] > 1e4
    assert main(["data", str(table), "--columns", "rate,price", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["first"][0] == told["first"][0][::-1]
    for words in (["nowhere.csv"], [str(table), "--columns", "rate"], [str(table), "--columns", "rate,nothing"]):
        assert main(["data", *words]) == 2
        assert capsys.readouterr().err.startswith("playground: ")


@pytest.mark.parametrize("name", FAMILIES)
def test_the_stage_of_every_family_has_the_units_on_its_axes(name):
    kind = family(name)
    if "own" not in kind.Config.model_fields:
        pytest.skip("takes no data of the plane")
    points = np.random.default_rng(1).normal(size=(60, 2)) * SPREAD + CENTER
    config = kind.Config(data="own", own=user_data.fitted_code(points, ("price", "rate")))
    experiment = kind.load_experiment()(config)
    scene = kind.scene(Frame(0, experiment.snapshot()), config)
    assert scene.units == config.own_units
    told = decode(encode_frame({}, scene, str))
    assert told["units"]["names"] == ["price", "rate"]


def test_figures_and_arrays_say_the_units():
    units = Units((1000.0, 5.0), (200.0, 0.5), ("price", ""))
    dots = Points(name="p", title="P", role="data", xy=np.zeros((1, 2), np.float32))
    axis = figure(Scene((dots,), "", "", extent=(-3.0, 3.0, -3.0, 3.0), units=units)).layout.xaxis
    assert dict(zip(axis.ticktext, axis.tickvals, strict=True))["1000"] == 0 and axis.title.text == "price"
    code = user_data.encode(np.random.default_rng(2).uniform(-2, 2, (40, 2)), units)
    config = GanConfig(data="own", own=code)
    source = ExportSource("gan", config, 0, {0: Frame(0, {"data": np.zeros((3, 2), np.float32)})}, [])
    with np.load(io.BytesIO(npz(source))) as arrays:
        assert arrays["center"].tolist() == [1000, 5] and arrays["scale"].tolist() == [200, 0.5]
