"""The colours of the house, for Python: what plays which role, on light and on dark ground.

After Okabe and Ito (https://jfly.uni-koeln.de/color/), so that people with any kind of colour vision
tell them apart; dark enough on light, light enough on dark, to be read as text. The stage's
`web/core/palette.js` and `.streamlit/config.toml` hold the same values: a test compares them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.core.scene import Role

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Hex colours. `middle` is the undecided middle of a diverging scale, whose ends are drawn with
    `strength`, so that points stand out above it."""

    roles: dict[str, str]
    """By `Role`."""
    paper: str
    ink: str
    middle: str
    strength: float
    kinds: tuple[str, ...]
    """Up to ten kinds of points, after Paul Tol's muted scheme."""

    def __getitem__(self, role: Role) -> str:
        return self.roles[role]

    @property
    def line(self) -> str:
        """Thin lines: frames, axes."""
        return mix(self.paper, self.ink, 0.16)

    @property
    def faint(self) -> str:
        """Words that stand back."""
        return mix(self.paper, self.ink, 0.68)

    def kind(self, number: int) -> str:
        """The colour of a kind counted from 0; further ones repeat the ten."""
        return self.kinds[number % len(self.kinds)]

    def readable_on(self, colour: str) -> str:
        """The ink or the paper, whichever stands out more."""
        return max((self.ink, self.paper), key=lambda text: contrast(text, colour))

    def diverging(self) -> tuple[str, str, str]:
        """Low (generated), undecided, high (data): the ground of a picture."""
        low, high = (mix(self.middle, self[role], self.strength) for role in ("generated", "data"))
        return low, self.middle, high

    def marks(self) -> tuple[str, str, str]:
        """The same scale at full strength, for points."""
        return self["generated"], self["neutral"], self["data"]

    def ground(self, role: Role) -> tuple[str, str, str]:
        """From nothing towards the colour of a role, as far as a diverging scale goes: a picture's ground."""
        return self.paper, mix(self.paper, self[role], self.strength / 2), mix(self.paper, self[role], self.strength)

    def sequential(self, role: Role) -> tuple[str, str, str]:
        """From nothing to the colour of a role."""
        half = mix(self.paper, self[role], 0.5)
        return mix(half, self.paper, 0.85), half, mix(half, self[role], 0.85)


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        {
            "data": "#0069a8",
            "generated": "#bf4d00",
            "field": "#00745a",
            "gradient": "#9a3576",
            "truth": "#735600",
            "neutral": "#565e6c",
        },
        paper="#ffffff",
        ink="#1f2430",
        middle="#fbfbf8",
        strength=0.5,
        kinds=(
            "#cc6677",
            "#332288",
            "#c2ab3a",
            "#117733",
            "#4ea6d6",
            "#882255",
            "#329686",
            "#808022",
            "#aa4499",
            "#777777",
        ),
    ),
    "dark": Palette(
        {
            "data": "#5ab9f0",
            "generated": "#f59f4f",
            "field": "#3cc9a5",
            "gradient": "#e690c6",
            "truth": "#ecdc4c",
            "neutral": "#a6aebb",
        },
        paper="#0e1117",
        ink="#eef0f4",
        middle="#13161c",
        strength=0.42,
        kinds=(
            "#e58a97",
            "#9f95ff",
            "#ece19a",
            "#4fc27a",
            "#a8dcf5",
            "#d65a94",
            "#5fd0bd",
            "#c2c255",
            "#d57cc8",
            "#b0b0b0",
        ),
    ),
}


def rgb(colour: str) -> tuple[int, int, int]:
    """'#rrggbb' -> (red, green, blue), each 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """The colour `share` of the way from `a` to `b`, in sRGB."""
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(rgb(a), rgb(b), strict=True))


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [v / 3294.6 if v <= 10.31475 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def ramp(colours: tuple[str, str, str], t: np.ndarray) -> np.ndarray:
    """Colours at `t` in [0, 1] between three anchors at 0, 1/2 and 1: (..., 3) uint8."""
    anchors = np.array([rgb(c) for c in colours], np.float64)  # (3, rgb)
    places = np.clip(np.nan_to_num(t), 0, 1)
    channels = [np.interp(places, (0, 0.5, 1), anchors[:, k]) for k in range(3)]
    return np.rint(np.stack(channels, -1)).astype(np.uint8)
