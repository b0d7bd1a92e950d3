"""Presets: named settings worth a click."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .i18n import N_

PRESET_GROUPS = {"works": N_("Works well"), "fails": N_("Fails"), "compare": N_("Compare")}
"""What a preset is there for, in the order in which they are listed."""


@dataclass(frozen=True)
class Preset:
    """Settings worth a click; texts are message ids."""

    title: str
    help: str
    settings: Mapping[str, Any]
    group: Literal["works", "fails", "compare"] = "compare"
