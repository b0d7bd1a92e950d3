"""Frame by frame the models say what they say of a whole part at once, and nothing that comes later changes it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support.detectors import BASE, SPECS, net_of, pooled_of

from playground.data.streams.stream_data import Pooled
from playground.families.oadtr.networks.recurrent import Recurrent
from playground.families.oadtr.streaming import PIECE, Streamer, predict

LENGTHS = (9, 60, 3)
every_model = pytest.mark.parametrize("name", SPECS)
every_ahead = pytest.mark.parametrize("ahead", [0, 2])


def streamed(net, pooled: Pooled):
    streamer, current, future = Streamer(net), [], []
    for frame, x in enumerate(pooled.features):
        if frame == pooled.first[frame]:
            streamer.restart()
        now, later = streamer.push(x)
        current.append(now)
        future.append(later)
    return torch.stack(current), None if future[0] is None else torch.stack(future)


@every_model
@every_ahead
def test_a_stream_equals_the_batch(name, ahead):
    assert max(LENGTHS) > PIECE > 9
    net, pooled = net_of(name, ahead=ahead), pooled_of(*LENGTHS)
    found, (current, future) = predict(net, pooled), streamed(net, pooled)
    assert found.current.shape == (sum(LENGTHS), BASE.classes)
    assert torch.allclose(found.current.sum(1), torch.ones(sum(LENGTHS)), atol=1e-5)
    assert torch.allclose(found.current, current, atol=1e-5)
    assert (found.future is None) == (future is None)
    if future is not None and found.future is not None:
        assert found.future.shape == (sum(LENGTHS), BASE.queries, BASE.classes)
        assert torch.allclose(found.future, future, atol=1e-5)


@every_model
@every_ahead
def test_frames_to_come_change_nothing(name, ahead):
    """To the bit: whatever follows frame t, and whatever other streams hold."""
    net, pooled, t = net_of(name, ahead=ahead), pooled_of(*LENGTHS), 30
    features = pooled.features.copy()
    features[t + 1 :] = 100 * np.random.default_rng(1).standard_normal(features[t + 1 :].shape)
    other = replace(pooled, features=features)
    before, after = predict(net, pooled), predict(net, other)
    assert torch.equal(before.current[: t + 1], after.current[: t + 1])
    assert not torch.allclose(before.current[t + 1 :], after.current[t + 1 :], atol=1e-2)
    if before.future is not None and after.future is not None:
        assert torch.equal(before.future[: t + 1], after.future[: t + 1])
    for first, second in zip(streamed(net, pooled), streamed(net, other), strict=True):
        assert (first is None) == (second is None)
        if first is not None and second is not None:
            assert torch.equal(first[: t + 1], second[: t + 1])


@every_model
def test_a_window_into_the_future_sees_it_unless_it_is_online(name):
    net, pooled = net_of(name, ahead=2), pooled_of(*LENGTHS)
    features = pooled.features.copy()
    features[32] += 5
    other = replace(pooled, features=features)
    changed = [
        (predict(net, pooled, online=online).current != predict(net, other, online=online).current).any(1).numpy()
        for online in (False, True)
    ]
    sees = name != "mlp"
    assert changed[0][30] == sees and not changed[1][:32].any() and changed[1][32]
    # At the end of a stream nothing follows: there both are the same.
    ends = [predict(net, pooled, online=online).current[pooled.last == np.arange(72)] for online in (False, True)]
    assert torch.allclose(*ends, atol=1e-6)


@every_model
def test_what_is_trained_on_is_what_is_asked_later(name):
    """Windows as in training, and the part at once; a recurrent network agrees where its window begins the stream."""
    net, pooled = net_of(name, ahead=2), pooled_of(*LENGTHS)
    frames = np.arange(20, 40)
    said = predict(net, pooled, frames, online=False).current
    if isinstance(net, Recurrent):
        length, start = 12, 9  # the second stream's first frames
        x = torch.from_numpy(pooled.features[start : start + length])[None]
        every = net.every(x).current[0].softmax(1)  # of frames from 2 before the stream on
        assert torch.allclose(
            every[2:], predict(net, pooled, online=False).current[start : start + length - 2], atol=1e-5
        )
    else:
        x = torch.from_numpy(pooled.features[pooled.windows(frames, BASE.window, 2)])
        assert torch.allclose(net(x).current.softmax(1), said, atol=1e-5)
    assert torch.equal(said, predict(net, pooled, online=False).current[20:40]) or isinstance(net, Recurrent) is False


def test_the_start_repeats_the_first_frame():
    net = net_of("oadtr")
    frame = np.random.default_rng(0).standard_normal(BASE.dim).astype(np.float32)
    now, _ = Streamer(net).push(frame)
    repeated = torch.from_numpy(frame).expand(1, BASE.window, -1)
    assert torch.allclose(now, net(repeated).current[0].softmax(0), atol=1e-6)


def test_a_new_stream_remembers_nothing():
    for name in SPECS:
        streamer, pooled = Streamer(net_of(name)), pooled_of(8)
        first = [streamer.push(x)[0] for x in pooled.features]
        streamer.restart()
        assert all(torch.equal(a, streamer.push(x)[0]) for a, x in zip(first, pooled.features, strict=True))
