"""Small files that are large when opened, or claim to be: each maker gives the bytes of one."""

import json
import struct
from typing import Any

import numpy as np
from safetensors.numpy import load, save


def about(raw: bytes) -> dict[str, str]:
    """The metadata of a safetensors file."""
    return json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]


def altered(raw: bytes, tensors: dict[str, np.ndarray] | None = None, **changes: str) -> bytes:
    """A weights file with other tensors beside its own, and other metadata."""
    return save({**load(raw), **(tensors or {})}, {**about(raw), **changes})


def curve_bomb(raw: bytes, steps: int = 200_000, curves: int = 3000) -> bytes:
    """Weights of `steps` steps with `curves` curves of two points: a number for each step and curve would be made."""
    names = {f"curve.c{i}": np.ones(2, np.float32) for i in range(curves)}
    kept = {name: array for name, array in load(raw).items() if not name.startswith("curve.")}
    kept |= {"curve.step": np.array([1, steps]), "curve.g_loss": np.ones(2, np.float32), **names}
    kept["state.steps"] = np.array(steps)
    return save(kept, {**about(raw), "step": str(steps)})


def repeated_bomb(raw: bytes) -> bytes:
    """Weights whose largest tensor is repeated as often as may be."""
    state = {name.removeprefix("state."): array for name, array in load(raw).items() if name.startswith("state.")}
    large = max(state, key=lambda name: state[name].nbytes)
    return altered(
        raw,
        {f"state.{large}": np.ones(1_000_000, np.float32)},
        repeated=json.dumps({f"copy{i}": ["copy", large] for i in range(16)}),
    )


def many_tensors(count: int = 400_000) -> bytes:
    """A safetensors file of empty tensors alone."""
    entries = ",".join(f'"frame.0.{i:x}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}' for i in range(count))
    return _with_header("{" + entries + "}")


def nested_header(count: int = 8_000_000) -> bytes:
    """A header of brackets alone."""
    return _with_header('{"__metadata__":' + "[" * count)


def claimed_tensor(about: dict[str, Any], shape: tuple[int, ...] = (10**6, 10**6)) -> bytes:
    """A tensor of many numbers, of which none is in the file."""
    entry = {"dtype": "F32", "shape": list(shape), "data_offsets": [0, 4 * int(np.prod(shape))]}
    return _with_header(json.dumps({"__metadata__": about, "state.g": entry}))


def _with_header(header: str) -> bytes:
    raw = header.encode()
    return struct.pack("<Q", len(raw)) + raw


def curve_rows(raw: bytes, rows: int = 100_000) -> bytes:
    """Weights whose curve has a point for every step of a long run."""
    return altered(raw, {"curve.step": np.arange(rows), "curve.g_loss": np.ones(rows, np.float32)})


def frame_bomb(raw: bytes, names: int = 5000, frames: int = 300) -> bytes:
    """Weights whose first frame has many arrays, which all others take over."""
    first = {f"frame.0.a{i}": np.zeros(1, np.uint8) for i in range(names)}
    return altered(raw, {**first, **{f"frame.{k}.a0": np.zeros(1, np.uint8) for k in range(frames)}}, lasting="true")
