"""Sweeps: which cells there are, which go together, and that neither a kill nor a bad cell costs the others."""

import asyncio
import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path

import pytest

from playground.__main__ import main
from playground.core.errors import UserError
from playground.engine import sweep as running
from playground.engine import sweep_plan
from playground.engine.executors import Inline, Slot
from playground.engine.results_csv import ResultsCsv
from playground.engine.sweep_plan import Budget, group_cells, plan_cells
from playground.engine.sweep_worker import batch_keys, train_cells

ROOT = Path(__file__).parents[1]
SMALL = {"g_width": 8, "d_width": 8, "batch": 16}
BUDGET = Budget(12)


def swept(found, path, name="gan", budget=BUDGET):
    """Run a sweep in this process; its table, and the keys of the rows in the order they came."""
    results, told = ResultsCsv(path), []
    asyncio.run(running.sweep(name, found, budget, [Slot(Inline)], results, lambda row: told.append(row["key"])))
    return results, told


# which cells


def test_a_cell_for_every_combination_in_order():
    found = plan_cells("gan", SMALL, {"data": ["moons", "ring"], "seed": ["0", "1", "2"]}, BUDGET)
    assert [tuple(cell.values.values()) for cell in found] == [
        (data, seed) for data in ("moons", "ring") for seed in range(3)
    ]
    assert all(cell.config.g_width == 8 for cell in found)
    assert len({cell.key for cell in found}) == 6


def test_settings_that_play_no_part_make_no_cells():
    found = plan_cells("gan", SMALL, {"objective": ["hinge", "wgan"], "clip": [0.1, 0.5]}, BUDGET)
    assert [tuple(cell.values.values()) for cell in found] == [("hinge", 0.1), ("wgan", 0.1), ("wgan", 0.5)]


def test_a_key_stands_for_settings_and_budget_only():
    (one,) = plan_cells("gan", {**SMALL, "data": "moons"}, {"seed": [3]}, BUDGET)
    (same,) = plan_cells("gan", {**SMALL, "seed": "3"}, {"data": ["moons"]}, BUDGET)
    (longer,) = plan_cells("gan", {**SMALL, "seed": "3"}, {"data": ["moons"]}, Budget(13))
    assert one.key == same.key != longer.key


@pytest.mark.parametrize(
    "grid, said",
    [
        ({"data": ["moons", "moon"]}, "'data' cannot be 'moon'"),
        ({"depth": [1]}, "There is no setting 'depth'"),
        ({"g_lr": [-1]}, "'g_lr' cannot be '-1'"),
        ({"seed": range(101), "g_width": range(2, 102)}, "10100 cells"),
    ],
)
def test_what_cannot_be_a_grid_is_one_sentence(grid, said):
    with pytest.raises(UserError, match=said):
        plan_cells("gan", {}, grid, BUDGET)


# which go together


def test_cells_of_one_structure_go_together_while_the_batch_is_small():
    found = plan_cells("gan", {}, {"batch": [64, 1024], "seed": range(12)}, BUDGET)
    keys = batch_keys("gan", [cell.config.model_dump() for cell in found])
    assert len(set(keys)) == 2
    groups = group_cells(found, keys, workers=1)
    assert sorted(map(len, groups), reverse=True) == [12, *[1] * 12]
    assert sorted(cell.key for group in groups for cell in group) == sorted(cell.key for cell in found)
    assert sorted(map(len, group_cells(found[:12], keys[:12], workers=2))) == [6, 6]  # both workers have work
    assert sorted(map(len, group_cells(found[:12], keys[:12], workers=6))) == [1] * 12
    assert sorted(map(len, group_cells(found[:12], [None] * 12, workers=1))) == [1] * 12
    assert {len({cell.config.batch for cell in group}) for group in groups} == {1}


def test_the_longest_cells_are_begun_first(tmp_path):
    """Else the longest one may be begun when all others are done, and one worker alone trains it."""
    found = plan_cells("gan", SMALL, {"g_width": [8, 128, 32], "d_width": [16, 64]}, Budget(2))
    _, told = swept(found, tmp_path / "widths.csv", budget=Budget(2))
    widths = {cell.key: cell.config.g_width + cell.config.d_width for cell in found}
    assert [widths[key] for key in told] == sorted(widths.values(), reverse=True)


