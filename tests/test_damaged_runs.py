"""A server starts on any folder: what is damaged is set aside once, what is of another version is left alone, and the
runs beside it are found."""

import asyncio
import json
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.hubs import ME, a_hub, until

from playground.core.errors import UserError
from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.run import start
from playground.engine.store import Store
from playground.families.gan.config import GanConfig

SMALL = GanConfig(g_width=8, d_width=8, batch=16)
ID, GOOD = "feedfeed01", "0123456789abcdef"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a run as it should be."""
    root = tmp_path_factory.mktemp("whole")
    for name in (ID, GOOD):
        run = start("gan", SMALL, "me", Limits())
        run.id = name
        train(run, 4, stop=lambda: False, on_progress=lambda *_: None)
        Store(root, Limits()).save(run)
    return root


def tell(folder, **changes):
    path = folder / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def as_file(folder):
    shutil.rmtree(folder)
    folder.write_text("no folder")


DAMAGES = {
    "empty": lambda folder: (folder / "run.json").write_bytes(b""),
    "torn": lambda folder: os.truncate(folder / "run.json", 100),
    "zeros": lambda folder: (folder / "run.json").write_bytes(bytes(500)),
    "a list": lambda folder: (folder / "run.json").write_text("[]"),
    "of somebody else": lambda folder: (folder / "run.json").write_text('{"name": "my app", "version": 3}'),
    "deep": lambda folder: (folder / "run.json").write_text("[" * 100_000),
    "no run.json": lambda folder: (folder / "run.json").unlink(),
    "a folder for run.json": lambda folder: ((folder / "run.json").unlink(), (folder / "run.json").mkdir()),
    "no step": lambda folder: tell(folder, step="many"),
    "a sentence with wild places": lambda folder: tell(folder, stopped=["{x.__class__}", {}]),
    "rows elsewhere": lambda folder: tell(folder, rows="../../etc/passwd"),
}
LEFT = {
    "a newer version": lambda folder: tell(folder, format=99, steps={"new": 1}),
    "another family": lambda folder: tell(folder, family="hypernetwork"),
    "settings of another version": lambda folder: tell(folder, config={"batch": "all of them"}),
    "another's settings by hand": lambda folder: tell(folder, events=[{"step": 1, "changes": {"g_lr": "fast"}}]),
}


def opened(root, caplog):
    """Start a server on the folder; the ids it finds, and what it logged."""

    async def story():
        async with a_hub(root, inline=True) as hub:
            live_run = hub.begin(ME, "gan", SMALL)
            await until(lambda: not live_run.pending_writes)
            found = {run.id for run in hub.index.runs_of("me", "gan", hub.live_runs)}
            await hub.delete(live_run)
            return found

    caplog.clear()
    return asyncio.run(story()), [record.message for record in caplog.records]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_set_aside_once(whole, tmp_path, caplog, damage):
    root = tmp_path / "runs"
    shutil.copytree(whole, root)
    DAMAGES[damage](root / ID)
    found, said = opened(root, caplog)
    assert found == {GOOD} and len(said) == 1 and "damaged" in said[0]
    assert not (root / ID).exists() and len([*(root / "damaged").iterdir()]) == 1
    assert opened(root, caplog) == ({GOOD}, [])


@pytest.mark.parametrize("kind", LEFT)
def test_what_is_of_another_version_is_left_alone(whole, tmp_path, caplog, kind):
    root = tmp_path / "runs"
    shutil.copytree(whole, root)
    LEFT[kind](root / ID)
    before = (root / ID / "run.json").read_bytes()
    found, said = opened(root, caplog)
    assert found == {GOOD} and len(said) == 1 and "left alone" in said[0]
    assert (root / ID / "run.json").read_bytes() == before and not (root / "damaged").exists()


def test_files_and_links_in_the_place_of_folders(whole, tmp_path, caplog):
    root = tmp_path / "runs"
    shutil.copytree(whole, root)
    as_file(root / ID)
    for name in ("own-data", "damaged", "mmbench"):
        (root / name).write_text("no folder")
    (root / "link").symlink_to(root / "nowhere")
    os.mkdir(os.fsencode(root) + b"/\xff\n odd")
    os.mkfifo(root / "pipe")
    found, _ = opened(root, caplog)
    assert found == {GOOD} and not (root / "own-data").is_file() and not (root / "mmbench").is_file()
    assert (root / ID).read_text() == "no folder"
    assert opened(root, caplog) == ({GOOD}, [])


def test_a_folder_that_cannot_be_moved_is_left(whole, tmp_path, caplog, monkeypatch):
    root = tmp_path / "runs"
    shutil.copytree(whole, root)
    (root / ID / "run.json").write_bytes(b"")

    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("playground.engine.disk.os.rename", refused)
    assert Store(root, Limits()).folder.names() == [ID, GOOD]
    assert [run.id for run in Store(root, Limits()).summaries()] == [GOOD] and "left alone" in caplog.text


def test_a_renamed_folder_is_known_by_its_name(whole, tmp_path):
    shutil.copytree(whole / ID, tmp_path / "copied")
    assert [run.id for run in Store(tmp_path, Limits()).summaries()] == ["copied"]
    assert Store(tmp_path, Limits()).load("copied").step == 4


@pytest.mark.parametrize("part", ["frames", "states"])
def test_a_damaged_frame_or_state_is_left_out(whole, tmp_path, part):
    root = tmp_path / "runs"
    shutil.copytree(whole, root)
    files = sorted((root / ID / part).iterdir())
    os.truncate(files[0], files[0].stat().st_size // 2)
    (root / ID / part / "notes.safetensors").write_text("mine")
    found = Store(root, Limits()).load(ID)
    assert found.step == 4
    assert int(files[0].stem) not in getattr(found.timeline, part).items


def test_a_run_that_turns_out_to_be_damaged_is_set_aside_and_another_begins(whole, tmp_path):
    root = tmp_path / "runs"
    shutil.copytree(whole, root)

    async def story():
        async with a_hub(root, inline=True) as hub:
            for path in (root / ID).glob("metrics*"):
                path.unlink()
            with pytest.raises(UserError, match="damaged"):
                hub.get(ID)
            assert not (root / ID).exists() and {run.id for run in hub.index.runs_of("me", "gan", {})} == {GOOD}

    asyncio.run(story())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = "id family config owner parent events created used step stopped names cell opened spent measurement rows order"
about = st.dictionaries(st.sampled_from([*KEYS.split(), "format", "more"]), values, max_size=4)
names = st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=20)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=about,
    raw=st.none() | st.binary(max_size=60),
    odd=names.filter(lambda n: n not in (".", "..", ID, GOOD)),
    kind=st.sampled_from(["file", "folder", "run"]),
    cut=st.sampled_from(["run.json", "scores.jsonl", "frames", "states"]),
)
def test_no_folder_keeps_a_server_from_starting(whole, tmp_path_factory, changes, raw, odd, kind, cut):
    root = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(whole, root, dirs_exist_ok=True)
    try:
        tell(root / ID, **changes)
        if raw is not None:
            if (root / ID / cut).is_dir():
                shutil.rmtree(root / ID / cut)
            (root / ID / cut).write_bytes(raw)
        if kind == "file":
            (root / odd).write_bytes(raw or b"")
        elif kind == "folder":
            (root / odd).mkdir()
        else:
            shutil.copytree(root / ID, root / odd)
        store = Store(root, Limits())
        found = [run.id for run in store.summaries()]
        assert GOOD in found
        for name in found:
            try:
                store.load(name)
            except UserError:
                assert name != GOOD
        assert store.load(GOOD).step == 4 and store.folder.surplus(set()) == []
    finally:
        shutil.rmtree(root)
