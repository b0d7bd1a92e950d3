"""The small pictures beside hints and cards: train with the settings of each, and draw the end.

    python -m playground.commands.thumbnails [FAMILY ...]

draws those that are missing, and takes away those that no page shows any more. Every training has the default seed and
`STEPS` steps; where a shipped one differs only in how samples are drawn, its weights are taken.
"""

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

import torch

from playground.core.advance import advance, build
from playground.core.config import Config, parse, specs
from playground.core.contract import Chunk, Frame
from playground.core.registry import FAMILIES, Family
from playground.core.resources import THUMBNAILS
from playground.engine.recording import Recording, shipped
from playground.live.resume import matching_recording
from playground.render.palette import PALETTES
from playground.render.picture import picture
from playground.ui import (
    autoregressive_cards,
    diffusion_images,
    diffusion_plane,
    flow_cards,
    gan_cards,
    oadtr_cards,
    transformer_cards,
    vae_cards,
)
from playground.ui.actions import in_force_after
from playground.ui.thumbnails import SIZE, file

STEPS = {
    "gan": 4000,
    "normalizing_flow": 2500,
    "diffusion": 4000,
    "vae": 6000,
    "autoregressive": 3000,
    "transformer": 200,
    "oadtr": 300,
}
"""About those of the shipped weights; of sequences and streams, whose steps are long, enough to tell them apart."""
PAGES: Mapping[str, Mapping[Any, str | None]] = {
    "gan": {gan_cards: None},
    "normalizing_flow": {flow_cards: None},
    "diffusion": {diffusion_plane: None, diffusion_images: "digits"},
    "vae": {vae_cards: None},
    "autoregressive": {autoregressive_cards: None},
    "transformer": {transformer_cards: None},
    "oadtr": {oadtr_cards: None},
}
"""Where hints and cards stand -> the data of the page on which they are shown; None: those with which it opens."""
SCALE = 1.5
"""Pixels of a file for a pixel of the page."""
LAYERS = {
    ("diffusion", "plane"): ("truth", "tracks", "cloud"),
    ("vae", "images"): ("beside",),
    ("transformer", "tokens"): ("tokens", "reads"),
    ("oadtr", "streams"): ("ribbons",),
}
"""Family, domain -> what is drawn of its scene, where what the stage shows at first would not tell settings apart."""


def configs(name: str) -> list[Config]:
    """The settings that a family's hints, cards and failures lead to, each once."""
    kind, presets = FAMILIES[name].Config, FAMILIES[name].presets
    found = []
    for page, data in PAGES[name].items():
        settings = [hint.settings for hint in page.HINTS if hint.settings is not None]
        settings += [start for card in getattr(page, "CARDS", ()) for _, start in card.starts]
        settings += [presets[shown].settings for shown in getattr(page, "FAILURES", {}).values()]
        now = {spec.name: spec.default for spec in specs(kind)} | ({"data": data} if data else {})
        found += [parse(kind, in_force_after(kind, now, **chosen)) for chosen in settings]
    return list(dict.fromkeys(found))


def last_frame(name: str, config: Config, recordings: list[Recording]) -> Frame | None:
    """The end of the training; of one that diverges, the last good frame."""
    family = FAMILIES[name]
    recording = matching_recording(recordings, name, config)
    if recording is not None:
        experiment = family.load_experiment()(recording.config)
        experiment.load_state_dict(recording.state)
        experiment.configure(config)
        return Frame(recording.step, experiment.snapshot())
    exact = next((one for one in recordings if one.config == config), None)
    if exact is not None:
        return exact.last
    steps = STEPS[name] if not getattr(config, "reflows", False) else 8000
    chunk = Chunk(run="", family=name, config=config.model_dump(), step=0, state=None, steps=steps)
    return advance(chunk, build(chunk, family.load_experiment())).frame


def wanted_size() -> tuple[int, int]:
    """Of a file, in pixels."""
    side = round(SIZE * SCALE)
    return side, side


def draw(family: Family, config: Config, frame: Frame) -> None:
    scene, layers = family.scene(frame, config), LAYERS.get((family.name, config.domain))
    for ground in PALETTES:
        path = file(family.name, type(config), config.model_dump(), ground)
        path.parent.mkdir(exist_ok=True)
        picture(scene, wanted_size()[0], ground, layers).save(path, "WEBP", quality=60, method=6)


def main(names: Iterable[str]) -> None:
    torch.set_num_threads(1)
    for name in names:
        family, recordings = FAMILIES[name], shipped(name)
        kept = set()
        for config in configs(name):
            paths = {file(name, family.Config, config.model_dump(), ground) for ground in PALETTES}
            kept |= paths
            if not all(path.is_file() for path in paths):
                frame = last_frame(name, config, recordings)
                if frame is not None:
                    draw(family, config, frame)
                print(
                    name,
                    {k: v for k, v in config.model_dump().items() if v != type(config).model_fields[k].default},
                    flush=True,
                )
        for path in THUMBNAILS.glob(f"{name}-*.webp"):
            if path not in kept:
                path.unlink()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("families", nargs="*", metavar="FAMILY", help="only of these; none: of all")
    main(arguments.parse_args().families or FAMILIES)