def test_together_and_alone_give_the_same_row(tmp_path, monkeypatch):
    found = plan_cells("gan", SMALL, {"data": ["moons", "8gaussians"], "g_lr": [1e-3, 3e-3]}, BUDGET)
    together, _ = swept(found, tmp_path / "together.csv")
    monkeypatch.setattr(sweep_plan, "MIN_GROUP", 100)
    alone, _ = swept(found, tmp_path / "alone.csv")
    for cell in found:
        one, other = alone.rows[cell.key], together.rows[cell.key]
        assert (one["together"], other["together"]) == ("1", "4")
        assert one["status"] == other["status"] == "done" and one["steps"] == other["steps"] == "12"
        assert (float(one["sliced_w2"]), float(one["energy"])) == pytest.approx(
            (float(other["sliced_w2"]), float(other["energy"])), rel=1e-3
        )
        assert one["sliced_w2_floor"] == other["sliced_w2_floor"] != ""
        assert one["parameters"] == other["parameters"] == str(8 * 3 + 72 + 18 + 8 * 3 + 72 + 9)
    assert "modes_covered" in alone.columns and alone.rows[found[0].key].get("modes_covered", "") == ""


# what may go wrong


def test_a_diverging_cell_is_told_of_and_the_others_go_on(tmp_path):
    wild = {**SMALL, "objective": "wgan_gp", "gp": 0.0, "r1": 0.0, "optimiser": "sgd"}
    found = plan_cells("gan", wild, {"g_lr": [1e-3, 10.0], "d_lr": [1e-3, 10.0]}, Budget(200))
    results, _ = swept(found, tmp_path / "wild.csv", budget=Budget(200))
    tame, *rest = (results.rows[cell.key] for cell in found)
    assert tame["status"] == "done" and tame["together"] == "4"
    worst = rest[-1]
    assert worst["status"] == "diverged" and "diverged" in worst["error"] and int(worst["steps"]) < 200
    assert "sliced_w2" in results.columns and worst.get("sliced_w2", "") == ""
    assert swept(found, tmp_path / "wild.csv", budget=Budget(200))[1] == []  # it would only diverge again


def test_a_defect_costs_one_cell_and_is_tried_again(tmp_path, monkeypatch):
    found = plan_cells("gan", SMALL, {"seed": range(4)}, BUDGET)

    def broken(name, configs, *budget):
        if any(config["seed"] == 2 for config in configs):
            raise ZeroDivisionError("no luck")
        return train_cells(name, configs, *budget)

    monkeypatch.setattr(running, "train_cells", broken)
    results, told = swept(found, tmp_path / "a.csv")
    assert [results.rows[cell.key]["status"] for cell in found] == ["done", "done", "failed", "done"]
    assert "no luck" in results.rows[found[2].key]["error"] and len(told) == 4
    monkeypatch.undo()
    results, told = swept(found, tmp_path / "a.csv")
    assert told == [found[2].key] and results.rows[found[2].key]["status"] == "done"
    with open(tmp_path / "a.csv", newline="") as file:
        assert sorted(row["key"] for row in csv.DictReader(file)) == sorted(cell.key for cell in found)


def test_seconds_end_a_cell(tmp_path):
    budget = Budget(10**9, 0.05)
    found = plan_cells("gan", SMALL, {"seed": [0]}, budget)
    results, _ = swept(found, tmp_path / "a.csv", budget=budget)
    row = results.rows[found[0].key]
    assert 0 < int(row["steps"]) < 10**6 and row["status"] == "done"


def test_a_sheet_knows_its_rows_again_and_drops_a_torn_one(tmp_path):
    path = tmp_path / "a.csv"
    results = ResultsCsv(path)
    results.add({"key": "a", "status": "done", "error": "", "nll": 1.25})
    results.add({"key": "b", "status": "done", "error": 'a "sentence",\nof two lines', "nll": float("nan")})
    before = path.read_bytes()
    with open(path, "ab") as file:
        file.write(b"c,done,,3.")
    again = ResultsCsv(path)
    assert again.rows.keys() == {"a", "b"} and path.read_bytes() == before
    assert again.rows["b"] == {"key": "b", "status": "done", "error": 'a "sentence", of two lines', "nll": ""}
    again.add({"key": "d", "status": "failed", "error": "", "gap": 0.5})
    assert ResultsCsv(path).columns == ["key", "status", "error", "nll", "gap"]
    assert ResultsCsv(path).done("a") and not ResultsCsv(path).done("d") and not ResultsCsv(path).done("c")


@pytest.mark.parametrize("content", [b"x1,x2\n1,2\n", b"\xff\xfe\x00", b"no line at all"])
def test_a_file_of_somebody_else_is_left_alone(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match="a.csv"):
        ResultsCsv(path)
    assert path.read_bytes() == content


# the command line


