"""Asking the panels of small models of sequences."""

from typing import Any

from playground.core.config import parse
from playground.core.panels import question, validate
from playground.core.registry import panels_of, part
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.experiment import TransformerExperiment

PACKAGE = "playground.families.transformer"
SMALL: dict[str, Any] = {"width": 16, "layers": 2, "heads": 2, "batch": 8}
REVERSE: dict[str, Any] = {**SMALL, "data": "reverse", "length": 6}
BOTH = {"architecture": "encoder_decoder"}
TEXT = {**SMALL, "data": "alice", "window": 24}


def run_of(steps: int = 0, **settings: Any) -> TransformerExperiment:
    run = TransformerExperiment(parse(TransformerConfig, {**REVERSE, **settings}))
    for _ in range(steps):
        run.step()
    return run


def ask(run: TransformerExperiment, name: str, **dials: Any):
    panel = next(panel for panel in panels_of(PACKAGE, run.config) if panel.name == name)
    values = validate(panel, dials)
    answer = run.respond(question(panel, values))
    return answer, part(PACKAGE, "tokens", "panels", name).draw(answer, values, run.config)


def net_and_row(run: TransformerExperiment, row: int = 0):
    context = run.view.context(run.current())
    return context.net, context.rows[row]
