"""Runs with `execution=compiled`: where an operator allows them, they have a worker of their own.

A compiler keeps a core busy for 10 to 60 s, so its worker is the last to get time from the system, and takes up no turn
of those that train the others. What it compiles is kept in a private folder below the runs', not in the predictable one
of the system's temporary folder, which another user of the machine could fill beforehand.
"""

import asyncio
import logging
from pathlib import Path

from playground.core.config import Config
from playground.core.errors import UserError
from playground.core.i18n import N_

from .disk import FULL
from .executors import Processes, Slot
from .limits import Limits

log = logging.getLogger(__name__)

FOLDER = "compiled"
NICE, SWEEP_S = 19, 60.0
COMPILE_S = 180.0
"""What compiling may take."""

NOT_ALLOWED = N_(
    "This server does not compile training steps. Choose the execution “traced”: it gives the same result and starts "
    "at once."
)


def check_execution(config: Config, limits: Limits) -> None:
    """`UserError` where a run may not be compiled."""
    if config.execution == "compiled" and not limits.compiled:
        raise UserError(NOT_ALLOWED)


class CompiledWorkers:
    """One worker for all compiled runs, started by the first of them."""

    def __init__(self, root: Path, limits: Limits):
        self.folder, self.limits = root / FOLDER, limits
        self._slots: list[Slot] = []

    def slots(self, ordinary: list[Slot]) -> list[Slot]:
        """Its place; where workers are not processes of this machine, the ordinary places."""
        if not ordinary or not isinstance(ordinary[0].make, Processes):
            return ordinary
        if not self._slots:
            self._slots = [Slot(Processes(self._environment(), NICE))]
        return self._slots

    def _environment(self) -> dict[str, str]:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)  # an earlier version, or a loose umask
        except OSError as error:
            log.error("nothing can be compiled: %s", error)
            raise UserError(FULL) from None
        return {
            "TORCHINDUCTOR_CACHE_DIR": str(self.folder / "inductor"),
            "TRITON_CACHE_DIR": str(self.folder / "triton"),
            "TORCH_EXTENSIONS_DIR": str(self.folder / "extensions"),
            "TMPDIR": str(self.folder),
            "TORCHINDUCTOR_COMPILE_THREADS": "1",
        }

    def sweep(self) -> None:
        """Delete what was used longest ago, until the folder is no larger than allowed."""
        found = []
        for path in self.folder.rglob("*"):
            try:
                if path.is_file() and not path.is_symlink():
                    about = path.stat()
                    found.append((max(about.st_atime, about.st_mtime), about.st_size, path))
            except OSError:  # the compiler has just replaced it
                continue
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.limits.compiled_mb * 1_000_000:
                return
            try:
                path.unlink(missing_ok=True)
            except OSError as error:  # the others go all the same
                log.warning("%s cannot be deleted: %s", path, error)
                continue
            total -= size

    async def keep_small(self) -> None:
        """Until cancelled: the folder is no larger than allowed."""
        while True:
            await asyncio.to_thread(self.sweep)
            await asyncio.sleep(SWEEP_S)

    def close(self) -> None:
        for slot in self._slots:
            slot.close()
