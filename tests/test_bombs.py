"""Files from strangers that are small and want much: each is refused in a sentence, and costs little to refuse."""

import json
from pathlib import Path
from zipfile import ZIP_BZIP2

import _fortress_files as bombs
import pytest
from safetensors import safe_open
from support.measured import cost

from playground.core.about import SHARED_CURVES
from playground.core.aliases import SCORES, current
from playground.core.errors import UserError
from playground.core.registry import family
from playground.core.resources import WEIGHTS
from playground.data.streams import own
from playground.engine.limits import Limits
from playground.engine.pipelines.sources import inspect
from playground.engine.recording import read
from playground.engine.weights_import import restore_run
from playground.evaluation.mmbench.files import read_benchmark
from playground.evaluation.mmbench.tables import read_table
from playground.metrics.scores import METRICS
from playground.render.image_points import points_from_image

SHIPPED = WEIGHTS / "gan-ring.safetensors"


def opened(path: str) -> int:
    """What the server does with weights before it asks a worker."""
    return len(restore_run(read(Path(path)), "owner", Limits()).timeline.scalars.names)


WEIGHTS_BOMBS = {
    "curves": lambda raw: bombs.curve_bomb(raw),
    "rows": lambda raw: bombs.curve_rows(raw),
    "repeated": lambda raw: bombs.repeated_bomb(raw),
    "frames": lambda raw: bombs.frame_bomb(raw),
    "tensors": lambda raw: bombs.many_tensors(),
    "brackets": lambda raw: bombs.nested_header(),
    "claimed": lambda raw: bombs.claimed_tensor(bombs.about(raw)),
    "a long header": lambda raw: (99_000_000).to_bytes(8, "little") + b'{"a":' + b" " * 99_000_000,
}


