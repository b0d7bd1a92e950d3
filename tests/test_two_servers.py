"""The short form of `bench everywhere servers`: of two servers on one folder one gets SIGKILL."""

import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"


def test_the_other_server_takes_over_and_nothing_that_was_told_is_lost(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    if not Path("/proc").is_dir() or sys.platform != "linux":
        pytest.skip("the workers of a killed server are found as Linux shows them")
    import _everywhere_servers as several

    rows = several.measure(2, 1, 1, 1.0, PLAYGROUND_SPARE="false")
    assert [row for row in rows if not row.get("met", True)] == []
