"""Sampling settings on a shipped training: its weights stay and are used otherwise, in a run of the visitor's own."""

from playground.core.config import Config, differences, specs
from playground.core.contract import Event
from playground.engine import weights_import
from playground.engine.hub import Hub
from playground.engine.live_run import LiveRun
from playground.engine.recording import Recording
from playground.engine.run import owner_hash
from playground.engine.visitor import Visitor

SAMPLING = "sampling"


def matching_recording(recordings: list[Recording], family: str, config: Config) -> Recording | None:
    """The shipped training that has these settings but for how samples are drawn."""
    free = {s.name for s in specs(type(config)) if s.live and s.group == SAMPLING} | {"execution", "device"}
    if free == {"execution", "device"}:
        return None
    return next((r for r in recordings if r.family == family and differences(r.config, config).keys() <= free), None)


async def resume_recording(hub: Hub, recording: Recording, config: Config, token: str, visitor: Visitor) -> LiveRun:
    """A run of the visitor's own that stands, paused, where the shipped training ended, with these settings."""
    run = weights_import.restore_run(recording, owner_hash(token), hub.limits)
    run.config = run.config.changed(execution=config.execution, device=config.device)
    run.events.append(Event(run.step, differences(run.config, config)))
    hub.step_costs.check(run.family, run.config_now())
    slot = hub.workers.idlest(run.placed)
    beginning, progress = await hub.workers.call(visitor, weights_import.load_and_check, run, slot=slot)
    weights_import.attach(run, recording, beginning, progress)
    return await hub.add(run, visitor.address)