@pytest.mark.parametrize("kind", WEIGHTS_BOMBS)
def test_weights_cost_what_is_in_them(kind, tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(WEIGHTS_BOMBS[kind](SHIPPED.read_bytes()))
    found = cost(opened, str(path), warm=(str(SHIPPED),))
    assert found.megabytes < 50 and found.seconds < 0.5, found
    assert found.refused == (kind != "curves") and len(found.answer) < 300


def test_curves_of_weights_are_those_that_a_family_has():
    assert set(METRICS) <= set(SHARED_CURVES)
    for path in sorted(WEIGHTS.glob("*.safetensors")):
        told = bombs.about(path.read_bytes())
        if "config" in told:
            with safe_open(path, "numpy") as file:
                names = {name.removeprefix("curve.") for name in file.keys() if name.startswith("curve.")}  # noqa: SIM118
            assert set(current(SCORES, dict.fromkeys(names | set(json.loads(told["scores"]))))) - {"step"} <= set(
                family(told["family"]).curves
            ), path.name


def table(raw: bytes, name: str) -> int:
    return len(read_table(raw, name).rows)


def points(raw: bytes) -> tuple[int, ...]:
    return points_from_image(raw).shape


def streams(raw: bytes) -> int:
    return len(own.encode(raw))


def questions(raw: bytes) -> int:
    return len(read_benchmark(raw, "mine.tsv").rows)


SHEET = (
    '<worksheet xmlns="MAIN"><sheetData><row><c t="inlineStr"><is><t>index</t></is></c></row></sheetData></worksheet>'
)
WORKBOOK, TEXT = (bombs.workbook(SHEET), "x.xlsx"), (b"index\tprediction\n1\tA\n", "x.tsv")
PICTURE = (bombs.flat_picture(30, "PNG"),)
FEATURES = (bombs.npz(features=b"", labels=b""),)
QUESTION = (bombs.pictured(bombs.flat_picture(30, "PNG")),)
OTHERS = {
    "texts of a workbook": (table, lambda: (bombs.many_strings(), "x.xlsx"), WORKBOOK),
    "texts, and more texts": (table, lambda: (bombs.many_strings(10_000_000), "x.xlsx"), WORKBOOK),
    "cells of a workbook": (table, lambda: (bombs.many_cells(60_000), "x.xlsx"), WORKBOOK),
    "entities": (table, lambda: (bombs.laughs(), "x.xlsx"), WORKBOOK),
    "a workbook packed otherwise": (table, lambda: (bombs.workbook(SHEET, method=ZIP_BZIP2), "x.xlsx"), WORKBOOK),
    "one text in all rows": (table, lambda: (bombs.one_text(), "x.parquet"), TEXT),
    "a short text in all rows": (table, lambda: (bombs.one_text(characters=5000), "x.parquet"), TEXT),
    "a long page": (table, lambda: (bombs.long_page(), "x.parquet"), TEXT),
    "cells of a line": (table, lambda: (b"index\tprediction\n" + b"\t" * 40_000_000, "x.tsv"), TEXT),
    "a cell without end": (table, lambda: (b'index,prediction\n1,"' + b"x" * 40_000_000, "x.csv"), TEXT),
    "pixels of a PNG": (points, lambda: (bombs.flat_picture(8000, "PNG"),), PICTURE),
    "pixels of a WebP": (points, lambda: (bombs.flat_picture(4000, "WEBP", quality=1),), PICTURE),
    "a progressive JPEG": (
        points, lambda: (bombs.flat_picture(10_000, "JPEG", quality=1, progressive=True),), PICTURE,
    ),
    "another format": (points, lambda: (bombs.flat_picture(100, "TIFF"),), PICTURE),
    "an array that claims": (
        streams, lambda: (bombs.npz(features=((10**9, 4), "<f4"), labels=((10**9,), "<i8")),), FEATURES,
    ),
    "an archive that claims": (streams, lambda: (bombs.zeros(300_000_000, claimed=1000),), FEATURES),
    "an archive packed otherwise": (streams, lambda: (bombs.zeros(30_000_000, ZIP_BZIP2),), FEATURES),
    "an archive of names": (
        streams, lambda: (bombs.npz(**{f"features_{i}": b"" for i in range(30_000)}),), FEATURES,
    ),
    "a list of pictures": (questions, lambda: (bombs.listed_picture(),), QUESTION),
    "a picture of a question": (questions, lambda: (bombs.pictured(bombs.flat_picture(8000, "PNG")),), QUESTION),
}  # fmt: skip
"""What reads it, the bomb, and a harmless file, so that imports are not measured."""


@pytest.mark.parametrize("kind", OTHERS)
def test_other_files_cost_little_to_refuse(kind):
    call, bomb, harmless = OTHERS[kind]
    found = cost(call, *bomb(), warm=harmless)
    assert found.refused and len(found.answer) < 300, found
    assert found.megabytes < 50 and found.seconds < 2, found


@pytest.mark.parametrize("kind, options", [("PNG", {}), ("GIF", {"mode": "P"}), ("PNG", {"mode": "I;16"})])
def test_the_largest_pictures_are_read_without_a_second_one_as_large(kind, options):
    """Of 16 million pixels: Pillow keeps four bytes for each."""
    found = cost(points, bombs.flat_picture(4000, kind, **options), warm=PICTURE)
    assert "only one colour" in found.answer and found.megabytes < 110 and found.seconds < 3, found


def test_a_pipeline_whose_settings_have_no_end_is_refused(tmp_path):
    settings = {"layers_per_block": 2, "block_out_channels": [8, 16]}
    for kind, wrong in {
        "unet": {"layers_per_block": 10**7},
        "unet ": {"block_out_channels": [10**12, 8]},
        "scheduler": {"num_train_timesteps": 10**9},
        "": {},
    }.items():
        folder = tmp_path / f"of {kind}"
        (folder / "unet").mkdir(parents=True)
        (folder / "scheduler").mkdir()
        parts = {"unet": ["diffusers", "UNet2DModel"], "scheduler": ["diffusers", "DDPMScheduler"]}
        (folder / "model_index.json").write_text(json.dumps(parts))
        (folder / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"")
        for part, file, known in (("unet", "config.json", settings), ("scheduler", "scheduler_config.json", {})):
            (folder / part / file).write_text(json.dumps(known | (wrong if part == kind.strip() else {})))
        if kind:
            with pytest.raises(UserError, match="larger than those of any pipeline"):
                inspect(folder, 1)
        else:
            assert inspect(folder, 1)["unet"] == settings
