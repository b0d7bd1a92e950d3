"""A recording played again: every frame is seen once, from the first one on, in its time."""

from types import SimpleNamespace

import pytest

from playground.live import replay
from playground.live.replay import RECORDING_S, Replay

STEPS = [0, 10, 20, 30, 40]


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when a test says so."""
    now = SimpleNamespace(seconds=100.0)
    monkeypatch.setattr(replay.time, "monotonic", lambda: now.seconds)
    return now


def opened():
    timeline = SimpleNamespace(frames=SimpleNamespace(steps=STEPS))
    return SimpleNamespace(replaying=True, timeline=timeline, recording=object(), cursor=0, exact=None, head=STEPS[-1])


def test_the_first_frame_is_seen_and_the_second_follows_as_soon_as_it_can_be_drawn(clock):
    view = opened()
    playing = Replay(view)
    playing.advance(ready=True)
    assert view.cursor == 0
    playing.advance(ready=False)  # the browser has not drawn the first one
    assert view.cursor == 0
    playing.advance(ready=True)
    assert view.cursor == 10


def test_it_takes_its_time_and_rests_at_its_end(clock):
    view, seen = opened(), []
    playing = Replay(view)
    began = clock.seconds
    while view.replaying and clock.seconds < began + 2 * RECORDING_S:
        playing.advance(ready=True)
        seen.append(view.cursor)
        clock.seconds += 0.05
    assert sorted(set(seen)) == STEPS and seen == sorted(seen) and not view.replaying
    longest = RECORDING_S * (len(STEPS) - 2) / len(STEPS)  # the second frame comes at once
    assert longest - 0.2 <= clock.seconds - began <= longest + 0.2


def test_a_slow_browser_gets_fewer_frames_not_a_longer_film(clock):
    view = opened()
    playing = Replay(view)
    for _ in range(2):
        playing.advance(ready=True)
    clock.seconds += 0.5 * RECORDING_S  # it is still building its page: nothing is missed
    playing.advance(ready=True)
    assert view.cursor == 20
    clock.seconds += 0.9 * RECORDING_S
    playing.advance(ready=True)
    assert view.cursor == 40 and not view.replaying
