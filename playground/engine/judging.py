"""Contestants of the arena are measured where they stand, once, by a worker; what it found stays with the run."""

import logging

from ..arena.judging import judge
from ..contract import Chunk, build
from ..registry import FAMILIES
from ..texts import N_, Refusal
from .activity import Activity
from .pump import Pump

log = logging.getLogger(__name__)


def measure(chunk: Chunk, seconds: float) -> dict:
    """In a worker: the scorecard of the model at the chunk's step. It is built for this, and nothing of it stays."""
    return judge(build(chunk, FAMILIES[chunk.family].load_experiment()), seconds).told()


async def verdict(pump: Pump, activity: Activity) -> None:
    """Have a run measured at its newest step, and write it down. Of the cells of one visitor no more are measured at a
    time than there are workers; what cannot be measured says why in the run's own words."""
    run = activity.run
    slot = activity.slot or pump.slots[0]
    try:
        async with activity.turn():
            found = await slot.surely(measure, run.look(run.step, want_state=False), run.spent)
    except Refusal as refusal:
        run.stopped = (refusal.template, refusal.values)
    except Exception as error:  # a defect in a family must not take the server with it
        log.exception("run %s", run.id)
        run.stopped = (N_("The run could not be measured, by an internal error ({kind})."),
                       {"kind": type(error).__name__})
    else:
        if found["steps"] == run.step:
            run.verdict = found
    await pump.save(run)
    activity.tell()
