"""What everything that comes in a lesson or a room has in common: it is checked, bounded, and never changes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
"""Of a setting, a score, a layer, a panel."""
Value = bool | int | float | Annotated[str, Field(max_length=200)]
