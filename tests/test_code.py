"""The script that a page shows is run as it stands, and gives the numbers of the command line."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground.core.config import parse, specs
from playground.core.registry import FAMILIES, family
from playground.ui.code import script

ROOT = Path(__file__).parents[1]
STEPS = 40
SETTINGS = {
    "gan": [
        {"data": "moons", "seed": 7, "g_width": 16, "d_width": 16, "batch": 32},
        {
            "objective": "wgan_gp",
            "gp": 2.5,
            "d_steps": 2,
            "r1": 0.0,
            "ema": 0.0,
            "optimiser": "rmsprop",
            "noise_dim": 1,
            "noise": "uniform",
            "spectral_norm": True,
            "g_width": 8,
            "d_width": 8,
            "batch": 16,
        },
    ],
}


def run(*arguments):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name, settings", [(name, one) for name, some in SETTINGS.items() for one in some])
def test_the_script_gives_the_command_lines_numbers(name, settings, tmp_path):
    file = tmp_path / "shown.py"
    file.write_text(script(name, parse(family(name).Config, settings), STEPS))
    said = run("-c", f"import runpy; runpy.run_path({str(file)!r}, run_name='__main__')")
    pairs = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    wanted = json.loads(run("-m", "playground", "train", name, *pairs, "--steps", str(STEPS), "--json"))["metrics"]
    found = {
        key: (float(value), float(floor))
        for key, value, floor in re.findall(r"^(\w+) = (\S+), a perfect model: (\S+)$", said, re.MULTILINE)
    }
    assert found == {key: (score["value"], score["floor"]) for key, score in wanted.items()} and found


@pytest.mark.parametrize("name", FAMILIES)
def test_only_what_differs_and_plays_a_part_is_said(name):
    kind = family(name).Config
    assert f"{kind.__name__}())" in script(name, kind())
    text = script(name, kind(seed=5))
    assert f"{kind.__name__}(seed=5))" in text and not any(
        f"{spec.name}=" in text for spec in specs(kind) if spec.name != "seed"
    )
    compile(text, "shown", "exec")


def test_a_setting_that_plays_no_part_is_left_out():
    assert "clip" not in script("gan", parse(family("gan").Config, {"clip": 0.5}))
    assert "clip=0.5" in script("gan", parse(family("gan").Config, {"clip": 0.5, "objective": "wgan"}))
