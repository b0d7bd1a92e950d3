"""The short form of `bench/faults.py`: workers and the server get SIGKILL while clients are connected."""

import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"


def test_nothing_that_a_client_was_told_is_lost(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    if not Path("/proc").is_dir() or sys.platform != "linux":
        pytest.skip("descriptors and environments of processes are read as Linux shows them")
    import faults

    monkeypatch.setattr(faults, "IDLE_S", 1)
    result = faults.measure(count=4, seconds=8, pause=1.0)
    assert [row for row in result["figures"] if not row.get("met", True)] == [], faults.table(result)
