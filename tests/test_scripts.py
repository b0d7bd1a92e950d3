"""run.sh and test.sh with fake commands on the PATH: which Python they take, and which torch."""

import shutil
import subprocess

import pytest
from support.server import ROOT

INDEX = "--extra-index-url=https://download.pytorch.org/whl/cpu"
FAKE = """#!/usr/bin/env bash
echo "$(basename "$0") $*" >> "$LOG"
case "$*" in
  *version_info*) [[ " $IN_RANGE " == *" $(basename "$0") "* ]] ;;
  "-m venv "*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  *importlib.metadata*) [ -n "$TORCH" ] ;;
  *urlopen*) [ -n "$REACHED" ] ;;
esac
"""
"""A Python that only notes what it was called with; what it answers is said by the environment."""


@pytest.fixture
def script(tmp_path):
    """Run a script with only these commands on the PATH: its exit code, the notes, what it complained about."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "basename", "chmod", "cp", "dirname", "id", "mkdir", "timeout"):
        (folder / name).symlink_to(shutil.which(name))

    def add(name: str, text: str) -> None:
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)

    def run(name="run.sh", pythons=("python3.11",), in_range=None, gpu=False, system="Linux", **environ):
        for python in pythons:
            add(python, FAKE)
        add("uname", f"#!/usr/bin/env bash\necho {system}\n")
        add("nvidia-smi", f"#!/usr/bin/env bash\nexit {0 if gpu else 1}\n")
        add("chromium", "#!/usr/bin/env bash\n")
        log = tmp_path / "log"
        log.write_text("")
        told = subprocess.run(
            [folder / "bash", ROOT / name],
            env={
                "PATH": str(folder),
                "LOG": str(log),
                "PLAYGROUND_VENV": str(tmp_path / "venv"),
                "IN_RANGE": " ".join(pythons if in_range is None else in_range),
                "TORCH": "",
                "REACHED": "",
                **environ,
            },
            capture_output=True,
            text=True,
            timeout=30,
        )
        return told.returncode, log.read_text().splitlines(), told.stderr

    return run


def made_by(notes: list[str]) -> str:
    """The Python that made the virtual environment."""
    (made,) = (note.split()[0] for note in notes if " -m venv " in note)
    return made


def installed(notes: list[str]) -> str:
    (note,) = (note for note in notes if " pip install " in note)
    return note


@pytest.mark.parametrize(
    ("pythons", "in_range", "taken"),
    [
        (("python3.11", "python3.12", "python3"), None, "python3.11"),
        (("python3.12", "python3.13"), None, "python3.12"),
        (("python3.13", "python3"), None, "python3.13"),
        (("python3",), None, "python3"),
        (("python3.11", "python3.12"), ("python3.12",), "python3.12"),  # there, but without the venv module
    ],
)
@pytest.mark.parametrize("name", ["run.sh", "test.sh"])
def test_any_python_in_range_is_taken(script, name, pythons, in_range, taken):
    code, notes, _ = script(name, pythons, in_range)
    assert code == 0 and made_by(notes) == taken
    wanted = "python -m streamlit run" if name == "run.sh" else "python -m pytest"
    assert any(note.startswith(wanted) for note in notes[-2:])  # types are checked beside the tests


def test_one_that_is_named_comes_first(script):
    assert made_by(script(pythons=("python3.11", "mine"), PYTHON="mine")[1]) == "mine"


@pytest.mark.parametrize("pythons", [(), ("python3",)])
@pytest.mark.parametrize("name", ["run.sh", "test.sh"])
def test_without_one_a_sentence_says_what_to_install(script, name, pythons):
    code, notes, complaint = script(name, pythons, in_range=())
    assert code == 1 and not [note for note in notes if " pip " in note]
    assert complaint.startswith("Please install Python 3.11, 3.12 or 3.13") and complaint.count("\n") == 1


def test_a_second_start_makes_no_environment_again(script):
    script()
    _, notes, _ = script(TORCH="2.13.0", REACHED="yes")
    assert not [note for note in notes if " -m venv " in note or "urlopen" in note]
    assert INDEX not in installed(notes)


@pytest.mark.parametrize(
    ("system", "gpu", "reached", "index"),
    [
        ("Linux", False, "yes", True),
        ("Linux", False, "", False),
        ("Linux", True, "yes", False),
        ("Darwin", False, "yes", False),
    ],
)
@pytest.mark.parametrize("name", ["run.sh", "test.sh"])
def test_a_linux_without_a_gpu_takes_torch_from_the_index_of_cpu_builds(script, name, system, gpu, reached, index):
    code, notes, _ = script(name, system=system, gpu=gpu, REACHED=reached)
    assert code == 0 and (INDEX in installed(notes)) == index
    file = {"run.sh": "requirements.txt", "test.sh": "requirements-dev.txt"}[name]
    assert installed(notes).endswith(f"-r {file}")


@pytest.mark.parametrize("path", ["run.sh", "test.sh", "environment.sh", ".ci/run"])
def test_bash_understands_it(path):
    subprocess.run(["bash", "-n", ROOT / path], check=True)
