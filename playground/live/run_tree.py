"""The visitor's runs of a family as a tree: where each was forked, and in what it differs, in words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from playground.core.config import Config, Setting, differences, specs
from playground.core.i18n import N_, Translate
from playground.core.registry import family
from playground.data.in_words import own_picture, value_text
from playground.engine.hub import Hub
from playground.engine.run import Run
from playground.engine.text_store import TextStore, shortened


def tree(hub: Hub, token: str, name: str, current: str | None, translate: Translate) -> dict[str, Any]:
    """The message: every run with its parent, fork step and differences; what its settings are called.

    A run whose parent is gone stands for itself, with `at` still saying where it was forked.
    """
    kind = family(name).Config
    runs = {run.id: run for run in hub.runs_of(token, name)}
    entries = []
    for run in sorted(runs.values(), key=lambda r: r.created):
        parent, at = run.parent or ("", None)
        above = runs.get(parent)
        live_run = hub.live_runs.get(run.id)
        entries.append(
            {
                "id": run.id,
                "parent": parent if above is not None else None,
                "at": at,
                "step": run.step,
                "created": round(run.created),
                "current": run.id == current,
                "playing": bool(live_run and live_run.playing),
                "stopped": run.stopped is not None,
                "differs": differs(run, above, translate),
                "config": shortened(kind, run.config_now().model_dump()),
                "halves": run.halves(),
                "own": own_picture(run.config.model_dump()),
            }
        )
    return {"is": "tree", "runs": entries, "settings": setting_titles(kind, runs.values(), translate)}


def differs(run: Run, parent: Run | None, translate: Translate) -> list[str]:
    """In what a run differs from its parent where it left it, or, standing alone, from the default settings."""
    kind = type(run.config)
    since = run.parent[1] if run.parent is not None else 0
    begin = parent.config_now(since) if parent is not None else kind()
    labels = change_labels(kind, differences(begin, run.config_now()), translate)
    halves = Counter(event.part for event in run.events if event.part is not None and event.step >= since)
    for part, times in halves.items():
        half = translate(N_("Half a step: {part}")).format(part=translate(kind.parts.get(part, part)))
        labels.append(f"{half} ×{times}" if times > 1 else half)
    return labels


def change_labels(kind: type[Config], changes: Mapping[str, Any], translate: Translate) -> list[str]:
    """Changed settings by their titles and values."""
    return [
        f"{translate(spec.title)}: {value_text(spec, changes[spec.name], translate)}"
        for spec in specs(kind)
        if spec.name in changes
    ]


def setting_titles(kind: type[Config], runs: Iterable[Run], translate: Translate) -> dict[str, dict[str, Any]]:
    """What the settings and their values are called, the texts of these runs among them, and which of the settings a
    run takes over in mid-run."""
    configs = [run.config for run in runs]

    def values(spec: Setting) -> Iterable[Any]:
        return {getattr(config, spec.name) for config in configs} if spec.kind == "text" else spec.options

    def said(spec: Setting, value: Any) -> str:
        """The value as the browser has it."""
        return TextStore().shorten(value) if spec.kind == "text" else str(value)

    return {
        spec.name: {
            "title": translate(spec.title),
            "live": spec.live,
            "options": {said(spec, value): value_text(spec, value, translate) for value in values(spec)},
        }
        for spec in specs(kind)
    }


def fingerprint(hub: Hub, token: str, name: str, current: str | None) -> tuple[Any, ...]:
    """Changes whenever the tree has to be sent again: not with the steps of every chunk."""
    found = []
    for run in hub.runs_of(token, name):
        live_run = hub.live_runs.get(run.id)
        found.append((run.id, len(run.events), run.stopped is not None, bool(live_run and live_run.playing)))
    return (*found, current)
