"""Contestants of the arena are trained under a budget, and measured by a worker where they stand."""

import logging
from collections.abc import Mapping
from typing import Any

from playground.arena.measure import measurement
from playground.core.advance import advance, build
from playground.core.config import parse
from playground.core.contract import Chunk
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import FAMILIES

from .live_run import LiveRun
from .scheduler import Scheduler
from .sweep_plan import Budget
from .worker import device_room

log = logging.getLogger(__name__)

SLICE_S = 0.5
"""Between two looks at whether the numbers are still finite."""


@device_room()
def measure(chunk: Chunk, seconds: float) -> dict:
    """In a worker: the scorecard of the model at the chunk's step. It is built for this, and nothing of it stays."""
    return measurement(build(chunk, FAMILIES[chunk.family].load_experiment()), seconds).to_dict()


@device_room()
def train_and_measure(name: str, config: Mapping[str, Any], budget: Budget) -> dict:
    """In a worker: train a model until its budget is used up, and measure it. `UserError` where it diverges."""
    kind, spent = FAMILIES[name].load_experiment(), 0.0
    experiment = kind(parse(kind.Config, config))
    while (rest := budget.left(experiment.steps, spent)) is not None:
        progress = advance(
            Chunk(
                "",
                name,
                config,
                experiment.steps,
                None,
                steps=rest.steps,
                want_state=False,
                seconds=min(rest.seconds or SLICE_S, SLICE_S),
                snapshot=False,
            ),
            experiment,
        )
        spent += progress.spent
        if (broken := progress.divergence) is not None:
            template, values = broken.reason
            raise UserError(template, **values)
    return measurement(experiment, spent).to_dict()


async def measure_run(scheduler: Scheduler, live_run: LiveRun) -> None:
    """Have a run measured at its newest step, and write it down. Of the cells of one visitor no more are measured at a
    time than there are workers; what cannot be measured says why in the run's own words."""
    run = live_run.run
    try:
        async with live_run.turn():
            slot = live_run.slot or scheduler.workers.idlest(run.placed)
            chunk = run.chunk_at(run.step, want_state=False)
            found = await scheduler.workers.call(live_run.visitor, measure, chunk, run.spent, slot=slot)
    except UserError as refusal:
        run.stopped = (refusal.template, refusal.values)
    except Exception as error:  # a defect in a family must not take the server with it
        log.exception("run %s", run.id)
        run.stopped = (
            N_("The run could not be scored because of an internal error ({kind})."),
            {"kind": type(error).__name__},
        )
    else:
        if found["steps"] == run.step:
            run.measurement = found
    await scheduler.saver.save_in_the_end(live_run)
    live_run.notify()
