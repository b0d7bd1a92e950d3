"""Which folders a visitor may name, and whether there is a pipeline in them. Nothing is loaded here."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.core.errors import UserError
from playground.core.i18n import N_

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
WEIGHTS = "diffusion_pytorch_model"
MAX_JSON_BYTES = 100_000
MAX_NUMBER, MAX_LAYERS = 10_000, 32
"""Among settings: noise levels and channels, and how many layers and blocks there may be."""
NO_PIPELINE = N_(
    "There is no pipeline in the folder {name}. It must contain model_index.json, unet/ and scheduler/, as "
    "save_pretrained writes them."
)
ONLY_PICKLED = N_(
    "{name} has its weights only as a pickled .bin file, which can run code when it is loaded. Only safetensors are "
    "loaded."
)


@dataclass(frozen=True)
class PipelineSources:
    """Where pipelines may come from.

    `roots`: the folders that the operator has named in PLAYGROUND_PIPELINES (several parted as in PATH), in which
    every visitor may use pipelines; None: not said, then visitors on the same machine may name any folder
    where the operator trusts them (PLAYGROUND_TRUST_LOCAL), others none.
    `hub`: whether visitors may name a pipeline of the Hugging Face Hub (PLAYGROUND_HUB=off forbids it).
    """

    roots: tuple[Path, ...] | None = None
    hub: bool = True
    public: bool = False
    """Whether this is a Space of the Hub, whose visitors never are on its machine."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "PipelineSources":
        named = environ.get("PLAYGROUND_PIPELINES")
        roots = (
            None
            if named is None
            else tuple(Path(part).expanduser().resolve() for part in named.split(os.pathsep) if part)
        )
        return cls(roots, environ.get("PLAYGROUND_HUB", "on").lower() not in ("off", "0", "no"), "SPACE_ID" in environ)

    def offered(self) -> list[str]:
        """The pipelines in the folders that the operator has named."""
        return sorted(path.parent.name for root in self.roots or () for path in root.glob("*/model_index.json"))

    def find(self, text: str, is_local: bool) -> "Path | str":
        """The folder that `text` names, or the id on the Hub; `is_local`: the visitor is on this machine. `UserError`
        where it is neither, or not allowed."""
        text = text.strip()
        if not text or len(text) > 1000 or "\0" in text:
            raise UserError(N_("Name a folder, or a pipeline of the Hub such as google/ddpm-cifar10-32."))
        if self.roots is None:
            if is_local and not self.public and (path := Path(text).expanduser()).is_dir():
                return path.resolve()
        else:
            for root in self.roots:
                path = (root / Path(text).expanduser()).resolve()
                if path.is_relative_to(root) and path.is_dir():
                    return path
        if HUB_ID.fullmatch(text):
            if not self.hub:
                raise UserError(N_("This server does not load pipelines from the Hub."))
            return text
        if self.roots is not None or is_local and not self.public:
            raise UserError(NO_PIPELINE, name=text)
        raise UserError(
            N_(
                "Only the operator of this server can allow folders (PLAYGROUND_PIPELINES; on your own machine, start "
                "the server with PLAYGROUND_TRUST_LOCAL=on). Name a pipeline of the Hub, such as "
                "google/ddpm-cifar10-32."
            )
        )

    def boundary(self, folder: Path) -> Path | None:
        """The folder that the files of a pipeline must not lead out of, if there is one."""
        return next((root for root in self.roots or () if folder.is_relative_to(root)), None)


def inspect(folder: Path, max_mb: int, within: Path | None = None) -> dict[str, Any]:
    """Settings of network and scheduler of the pipeline in `folder`, `{"unet": ..., "scheduler": ...}`; `UserError`
    if it is none that can be used here, in one sentence. `within`: a folder that no file may lead out of."""
    index = _read_json(folder, "model_index.json", within)
    unet, scheduler = (_library(index, part) for part in ("unet", "scheduler"))
    others = [name for name in index if not name.startswith("_") and name not in ("unet", "scheduler")]
    if unet != ("diffusers", "UNet2DModel") or scheduler[0] != "diffusers" or others:
        raise UserError(
            N_(
                "{name} is a pipeline of another kind ({kind}). Supported are pipelines that generate pixels with one "
                "UNet2DModel and a scheduler, such as DDPMPipeline and DDIMPipeline."
            ),
            name=folder.name,
            kind=str(index.get("_class_name", "?"))[:60],
        )
    found = {
        "unet": _read_json(folder, "unet/config.json", within),
        "scheduler": {**_read_json(folder, "scheduler/scheduler_config.json", within), "_class_name": scheduler[1]},
    }
    files = sorted((folder / "unet").glob(f"{WEIGHTS}*.safetensors"))
    if not files:
        raise UserError(ONLY_PICKLED if any((folder / "unet").glob("*.bin")) else NO_PIPELINE, name=folder.name)
    for file in files:
        _check_inside(file, within, folder)
    size = sum(file.stat().st_size for file in files) / 1e6
    if size > max_mb:
        raise UserError(TOO_LARGE, name=folder.name, size=round(size), most=max_mb)
    if not all(_plausible(settings) for settings in found.values()):
        raise UserError(N_("The settings of {name} are larger than those of any pipeline."), name=folder.name)
    return found


TOO_LARGE = N_("{name} is too large: its weights have {size} MB, the maximum is {most} MB.")


def _plausible(value: Any, key: str = "", depth: int = 0) -> bool:
    """Whether settings are of a size that pipelines have: what is made of them, layers and noise levels, is as long as
    their numbers say, before anything is compared with the weights."""
    if isinstance(value, dict):
        return depth < 3 and all(_plausible(inner, name, depth + 1) for name, inner in value.items())
    if isinstance(value, list):
        long = MAX_NUMBER if key == "trained_betas" else MAX_LAYERS
        return len(value) <= long and all(_plausible(inner, key, depth + 1) for inner in value)
    if isinstance(value, int):
        return abs(value) <= (MAX_LAYERS if key == "layers_per_block" else MAX_NUMBER)
    return True


def _library(index: Mapping[str, Any], part: str) -> tuple[str, str]:
    entry = index.get(part)
    return (str(entry[0]), str(entry[1])) if isinstance(entry, list) and len(entry) == 2 else ("", "")


def _check_inside(file: Path, within: Path | None, folder: Path) -> None:
    if within is not None and not file.resolve().is_relative_to(within):
        raise UserError(NO_PIPELINE, name=folder.name)


def _read_json(folder: Path, name: str, within: Path | None) -> dict[str, Any]:
    file = folder / name
    try:
        _check_inside(file, within, folder)
        if file.stat().st_size > MAX_JSON_BYTES:
            raise UserError(NO_PIPELINE, name=folder.name)
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(NO_PIPELINE, name=folder.name) from None
    if not isinstance(found, dict):
        raise UserError(NO_PIPELINE, name=folder.name)
    return found
