"""In a worker: a pipeline's network is read, or fetched from the Hub, and drawn with. No code of others is run.

Only the classes named here are made, with the settings of the folder; weights are safetensors, never pickles.
"""

import os
import shutil
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from playground.core.errors import UserError
from playground.core.i18n import N_

from .sources import MAX_JSON_BYTES, NO_PIPELINE, ONLY_PICKLED, TOO_LARGE, WEIGHTS, inspect

HUB_TIMEOUT_S = 6.0
"""Patience with the Hub's answers in seconds; the weights themselves may take as long as all the work."""
MAX_CACHED = 3
"""Pipelines of the Hub that stay on the disk; the one not used for the longest time goes."""
TOLD = ("model_index.json", "unet/config.json", "scheduler/scheduler_config.json")
"""Files of a pipeline that say what it is."""
MAX_SIDE = 256
"""Of the largest pictures."""


class Request(NamedTuple):
    """A visitor's request to a pipeline."""

    sampler: str = "ddim"
    steps: int = 50
    eta: float = 0.0
    seed: int = 0
    n: int = 9


def import_libraries() -> None:
    """Imports done."""
    import_module("diffusers")
    import_module("playground.families.diffusion.pretrained")


def draw(place: str, hub: bool, request: Request, cache: str, max_mb: int, within: str | None = None):
    """A `pretrained.Generated` of the pipeline in the folder `place`, or of the one with this id on the Hub;
    `UserError` in one sentence where that cannot be done."""
    from playground.families.diffusion import pretrained
    from playground.families.diffusion.catalogue import PRETRAINED

    if request.sampler not in PRETRAINED:
        raise UserError(
            N_("There is no sampler '{name}' for pipelines; there are: {names}."),
            name=request.sampler,
            names=", ".join(PRETRAINED),
        )
    folder = fetch(place, Path(cache), max_mb) if hub else Path(place)
    found = inspect(folder, max_mb, Path(within) if within else None)
    unet = network(str(folder), max(file.stat().st_mtime_ns for file in (folder / "unet").iterdir()), max_mb)
    return pretrained.generate(
        unet, found["scheduler"], request.sampler, request.steps, request.seed, request.n, request.eta
    )


@lru_cache(maxsize=1)
def network(folder: str, changed: int, max_mb: int) -> Any:
    """The `UNet2DModel` of a folder, ready to be asked; kept as long as its files have not changed."""
    import torch
    from diffusers import UNet2DModel
    from safetensors import SafetensorError

    name = Path(folder).name
    try:
        settings: Any = UNet2DModel.load_config(folder, subfolder="unet", local_files_only=True)
        with torch.device("meta"):  # how large it would be, before it takes that room
            planned: Any = UNet2DModel.from_config(settings)
        size = 4e-6 * sum(tensor.numel() for tensor in planned.parameters())
        if size > 4 * max_mb:  # weights may be stored in half precision or less
            raise UserError(TOO_LARGE, name=name, size=round(size), most=max_mb)
        side = planned.config.sample_size
        if side is None or max(side if isinstance(side, (list, tuple)) else (side,)) > MAX_SIDE:
            raise UserError(
                N_("Pictures of {name} are too large: the maximum here is {side} × {side} pixels."),
                name=name,
                side=MAX_SIDE,
            )
        if planned.config.in_channels not in (1, 3):
            raise UserError(
                N_(
                    "{name} generates {channels} channels. Only grey pictures (1) and colour pictures (3) are "
                    "supported."
                ),
                name=name,
                channels=planned.config.in_channels,
            )
        return (
            UNet2DModel.from_pretrained(
                folder, subfolder="unet", use_safetensors=True, local_files_only=True, torch_dtype=torch.float32
            )
            .eval()
            .requires_grad_(False)
        )
    except UserError:
        raise
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RuntimeError,
        ZeroDivisionError,
        SafetensorError,
    ) as error:
        raise UserError(
            N_("The network of {name} cannot be loaded: {why}."), name=name, why=_first_line(error)
        ) from None


def fetch(name: str, cache: Path, max_mb: int) -> Path:
    """The folder of a pipeline of the Hub: the one fetched before, or fetched now. Without anybody's access token."""
    folder = cache / name.replace("/", "--")
    if (folder / "model_index.json").exists():
        os.utime(folder)
        return folder
    os.environ.update(
        HF_HUB_DISABLE_PROGRESS_BARS="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        HF_HUB_DOWNLOAD_TIMEOUT=str(int(HUB_TIMEOUT_S)),
        HF_HUB_ETAG_TIMEOUT=str(int(HUB_TIMEOUT_S)),
    )
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        HTTPError,
        RepositoryNotFoundError,
    )

    try:
        info = HfApi(token=False).model_info(name, timeout=HUB_TIMEOUT_S, files_metadata=True, token=False)
        sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
        whole = f"unet/{WEIGHTS}.safetensors"
        if "model_index.json" not in sizes or "unet/config.json" not in sizes:
            raise UserError(NO_PIPELINE, name=name)
        if whole not in sizes:
            raise UserError(ONLY_PICKLED, name=name)
        if sizes[whole] > max_mb * 1e6:
            raise UserError(TOO_LARGE, name=name, size=round(sizes[whole] / 1e6), most=max_mb)
        if any(sizes.get(told, 0) > MAX_JSON_BYTES for told in TOLD):
            raise UserError(NO_PIPELINE, name=name)
        part = cache / f"{folder.name}.part"
        shutil.rmtree(part, ignore_errors=True)
        snapshot_download(
            name,
            revision=info.sha,
            local_dir=part,
            token=False,
            etag_timeout=HUB_TIMEOUT_S,
            allow_patterns=[whole, *TOLD],
        )
    except GatedRepoError:
        raise UserError(N_("{name} is gated: accept its conditions on the Hub first."), name=name) from None
    except (RepositoryNotFoundError, HFValidationError):
        raise UserError(N_("There is no public pipeline {name} on the Hub."), name=name) from None
    except UserError:
        raise
    except (HfHubHTTPError, HTTPError, OSError):
        raise UserError(
            N_("The Hub cannot be reached ({name}). Folders of this machine can still be used."), name=name
        ) from None
    part.rename(folder)
    _drop_oldest(cache)
    return folder


def _drop_oldest(cache: Path) -> None:
    folders = sorted((path for path in cache.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in folders[:-MAX_CACHED]:
        shutil.rmtree(old, ignore_errors=True)


def _first_line(error: Exception) -> str:
    """The message of an error in one short line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160].rstrip(".")
