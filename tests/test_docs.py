"""What is documented is there, and what is there is documented."""

import contextlib
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from support.server import ROOT

from playground.__main__ import main
from playground.commands.parser import COMMANDS, parser
from playground.commands.reference import PATH, arguments_of, reference
from playground.core.config import parse
from playground.core.registry import FAMILIES
from playground.data.plane.distributions import get
from playground.data.settings import DATA
from playground.engine.limits import Limits

README = (ROOT / "README.md").read_text("utf-8")
DOCS = "\n".join([README, *(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md")))])
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def variables() -> set[str]:
    """Every variable of the environment that the code or the scripts read."""
    sources = [*(ROOT / "playground").rglob("*.py"), *(ROOT / "pages").glob("*.py"), *(ROOT / "bench").glob("*.py")]
    sources += [ROOT / "app.py", *ROOT.glob("*.sh"), ROOT / ".ci" / "run"]
    named = {name for path in sources for name in re.findall(r"PLAYGROUND_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))}
    return named | {f"PLAYGROUND_{name.upper()}" for name in Limits.model_fields}


def code_lines(text: str) -> list[str]:
    """The indented lines of commands, joined where they go on, without their comments."""
    indented = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    lines = re.findall(r"^ {4}(\S.*)$", re.sub(r"\\\n\s+", "", indented), re.M)
    return [line.partition("  #")[0].rstrip() for line in lines]


COMMAND_LINES = [
    line.removeprefix("python -m playground ")
    for line in code_lines(README)
    if line.startswith("python -m playground ")
]


@pytest.mark.parametrize("name", sorted(variables()))
def test_every_variable_is_documented(name):
    assert f"`{name}`" in DOCS


def test_every_variable_documented_is_there_with_its_default():
    rows = dict(re.findall(r"^\| `(PLAYGROUND_\w+)` \| `?([^|`]*?)`? \|", DOCS, re.M))
    assert set(rows) == variables()
    for name, field in Limits.model_fields.items():
        assert getattr(Limits.model_validate({name: rows[f"PLAYGROUND_{name.upper()}"]}), name) == field.default


def test_the_reference_of_commands_is_what_they_declare():
    assert PATH.read_text("utf-8") == reference(), "run `python -m playground.commands.reference`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name):
    assert f"python -m playground {name}" in README
    section = DOCS.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    for action in arguments_of(name)._actions:
        for option in {*action.option_strings} - {"-h", "--help"}:
            assert option in section and action.help


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_is_named(name):
    assert re.search(rf"\b{name}\b", DOCS)


@pytest.mark.parametrize("name", DATA)
def test_every_data_set_is_named(name):
    assert f"| `{name}`" in DOCS or f", `{name}`" in DOCS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_repository_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page):
    for name in re.findall(
        r"`((?:playground|pages|tests|docs|examples)/[\w./]+\.(?:py|md|json|ipynb))`", page.read_text()
    ):
        assert (ROOT / name).exists() or "toy" in name, name


def test_every_block_of_readme_is_looked_at():
    """Commands by the tests below, Python by one more; what else is indented are drawings and known programs."""
    known = (
        "bash run.sh",
        "bash test.sh",
        "UV_TORCH_BACKEND=cpu uvx ",
        "pipx run ",
        "pip install . ",
        "docker ",
        "dask ",
        "PYTHONPATH=. dask ",
        "python -m playground ",
    )
    drawing = ("data ──►", "samples ", "snapshot()")
    for line in code_lines(README):
        assert line.startswith(known + drawing), line
    assert re.findall(r"^```(\w+)$", README, re.M) == ["python"]


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_commands_of_readme_parse_and_their_settings_exist(line):
    given = parser().parse_args(shlex.split(line))
    if not hasattr(given, "family") or given.family is None:
        return
    kind = FAMILIES[given.family].Config
    data = [("data", given.data)] if getattr(given, "data", None) and ":" not in given.data else []
    for key, value in [*(pair.split("=") for pair in getattr(given, "set", [])), *data]:
        parse(kind, {key: value})
    for pair in getattr(given, "grid", []):
        key, _, values = pair.partition("=")
        for value in values.split(","):
            parse(kind, {key: value})


def test_commands_of_readme_run(tmp_path, monkeypatch, capsys):
    """Those that train or sample a GAN, one after the other as they stand, with tiny networks and few steps."""
    (tmp_path / "weights").symlink_to(ROOT / "weights")
    np.savetxt(tmp_path / "points.csv", get("moons").sample(200, np.random.default_rng(0)), delimiter=",")
    monkeypatch.chdir(tmp_path)
    ran = [line for line in COMMAND_LINES if re.match(r"list|train gan|sample", line)]
    assert len(ran) == 6
    for line in ran:
        words = shlex.split(re.sub(r"--steps (\d)000", r"--steps \g<1>", line))
        if words[0] == "train" and "--resume" not in words:
            words += ["--set", "g_width=8", "--set", "d_width=8", *([] if "--steps" in words else ["--steps", "5"])]
        assert main(words) == 0, capsys.readouterr().err
    assert json.loads(Path("runs/ring/run.json").read_text())["step"] == 8
    assert len(Path("moons.csv").read_text().splitlines()) == 5001


def test_python_of_readme_runs():
    (block,) = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)
    assert "range(2000)" in block
    names: dict = {}
    with contextlib.redirect_stdout(None):
        exec(block.replace("range(2000)", "range(20)"), names)
    assert names["points"].shape == (1000, 2)
