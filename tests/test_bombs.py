"""Files from strangers that are small and want much: each is refused in a sentence, and costs little to refuse."""

import json
from pathlib import Path

import _fortress_files as bombs
import pytest
from safetensors import safe_open
from support.measured import cost

from playground.core.about import SHARED_CURVES
from playground.core.aliases import SCORES, current
from playground.core.registry import family
from playground.core.resources import WEIGHTS
from playground.engine.limits import Limits
from playground.engine.recording import read
from playground.engine.weights_import import restore_run
from playground.metrics.scores import METRICS

SHIPPED = WEIGHTS / "gan-ring.safetensors"


def opened(path: str) -> int:
    """What the server does with weights before it asks a worker."""
    return len(restore_run(read(Path(path)), "owner", Limits()).timeline.scalars.names)


WEIGHTS_BOMBS = {
    "curves": lambda raw: bombs.curve_bomb(raw),
    "rows": lambda raw: bombs.curve_rows(raw),
    "repeated": lambda raw: bombs.repeated_bomb(raw),
    "frames": lambda raw: bombs.frame_bomb(raw),
    "tensors": lambda raw: bombs.many_tensors(),
    "brackets": lambda raw: bombs.nested_header(),
    "claimed": lambda raw: bombs.claimed_tensor(bombs.about(raw)),
    "a long header": lambda raw: (99_000_000).to_bytes(8, "little") + b'{"a":' + b" " * 99_000_000,
}


@pytest.mark.parametrize("kind", WEIGHTS_BOMBS)
def test_weights_cost_what_is_in_them(kind, tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(WEIGHTS_BOMBS[kind](SHIPPED.read_bytes()))
    found = cost(opened, str(path), warm=(str(SHIPPED),))
    assert found.megabytes < 50 and found.seconds < 0.5, found
    assert found.refused == (kind != "curves") and len(found.answer) < 300


def test_curves_of_weights_are_those_that_a_family_has():
    assert set(METRICS) <= set(SHARED_CURVES)
    for path in sorted(WEIGHTS.glob("*.safetensors")):
        told = bombs.about(path.read_bytes())
        if "config" in told:
            with safe_open(path, "numpy") as file:
                names = {name.removeprefix("curve.") for name in file.keys() if name.startswith("curve.")}  # noqa: SIM118
            assert set(current(SCORES, dict.fromkeys(names | set(json.loads(told["scores"]))))) - {"step"} <= set(
                family(told["family"]).curves
            ), path.name
