"""`streams`: what is read of features before anything is trained on them; and published features of videos, which are
pickles, converted into a folder that `--data folder:PATH` reads."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from playground.core.errors import UserError
from playground.core.strict_json import dumps
from playground.data.streams import own
from playground.data.streams.checks import checked_stream
from playground.data.streams.own_files import PARTS, reading
from playground.data.streams.restricted_pickle import load
from playground.data.streams.stream_data import AMBIGUOUS, StreamData
from playground.metrics.linear_probe import probe_scores
from playground.metrics.online_detection import chance, mean_average_precision

from .output import check_folder

HELP = "check features of one's own, or convert the published pickles of OadTR into a folder of arrays"
FEATURES, LABELS = ("rgb", "flow"), "anno"
"""What the pickles hold for each video."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=ACTIONS, help="check SOURCE, or convert FEATURES ANNOTATIONS --out FOLDER")
    parser.add_argument(
        "files",
        nargs="+",
        help="check: npz:FILE or folder:FOLDER; convert: a pickle {video: {rgb: (T, D), flow: (T, D)}} and a pickle "
        "{video: {anno: (T, C)}}",
    )
    parser.add_argument("--out", type=Path, help="the folder that is written: OUT/train/NAME_features.npy, ...")
    parser.add_argument("--part", choices=PARTS, default="train", help="which part they are (default train)")
    parser.add_argument(
        "--ambiguous", type=int, default=21, help="the column that means “ambiguous” (THUMOS14: 21); -1: none has"
    )
    parser.add_argument("--class-names", metavar="A,B,...", help="names of the classes, the background first")
    parser.add_argument("--fps", type=float, help="frames of features per second (OadTR's features: 4)")
    parser.add_argument("--json", action="store_true", help="print a JSON object")


def run(given: argparse.Namespace) -> None:
    """One of the two; `UserError` where there is nothing to learn from."""
    if given.action == "check" and len(given.files) != 1:
        raise UserError("streams check wants one source, such as npz:FILE or folder:FOLDER.")
    if given.action == "convert" and (len(given.files) != 2 or given.out is None):
        raise UserError("streams convert wants two pickles, features and annotations, and --out FOLDER.")
    found = ACTIONS[given.action](given)
    if given.json:
        print(dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        print(f"{name:10} {dumps(value, ensure_ascii=False)}")


def _check(given: argparse.Namespace) -> dict[str, Any]:
    """The parts, how frequent each class is in them, and what a linear classifier of single frames scores: features
    with which it only guesses are not worth a training."""
    (source,) = given.files
    data = own.own(source if own.by_path(source) else f"{'folder' if Path(source).is_dir() else 'npz'}:{source}")
    labels = {part: np.concatenate([ids for _, ids in data.recorded(part)]) for part in data.split}
    return {
        "frames": {part: len(ids) for part, ids in labels.items()},
        "streams": {part: len(data.recorded(part)) for part in data.split},
        "dim": data.dim,
        "fps": data.fps,
        "classes": {
            name: {part: int((ids == number).sum()) for part, ids in labels.items()}
            for number, name in enumerate(data.class_names)
        },
        "ambiguous": {part: int((ids == AMBIGUOUS).sum()) for part, ids in labels.items()},
        "linear_probe": _scores(data, labels["test"]),
    }


def _scores(data: StreamData, labels: np.ndarray) -> dict[str, float]:
    """mAP and mcAP of the linear probe on the test part, and of guessing."""
    scores = probe_scores(data)
    guessed = chance(labels).mean(0)
    return {
        "mAP": round(mean_average_precision(scores, labels), 3),
        "guessing mAP": round(float(guessed[0]), 3),
        "mcAP": round(mean_average_precision(scores, labels, calibrated=True), 3),
        "guessing mcAP": round(float(guessed[1]), 3),
    }


def _convert(given: argparse.Namespace) -> dict[str, Any]:
    """Write the folder; the pickles run nothing, whatever they hold (`data.streams.restricted_pickle`)."""
    check_folder("--out", given.out)
    features, annotations = (_pickle(Path(file)) for file in given.files)
    both = sorted(features.keys() & annotations.keys())
    if not both:
        raise UserError("The two files have no video in common.")
    folder = given.out / given.part
    dim, frames, left_out = None, 0, []
    for video in both:
        rows, labels = _rows(video, features[video]), _labels(video, annotations[video], given.ambiguous)
        if len(rows) != len(labels):  # videos of which one file was cut: the reference leaves them out, too
            left_out.append(video)
            continue
        rows, labels = checked_stream(video, rows, labels, dim)
        dim, frames = rows.shape[1], frames + len(rows)
        _write(folder, _file_name(video), rows, labels)
    if dim is None:
        raise UserError("In no video there are as many frames of features as labels.")
    _write_about(given)
    return {
        "folder": str(given.out),
        "part": given.part,
        "videos": len(both) - len(left_out),
        "left_out": left_out,
        "frames": frames,
        "dim": dim,
    }


ACTIONS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {"check": _check, "convert": _convert}
"""What is printed of each."""


def _pickle(path: Path) -> dict[str, Any]:
    with reading(path.name), path.expanduser().open("rb") as file:
        found = load(file, path.name)
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise UserError("{name} is no dictionary of videos.", name=path.name)
    return found


def _rows(video: str, told: Mapping[str, Any]) -> np.ndarray:
    """RGB and flow of a video, side by side: (T, D) float32."""
    parts = [np.asarray(told[name], np.float32) for name in FEATURES if name in told]
    if not parts or any(part.ndim != 2 or len(part) != len(parts[0]) for part in parts):
        raise UserError(
            "{video} has no features that go together; there are: {names}.", video=video, names=", ".join(told)
        )
    return np.concatenate(parts, 1)


def _labels(video: str, told: Mapping[str, Any], ambiguous: int) -> np.ndarray:
    """Labels of a video, (T,) int64, -1 where the annotation is ambiguous."""
    if LABELS not in told or np.ndim(told[LABELS]) != 2:
        raise UserError("{video} has no annotation {name} of a column for each class.", video=video, name=LABELS)
    ids = np.asarray(told[LABELS]).argmax(1)
    return np.where(ids == ambiguous, AMBIGUOUS, ids).astype(np.int64)


def _write(folder: Path, name: str, features: np.ndarray, labels: np.ndarray) -> None:
    with reading(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / f"{name}_features.npy", features)
        np.save(folder / f"{name}_labels.npy", labels)


def _write_about(given: argparse.Namespace) -> None:
    """Beside the parts, what is the same for all of them."""
    names = given.class_names.split(",") if given.class_names else None
    about = {"class_names": names, "fps": given.fps}
    if any(value is not None for value in about.values()):
        (given.out / "about.json").write_text(dumps(about, ensure_ascii=False), "utf-8")


def _file_name(video: str) -> str:
    """The name of a video, which comes from a file of somebody else's, as that of a file."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in video)[:100]
