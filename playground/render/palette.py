"""The colours of the house, once for Python: what plays which role, on light and on dark ground.

The hues are Okabe and Ito's (https://jfly.uni-koeln.de/color/), which people with any kind of
colour vision tell apart; some are darkened (on light) or lightened (on dark) so that thin lines
and words keep a contrast of at least 3:1 with the ground. The stage's `palette.js` and
`.streamlit/config.toml` hold the same values; a test compares them.
"""

from dataclasses import dataclass
from typing import Literal

from ..scene import Role

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Hex colours: one per role, the ground, words and thin lines."""

    roles: dict[Role, str]
    ground: str
    panel: str
    words: str
    faint: str
    line: str

    def __getitem__(self, role: Role) -> str:
        return self.roles[role]


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        {"data": "#0072b2", "generated": "#d55e00", "field": "#00825f", "gradient": "#a8437f",
         "truth": "#333a45", "neutral": "#6b7280"},
        ground="#ffffff", panel="#f6f7f9", words="#1f2430", faint="#5b6270", line="#e1e4ea"),
    "dark": Palette(
        {"data": "#56b4e9", "generated": "#f28e42", "field": "#2fc79a", "gradient": "#e08fc0",
         "truth": "#e6e9ef", "neutral": "#9aa3b2"},
        ground="#12151c", panel="#1a1f29", words="#e6e9ef", faint="#a3abb9", line="#2c3340"),
}


def rgb(colour: str) -> tuple[int, int, int]:
    """'#rrggbb' -> (red, green, blue), each 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """The colour `share` of the way from `a` to `b`, in sRGB."""
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(rgb(a), rgb(b), strict=True))


def diverging(theme: Theme) -> tuple[str, str, str]:
    """Low (what is generated), middle (undecided), high (what is data)."""
    p = PALETTES[theme]
    return p["generated"], p.ground, p["data"]


def sequential(theme: Theme) -> tuple[str, str]:
    """From nothing to the full colour of a field."""
    p = PALETTES[theme]
    return p.ground, p["field"]
