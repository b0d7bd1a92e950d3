"""Degrees of a MADE's hidden units: spread over all numbers where there are fewer units than numbers; what was trained
before keeps its masks."""

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from playground.core.config import parse
from playground.core.kept import hashed, parse_kept
from playground.core.registry import family
from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.recording import encode, read
from playground.engine.run import start
from playground.engine.store import Store
from playground.families.autoregressive.networks.made import MADE as BitMADE
from playground.families.autoregressive.orders import orders
from playground.training.networks import MADE, degrees

NARROW = {
    "autoregressive": {"model": "made", "width": 20, "direct": False, "batch": 16},
    "normalizing_flow": {"data": "digits", "flow": "maf", "layers": 2, "width": 20, "batch": 16},
    "vae": {"data": "digits", "strong": True, "width": 20, "batch": 16},
}
"""Families with a masked network, narrower than 64 pixels."""


@pytest.mark.parametrize(
    "dim, width", [(784, 256), (64, 20), (64, 63), (64, 62), (9, 2), (9, 1), (3, 1), (2, 1), (1, 4)]
)
def test_degrees_reach_from_the_first_number_to_the_last_but_one(dim, width):
    found, before = degrees(dim, width), degrees(dim, width, even=False)
    assert found.shape == before.shape == (width,) and found.min() == 1 and found.max() <= max(1, dim - 1)
    if width >= dim - 1:
        assert np.array_equal(found, before)
    elif width > 1:
        assert found.max() == dim - 1 and before.max() == width
        assert np.ptp(np.diff(found)) <= 1  # steps as equal as whole numbers can be


@pytest.mark.parametrize("even", [True, False])
def test_only_spread_degrees_let_the_last_output_see_what_comes_before_it(even):
    made = MADE(40, 1, 10, 2, "relu", even=even)
    for parameter in made.parameters():
        torch.nn.init.uniform_(parameter, 0.5, 1.0)  # no path cancels another
    x = torch.rand(1, 40, requires_grad=True)
    made(x)[0, 39, 0].backward()
    seen = int((x.grad[0] != 0).sum())
    assert seen == (39 if even else 10)


def test_one_network_serves_all_families_alike():
    (order,) = orders("rows", (5, 8), 1)
    one, two = MADE(40, 1, 10, 1, "relu"), BitMADE([order], 10, 1, direct=False)
    for ours, theirs in zip(one.masks, two.masks, strict=True):
        assert torch.equal(ours, theirs[0])


@pytest.mark.parametrize("name", NARROW)
def test_a_setting_of_before_is_in_turn_and_only_where_it_matters(name):
    kind, values = family(name).Config, NARROW[name]
    assert parse(kind, values).degrees == "even" and parse_kept(kind, values).degrees == "in_turn"
    assert parse_kept(kind, {**values, "degrees": "even"}).degrees == "even"
    wide = {**values, "width": 80}
    assert parse_kept(kind, wide) == parse(kind, wide)
    assert "degrees" not in hashed(parse(kind, wide)) and "degrees" in hashed(parse(kind, values))
    assert parse_kept(kind, {}) == kind()


@pytest.mark.parametrize("name", NARROW)
def test_weights_and_runs_of_before_keep_their_masks(name, tmp_path):
    """Written by the present state with the old masks, and then robbed of the setting that old files do not have."""
    config = parse(family(name).Config, {**NARROW[name], "degrees": "in_turn"})
    run = start(name, config, "", Limits())
    experiment, _ = train(run, 3, on_progress=lambda *_: None, stop=lambda: False)
    Store(tmp_path, Limits()).save(run)
    (tmp_path / "w.safetensors").write_bytes(encode(run, ""))
    path = tmp_path / run.id / "run.json"
    about = json.loads(path.read_text())
    del about["config"]["degrees"]
    path.write_text(json.dumps(about))
    with safe_open(tmp_path / "w.safetensors", framework="numpy") as file:
        told = file.metadata()
    old = json.loads(told["config"])
    del old["degrees"]
    save_file(load_file(tmp_path / "w.safetensors"), tmp_path / "old.safetensors", {**told, "config": json.dumps(old)})

    recording = read(tmp_path / "old.safetensors")
    again = family(name).load_experiment()(recording.config)
    again.load_state_dict(recording.state)
    assert recording.config == config == Store(tmp_path, Limits()).load(run.id).config
    assert np.array_equal(again.sample(20, 1), experiment.sample(20, 1))
    fresh = family(name).load_experiment()(parse(family(name).Config, NARROW[name]))
    fresh.load_state_dict(recording.state)
    assert not np.array_equal(fresh.sample(20, 1), experiment.sample(20, 1))  # other masks are another model


def test_last_numbers_are_learned_with_a_narrow_network():
    """Numbers in pairs that are alike: without direct connections only a unit with that degree can know."""
    found = {}
    for even in (True, False):
        made = MADE(40, 1, 20, 1, "relu", even=even)
        generator = torch.Generator().manual_seed(0)
        optimiser = torch.optim.Adam(made.parameters(), 1e-2)
        for parameter in made.parameters():
            torch.nn.init.normal_(parameter, 0, 0.2, generator=generator)
        for _ in range(600):
            x = torch.randint(2, (128, 20), generator=generator).repeat_interleave(2, 1).float()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(made(2 * x - 1)[..., 0], x) * 40
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        found[even] = loss.item()
    perfect = 20 * np.log(2)
    assert perfect <= found[True] < perfect + 2 < found[False] - 4, found
