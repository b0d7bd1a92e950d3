"""All limits in one place; each can be set from the environment as PLAYGROUND_<NAME>."""

import os
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.core.errors import UserError
from playground.core.i18n import N_

TURNS_OF_A_STEP = 3
"""A turn may take so many times as long as a step may by its estimate."""


class Limits(BaseModel):
    """Limits for a visitor, a run and the server."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frames: int = Field(default=240, ge=8, description="frames kept of a run")
    states: int = Field(default=32, ge=4, description="states kept of a run, to rewind to")
    runs_per_visitor: int = Field(default=8, ge=1, description="runs kept for a visitor; the oldest go first")
    cells: int = Field(default=16, ge=1, description="cells of a visitor's grid of sweeps, besides the runs")
    step_ms: float = Field(
        default=1_000.0, ge=0, description="estimated milliseconds of one training step, above which it is refused"
    )
    step_mb: float = Field(
        default=1_000.0, ge=0, description="estimated memory of one training step in MB, above which it is refused"
    )
    picture_ms: float = Field(
        default=2_000.0, ge=0, description="estimated milliseconds of one picture, above which it is refused"
    )
    steps: int = Field(default=200_000, ge=1, description="steps of a run")
    disk_mb: int = Field(default=2_000, ge=1, description="disk that all runs together may use, in MB")
    weights_mb: int = Field(default=32, ge=1, description="size of a weights file that a visitor brings, in MB")
    pipeline_mb: int = Field(default=600, ge=1, description="weights of a pretrained pipeline, in MB")
    pipeline_s: float = Field(
        default=120.0, gt=0, description="seconds that drawing with a pretrained pipeline may take"
    )
    idle_s: float = Field(default=600.0, gt=0, description="seconds after which an unwatched run leaves memory")
    background_s: float = Field(default=1_800.0, gt=0, description="seconds that a run may go on unwatched")
    shares_per_address: int = Field(
        default=4, ge=1, description="shares of the workers' time that one address has at most, one for each visitor"
    )
    waiting: int = Field(default=1_000, ge=1, description="turns of work that may wait at a time")
    active: int = Field(default=800, ge=1, description="runs that train at a time")
    active_per_address: int = Field(default=500, ge=1, description="runs of one address that train at a time")
    background: int = Field(default=24, ge=0, description="runs that train in the background at a time")
    background_per_address: int = Field(
        default=8, ge=0, description="runs of one address that train in the background at a time"
    )
    memory_mb: int = Field(default=1_500, ge=1, description="memory that the histories of all runs may take, in MB")
    turn_s: float = Field(
        default=5.0, gt=0, description="seconds of work without a pause; what takes longer is stopped, with its run"
    )
    spare: bool = Field(default=True, description="whether a worker is kept ready for one that has to be ended")
    compiled: bool = Field(default=False, description="whether visitors may choose execution=compiled")
    compiled_mb: int = Field(default=500, ge=1, description="compiled code that is kept on disk, in MB")
    rooms: int = Field(default=40, ge=1, description="rooms for classes at a time")
    viewers: int = Field(default=300, ge=1, description="connections at a time")
    sockets_per_address: int = Field(default=150, ge=1, description="connections at a time from one address")
    opening_s: float = Field(default=10.0, gt=0, description="seconds in which a connection must ask for something")
    reading_s: float = Field(
        default=30.0, gt=0, description="seconds in which a browser must read what it is sent, or send the next piece"
    )
    commands_per_s: float = Field(default=200.0, gt=0, description="commands a second of one connection")
    bodies: int = Field(default=48, ge=1, description="uploads and downloads under way at a time")
    bodies_per_address: int = Field(
        default=32, ge=1, description="uploads and downloads under way at a time from one address"
    )
    body_s: float = Field(default=300.0, gt=0, description="seconds that one upload or download may take")
    upload_mb: int = Field(default=16, ge=1, description="size of a file that a visitor brings to a page, in MB")
    uploads_mb: int = Field(default=200, ge=1, description="files that all visitors have brought to pages, in MB")
    workers: int = Field(default=0, ge=0, description="worker processes; 0: one for each core")
    gpus: int = Field(default=-1, ge=-1, description="GPUs that train runs, a process for each; -1: all, 0: none")
    period_s: float = Field(default=0.33, gt=0, description="every run should show a new frame about this often")
    slice_low_s: float = Field(default=0.025, gt=0, description="slice of a chunk that nobody looks at")
    slice_high_s: float = Field(default=0.075, gt=0, description="longest slice of a chunk")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Limits":
        """The defaults, changed by PLAYGROUND_FRAMES, PLAYGROUND_DISK_MB, ...; `UserError` on nonsense."""
        given = {
            name: environ[f"PLAYGROUND_{name.upper()}"]
            for name in cls.model_fields
            if f"PLAYGROUND_{name.upper()}" in environ
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            raise UserError(
                N_("PLAYGROUND_{name} cannot be '{given}': {why}."),
                name=str(first["loc"][0]).upper(),
                given=first["input"],
                why=first["msg"],
            ) from None

    def of_a_cell(self) -> "Limits":
        """For one cell of a grid of sweeps: less of its past is kept."""
        return self.model_copy(update={"frames": max(8, self.frames // 6), "states": max(4, self.states // 4)})

    @property
    def longest_turn_s(self) -> float:
        """`turn_s`, or more where longer steps are allowed: an estimate is not exact, nor is a machine always idle."""
        return max(self.turn_s, TURNS_OF_A_STEP * self.step_ms / 1_000)

    def slice(self, workers: int, active: int) -> float:
        """Seconds of a chunk when `active` runs share `workers`: shorter with more runs, so all see frames, also in a
        class of sixty."""
        return min(self.period_s * workers / max(active, 1), self.slice_high_s)
