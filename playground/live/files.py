"""What of a run can be taken along, as files: pictures, films, pages, tables. All of it is made in threads."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.core.advance import config_at
from playground.core.config import Config, specs
from playground.core.contract import Event, Frame
from playground.core.foreign_text import cell
from playground.core.i18n import N_, Translate
from playground.core.registry import family
from playground.core.scene import Scene
from playground.core.score import Score
from playground.core.strict_json import dumps
from playground.data.in_words import value_text
from playground.data.settings import USER_MADE
from playground.engine.recording import Recording, encode
from playground.engine.run import Run
from playground.render.film import evenly, film
from playground.render.page import page
from playground.render.palette import Theme
from playground.render.sheet import Words, sheet

MAX_FILM_FRAMES, MAX_PAGE_FRAMES = 60, 40
"""Frames of a film, and of a page."""


@dataclass(frozen=True)
class ExportSource:
    """A run or a recording as it was when somebody asked for it; the run may go on meanwhile."""

    family: str
    config: Config
    step: int
    frames: Mapping[int, Frame]
    curve: Sequence[tuple[int, Mapping[str, float]]]
    names: Sequence[str] = ()
    rows: np.ndarray | None = None  # (steps, names); None: only the thinned curve is known
    scores: Sequence[tuple[int, Mapping[str, Score]]] = ()
    events: Sequence[Event] = ()

    @classmethod
    def of_run(cls, run: Run) -> "ExportSource":
        frames = dict(run.timeline.frames.items)
        if run.newest is not None:
            frames[run.newest.step] = run.newest
        scalars = run.timeline.scalars
        return cls(
            run.family,
            run.config,
            run.step,
            frames,
            run.timeline.curve(),
            tuple(scalars.names),
            scalars.rows[: run.step],
            tuple(run.timeline.scores),
            tuple(run.events),
        )

    @classmethod
    def of_recording(cls, recording: Recording) -> "ExportSource":
        return cls(
            recording.family,
            recording.config,
            recording.step,
            dict(recording.timeline.frames.items),
            recording.timeline.recorded,
            events=recording.events,
        )

    def scene(self, frame: Frame) -> Scene:
        config = config_at(type(self.config), self.config.model_dump(), self.events, frame.step)
        return family(self.family).scene(frame, config)

    def scenes(self, count: int) -> list[tuple[int, Scene]]:
        """Scenes over the whole run, evenly over what was kept of it."""
        return [(step, self.scene(self.frames[step])) for step in evenly(sorted(self.frames), count)]

    def steps(self, number: int) -> str:
        """How many steps are done after the first `number`: one of which a half was done counts as half."""
        done = number - sum(event.part is not None and event.step < number for event in self.events) / 2
        return f"{int(done):,}" + ("\u00bd" if done % 1 else "")

    def title(self, translate: Translate) -> str:
        """The family and the data, in words."""
        words = [translate(family(self.family).title)]
        named = ("data", USER_MADE.get(getattr(self.config, "data", "")))
        for spec in specs(type(self.config)):
            if spec.name in named:
                words.append(value_text(spec, getattr(self.config, spec.name), translate))
        return " \u00b7 ".join(words)

    def name(self, step: int | None = None) -> str:
        """What a download is called: family, data, step."""
        words = [self.family, getattr(self.config, "data", ""), str(self.step if step is None else step)]
        return "-".join(re.sub(r"[^\w.]+", "_", word, flags=re.ASCII)[:40] for word in words if word)


def png(
    source: ExportSource,
    frame: Frame,
    theme: Theme,
    translate: Translate,
    moment: float | None = None,
    link: str = "",
) -> bytes:
    """The stage's picture of one frame, 800 pixels wide, at a moment of its trajectory (None: the end), with its axes,
    what it shows, the step, and the link to it."""
    out = io.BytesIO()
    words = Words(source.title(translate), translate(N_("step {step}")).format(step=source.steps(frame.step)), link)
    sheet(source.scene(frame), words, 800, theme, translate, moment).save(out, "PNG")
    return out.getvalue()


def gif(source: ExportSource, theme: Theme, translate: Translate) -> bytes:
    """The whole run as a film."""
    return film(source.scenes(MAX_FILM_FRAMES), theme=theme, translate=translate, words=N_("step {step}"))


def html(source: ExportSource, theme: Theme, translate: Translate, lang: str) -> bytes:
    """The run as a page of its own that needs no network."""
    known = family(source.family)
    texts = {
        spec.name: value_text(spec, getattr(source.config, spec.name), translate)
        for spec in specs(known.Config)
        if spec.kind == "text"
    }
    return page(
        source.title(translate),
        source.scenes(MAX_PAGE_FRAMES),
        source.curve,
        known.charts(source.config),
        source.config.model_dump() | texts,
        theme,
        translate,
        lang,
    ).encode()


def npz(source: ExportSource) -> bytes:
    """`steps` (frames,), and every kept frame's arrays, stacked: (frames, ...) where shapes agree throughout,
    else `<name>.<step>` one by one; of own data also `center` and `scale` (2,) of its units."""
    steps = sorted(source.frames)
    arrays: dict[str, np.ndarray] = {"steps": np.array(steps, np.int64)}
    for name in dict.fromkeys(name for step in steps for name in source.frames[step].arrays):
        found = {step: source.frames[step].arrays[name] for step in steps if name in source.frames[step].arrays}
        if len(found) == len(steps) and len({array.shape for array in found.values()}) == 1:
            arrays[name] = np.stack(list(found.values()))
        else:
            arrays |= {f"{name}.{step}": array for step, array in found.items()}
    if (units := source.config.own_units) is not None:  # a person's own = center + scale * frame
        arrays |= {"center": np.array(units.center), "scale": np.array(units.scale)}
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **arrays)
    return out.getvalue()


def table(source: ExportSource) -> bytes:
    """A row for each step done (1, 2, ...): its scalars, and the scores where they were taken, each with its floor.

    Nine digits hold a single-precision number to the bit. A recording has only its thinned curve.
    """
    if source.rows is None:
        return _thinned(source)
    scored: dict[int, Mapping[str, Score]] = dict(source.scores)
    kinds = list(dict.fromkeys(name for scores in scored.values() for name in scores))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["step", *map(cell, source.names), *(cell(column) for name in kinds for column in (name, f"{name}_floor"))]
    )
    blank = [""] * len(source.names)
    for step in sorted({*range(1, len(source.rows) + 1), *scored}):
        values = [_digits(v) for v in source.rows[step - 1].tolist()] if 0 < step <= len(source.rows) else blank
        scores = scored.get(step, {})
        for name in kinds:
            values += [_digits(v) for v in scores[name][:2]] if name in scores else ["", ""]
        writer.writerow([step, *values])
    return out.getvalue().encode()


def weights(run: Run) -> bytes:
    """A run that stands at its state's step, as the files in `weights/` are."""
    return encode(run, "")


def zip_run(name: str, files: Sequence[tuple[str, bytes]]) -> bytes:
    """A run's folder in a zip, without what tells whose it was, and from which run, which its id would let others
    watch: `train --resume` goes on with it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for path, raw in files:
            if path == "run.json":
                about = json.loads(raw)
                parent = ("", about["parent"][1]) if about["parent"] else None
                raw = dumps({**about, "owner": "", "parent": parent}).encode()
            file.writestr(f"{name}/{path}", raw)
    return out.getvalue()


def read_folder(folder: Path) -> list[tuple[str, bytes]]:
    """Every file of a run's folder; to be read where runs are written, so that they belong together."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".part")
    return [(str(path.relative_to(folder).as_posix()), path.read_bytes()) for path in paths]


def _thinned(source: ExportSource) -> bytes:
    names = sorted({name for _, point in source.curve for name in point})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["step", *map(cell, names)])
    writer.writerows([step, *(_digits(point.get(name, np.nan)) for name in names)] for step, point in source.curve)
    return out.getvalue().encode()


def _digits(value: float) -> str:
    return "" if value != value else f"{value:.9g}"