@pytest.mark.parametrize(
    "words, said",
    [
        ([], "--grid data=moons,rings"),
        (["--grid", "data"], "--grid wants KEY=VALUE"),
        (["--grid", "data=moons,"], "a value is missing"),
        (["--grid", "data=moons", "--grid", "data=ring"], "'data' stands twice"),
        (["--grid", "data=moons", "--set", "data=ring"], "'data' stands in --set and in --grid"),
        (["--grid", "seed=1,2", "--seeds", "3"], "'seed' stands in --grid"),
        (["--seeds", "0"], "--seeds must be at least 1"),
        (["--seeds", "2", "--steps", "0"], "--steps must be at least 1"),
        (["--seeds", "2", "--seconds", "nan"], "--seconds must be more than 0"),
        (["--seeds", "2", "--workers", "0"], "--workers must be at least 1"),
        (["--seeds", "2", "--engine", "abacus"], "cannot be 'abacus'"),
        (["--seeds", "2", "--set", "batch=3"], "'batch' cannot be '3'"),
        (["--seeds", "2", "--out", "no/such/a.csv"], "does not exist"),
        (["--seeds", "2", "--out", "a.txt"], "ends in .csv"),
    ],
)
def test_wrong_words_are_answered_with_one_sentence(words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", "gan", "--out", "a.csv", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("playground: ") and said in captured.err and captured.err.count("\n") == 1
    assert captured.out == "" and list(tmp_path.iterdir()) == []


def command(folder, *words):
    return [
        sys.executable,
        "-m",
        "playground",
        "sweep",
        "gan",
        "--grid",
        "data=moons,ring",
        "--grid",
        "g_lr=1e-3,2e-3",
        "--seeds",
        "2",
        "--set",
        "batch=1024",
        "--set",
        "g_width=8",
        "--set",
        "d_width=8",
        "--steps",
        "60",
        "--out",
        str(folder / "a.csv"),
        *words,
    ]


def start(folder, *words):
    return subprocess.Popen(
        command(folder, *words),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def lines(path):
    return path.read_text().splitlines()[1:] if path.exists() else []


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_a_killed_sweep_goes_on_with_the_cells_not_done(tmp_path):
    table = tmp_path / "a.csv"
    process = start(tmp_path, "--engine", "inline")
    until(lambda: len(lines(table)) >= 2)
    process.kill()
    process.communicate()
    before = lines(table)
    assert 2 <= len(before) < 8
    told = subprocess.run(
        command(tmp_path, "--engine", "inline", "--json"), cwd=ROOT, text=True, capture_output=True, check=True
    )
    rows = json.loads(told.stdout.splitlines()[-1])["rows"]
    assert lines(table)[: len(before)] == before  # not trained again: their times are the same
    assert len(lines(table)) == len(rows) == 8 and {row["status"] for row in rows} == {"done"}
    assert [(row["data"], row["g_lr"], row["seed"]) for row in rows] == [
        (data, lr, seed) for data in ("moons", "ring") for lr in ("0.001", "0.002") for seed in ("0", "1")
    ]


def test_ctrl_c_ends_all_workers_and_says_how_to_go_on(tmp_path):
    table = tmp_path / "a.csv"
    process = start(tmp_path, "--workers", "2", "--steps", "2000")
    until(lambda: process.poll() is not None or sum(map(_deaf, _children(process.pid))) >= 2)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "the same command goes on with the others" in err and "Traceback" not in err
    until(lambda: not _group(process.pid), 10)
    assert out == "" and len(lines(table)) < 8


def _children(pid):
    import psutil

    return [p for p in psutil.Process(pid).children(recursive=True) if "resource_tracker" not in " ".join(p.cmdline())]


def _deaf(process) -> bool:
    """Whether a worker ignores Ctrl-C already: one that still imports its modules would print a traceback."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return bool(int(re.search(r"^SigIgn:\s*(\w+)", status, re.M)[1], 16) & 1 << signal.SIGINT - 1)


def _group(pid):
    import psutil

    found = []
    for process in psutil.process_iter(["pid"]):
        try:
            if os.getpgid(process.pid) == pid and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.Error):
            continue
    return found


@pytest.mark.parametrize("lost", [2, 3])
def test_a_lost_worker_is_not_the_fault_of_its_cell_until_three_have_died_of_it(tmp_path, lost):
    left = [lost]

    class Dying(Inline):
        def submit(self, fn, /, *args, **kwargs):
            if fn is not train_cells or not left[0]:
                return super().submit(fn, *args, **kwargs)
            left[0] -= 1
            future = Future()
            future.set_exception(BrokenExecutor("killed"))
            return future

    (cell,) = plan_cells("gan", {"g_width": 8, "d_width": 8, "batch": 16}, {"seed": [1]}, Budget(3))
    results = ResultsCsv(tmp_path / "a.csv")
    asyncio.run(running.sweep("gan", [cell], Budget(3), [Slot(Dying)], results, lambda row: None))
    row = results.rows[cell.key]
    assert row["status"] == ("done" if lost == 2 else "failed") and ("crashed" in row["error"]) == (lost == 3)
