"""Which workers a server or a command has: processes of this machine, this process, a cluster."""

import os
from collections.abc import Callable

from playground.core.errors import UserError
from playground.core.i18n import N_

from .executors import Inline, Processes, Slot
from .gpus import HIDDEN, environment, gpu_count
from .limits import Limits


def _loky(address: str, limits: Limits) -> list[Slot]:
    from loky import cpu_count

    gpus = gpu_count(limits)
    make = Processes(HIDDEN if gpus else None)
    ordinary = [Slot(make) for _ in range(limits.workers or cpu_count())]
    return ordinary + [Slot(Processes(environment(number)), gpu=True) for number in range(gpus)]


def _inline(address: str, limits: Limits) -> list[Slot]:
    return [Slot(Inline)]


def _dask(address: str, limits: Limits) -> list[Slot]:
    try:
        from .dask import executors
    except ImportError:
        raise UserError(
            N_("PLAYGROUND_ENGINE={engine} needs the package distributed: pip install -r requirements-cluster.txt"),
            engine=f"dask://{address}",
        ) from None
    make, count = executors(f"tcp://{address}", limits.workers)
    return [Slot(make) for _ in range(count)]


ENGINES: dict[str, Callable[[str, Limits], list[Slot]]] = {
    "loky": _loky,
    "inline": _inline,
    "dask": _dask,
}
"""Scheme of an engine -> its places of work."""


def open_slots(limits: Limits, engine: str | None = None) -> list[Slot]:
    """The places of work: by default the processes of this machine, or where PLAYGROUND_ENGINE says
    (`loky`, `inline`, `dask://host:8786`); `UserError` when there is no such engine or it cannot be reached."""
    engine = engine or os.environ.get("PLAYGROUND_ENGINE") or "loky"
    scheme, _, address = engine.partition("://")
    if scheme not in ENGINES:
        raise UserError(
            N_("PLAYGROUND_ENGINE cannot be '{engine}'; it can be: {known}."),
            engine=engine,
            known="loky, inline, dask://host:8786",
        )
    return ENGINES[scheme](address, limits)
