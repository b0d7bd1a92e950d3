"""What travels on the socket to the browser: scenes as binary frames, and what does not change from frame to frame.

A frame is `PGF1`, the length of its header (uint32, little-endian), the header (JSON, padded with
spaces so that what follows starts at a multiple of 8) and the arrays one after the other, each at a
multiple of 8. Heat maps travel as uint8 between their bounds; positions, and everything else that
changes along a trajectory (there is much of it), as float16; numbers that name something as integers.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np

from playground.core.i18n import Translate, fill
from playground.core.scene import Chart, Diagram, Heatmap, Images, Layer, Links, Matrix, Pick, Scene, Tokens, Trajectory
from playground.core.strict_json import dumps
from playground.core.token_text import visible, widest

MAGIC = b"PGF1"
LARGEST = 3.4e38  # of float32
TEXTS = {
    "title",
    "low_title",
    "high_title",
    "text",
    "labels",
    "guides",
    "state_titles",
    "expected_title",
    "place_title",
}


def encode_frame(header: Mapping[str, Any], scene: Scene, translate: Translate) -> bytes:
    """A scene as one binary message; `header` adds step, run and whatever else belongs to the moment."""
    arrays: list[bytes] = []
    offset = 0
    layers = []
    for layer in map(_spelled, scene.layers):
        described: dict[str, Any] = {"kind": layer.kind, "arrays": {}}
        for f in fields(layer):
            value = getattr(layer, f.name)
            if isinstance(value, np.ndarray):
                kind, packed, bounds = _pack(layer, f.name, value, scene.axes is not None)
                raw = packed.tobytes()
                described["arrays"][f.name] = [kind, list(value.shape), offset, *bounds]
                raw += b"\0" * (-len(raw) % 8)
                arrays.append(raw)
                offset += len(raw)
            elif isinstance(value, Pick):
                described[f.name] = {**asdict(value), "title": _words(value.title, translate)}
            else:
                described[f.name] = _words(value, translate) if f.name in TEXTS or f.name in layer.texts else value
        if "text" in described:
            described["text"] = fill(described["text"], **described.pop("values"))
        layers.append(described)
    words, legend = (fill(translate(text), **scene.values) for text in (scene.words, scene.legend))
    top = {**header, "layers": layers, "legend": legend, "words": words, "extent": scene.extent}
    if scene.axes is not None:
        top["axes"] = {**asdict(scene.axes), "x": _words(scene.axes.x, translate), "y": _words(scene.axes.y, translate)}
    if scene.stacked < 1:
        top["stacked"] = scene.stacked
    if scene.units is not None:
        top["units"] = asdict(scene.units)
    if scene.trajectory is not None:
        top["trajectory"] = _trajectory(scene.trajectory, translate)
    text = dumps(top, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % 8)
    return b"".join([MAGIC, len(text).to_bytes(4, "little"), text, *arrays])


def _pack(layer: Layer, name: str, value: np.ndarray, graph: bool) -> tuple[str, np.ndarray, tuple[float, ...]]:
    """The array in its smallest honest form: kind, array, bounds that undo a quantisation."""
    if name in layer.whole_numbers:
        small = value.size == 0 or -128 <= value.min() <= value.max() < 128
        return ("i1", value.astype("i1"), ()) if small else ("i2", value.astype("<i2"), ())
    if name == "values" and isinstance(layer, Heatmap | Matrix):
        return "u1", _bytes(value, layer.low, layer.high), (layer.low, layer.high)
    if name in layer.exact_numbers:
        return "f4", value.astype("<f4"), ()
    if name == "weights" or isinstance(layer, Images):
        return "u1", _bytes(value, 0.0, 1.0), (0.0, 1.0)
    if (name in ("xy", "uv") or layer.trajectory) and not graph:  # a graph's axes may begin far from 0
        return "f2", np.clip(np.nan_to_num(value), -6e4, 6e4).astype("<f2"), ()
    return "f4", np.clip(np.nan_to_num(value), -LARGEST, LARGEST).astype("<f4"), ()


def _spelled(layer: Layer) -> Layer:
    """Tokens as they are drawn. Of a vocabulary only what is in use travels, and the widest of it: that decides how
    wide all cells are."""
    if isinstance(layer, Links):
        return replace(layer, targets=tuple(map(visible, layer.targets)), sources=tuple(map(visible, layer.sources)))
    if isinstance(layer, Matrix):
        rows, columns = (
            tuple(text if text.strip() else visible(text) for text in titles) for titles in (layer.rows, layer.columns)
        )
        return replace(layer, rows=rows, columns=columns)
    if not isinstance(layer, Tokens):
        return layer
    arrays = {name: value for name in ("ids", "expected") if (value := getattr(layer, name)) is not None}
    used = np.unique(np.concatenate([np.ravel(value) for value in arrays.values()]))
    used = used[(used >= 0) & (used < len(layer.vocabulary))]
    texts = [visible(layer.vocabulary[number]) for number in used]
    places = np.full(len(layer.vocabulary) + 1, -1)  # the last one: of what is no token
    places[used] = np.arange(len(used))
    known = {
        name: places[np.where((value >= 0) & (value < len(layer.vocabulary)), value, -1)]
        for name, value in arrays.items()
    }
    return replace(layer, vocabulary=(*texts, visible(widest(layer.vocabulary))), **known)


def _trajectory(trajectory: Trajectory, translate: Translate) -> dict[str, Any]:
    """Everything of it: it travels with each frame, as its figures do change. What is no number is null."""
    numbers = [
        {
            "title": translate(n.title),
            "unit": _words(n.unit, translate),
            "digits": n.digits,
            "values": [float(f"{v:.4g}") if np.isfinite(v) else None for v in n.values],
        }
        for n in trajectory.numbers
    ]
    return {
        "title": translate(trajectory.title),
        "moments": trajectory.moments,
        "labels": _words(trajectory.labels, translate),
        "start": _words(trajectory.start, translate),
        "end": _words(trajectory.end, translate),
        "numbers": numbers,
    }


def _bytes(value: np.ndarray, low: float, high: float) -> np.ndarray:
    if not 0 < high - low < np.inf:  # bounds that say nothing: a family's defect, which must not end the pictures
        return np.zeros(np.shape(value), np.uint8)
    scaled = (np.nan_to_num(np.asarray(value, np.float64)) - low) * (255.0 / (high - low))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def _words(value: Any, translate: Translate) -> Any:
    if isinstance(value, str):
        return translate(value) if value else ""
    if isinstance(value, tuple):
        return [_words(v, translate) for v in value]
    return value


def describe_diagram(diagram: Diagram, translate: Translate) -> dict[str, Any]:
    """The diagram's fixed part; its nodes' pictures travel in the frames."""
    return {
        "nodes": [
            {
                "name": n.name,
                "title": translate(n.title),
                "help": translate(n.help),
                "layers": n.layers,
                "at": n.at,
                "extent": n.extent,
                "role": n.role,
                "moment": n.moment,
                "stage": n.stage,
            }
            for n in diagram.nodes
        ],
        "edges": [
            {"source": e.source, "target": e.target, "kind": e.kind, "title": _words(e.title, translate)}
            for e in diagram.edges
        ],
        "beats": [
            {"part": b.part, "caption": translate(b.caption), "nodes": b.nodes, "edges": b.edges} for b in diagram.beats
        ],
        "probe": asdict(diagram.probe) if diagram.probe else None,
    }


def describe_charts(charts: tuple[Chart, ...], translate: Translate) -> list[dict[str, Any]]:
    """The charts' fixed part: titles, series, guides."""
    return [
        {
            "name": c.name,
            "title": translate(c.title),
            "unit": _words(c.unit, translate),
            "log": c.log,
            "low": c.low,
            "high": c.high,
            "guides": [[value, translate(title)] for value, title in c.guides],
            "series": [{"metric": s.metric, "title": translate(s.title), "role": s.role} for s in c.series],
        }
        for c in charts
    ]
