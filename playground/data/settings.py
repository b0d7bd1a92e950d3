"""The settings that say what is learned from, the same in every family. No torch here.

`DATA` is the one list of all data: their titles, and the domain of each, which is the name of the folder that holds
what a family shows of such data. A distribution on the plane is added in `plane/distributions.py` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ValidationInfo

from playground.core.config import Config, setting
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.units import Units

from .bits import tables
from .dataset import dataset_of
from .plane.distributions import DISTRIBUTIONS
from .plane.point_codec import MAX_CODE_LENGTH
from .plane.units_codec import MAX_LENGTH as MAX_UNITS_LENGTH
from .plane.user_data import checked_code
from .streams.catalogue import TITLES as STREAM_TITLES
from .streams.own import OWN as OWN_STREAMS
from .tokens.catalogue import TITLES
from .tokens.text import OWN


@dataclass(frozen=True)
class Choice:
    """Something that can be learned from; `title` is a message id."""

    title: str
    domain: Literal["plane", "images", "bits", "tokens", "streams"]
    made_in: str = ""
    """The setting that holds it, where a visitor makes it: draws, pastes or uploads it. Empty: it is there."""


DATA = {
    **{name: Choice(data.title, "plane") for name, data in DISTRIBUTIONS.items()},
    "digits": Choice(N_("Handwritten digits"), "images"),
    "xor": Choice(N_("XOR triples"), "bits"),
    "own": Choice(N_("Own data"), "plane", made_in="own"),
    "table": Choice(N_("Table from a file"), "bits"),
    **{name: Choice(title, "tokens") for name, title in TITLES.items()},
    OWN[0]: Choice(OWN[1], "tokens", made_in="own_text"),
    **{name: Choice(title, "streams") for name, title in STREAM_TITLES.items()},
    OWN_STREAMS[0]: Choice(OWN_STREAMS[1], "streams", made_in="own_streams"),
}
"""By the name that the setting `data` has for it."""
USER_MADE = {name: choice.made_in for name, choice in DATA.items() if choice.made_in}
"""Data that a visitor makes -> the setting that holds them."""
PLANE_DATA = tuple(name for name, choice in DATA.items() if choice.domain == "plane")
IMAGE_DATA = tuple(name for name, choice in DATA.items() if choice.domain == "images")
TOKEN_DATA = tuple(TITLES)
STREAM_DATA = tuple(STREAM_TITLES)

if TYPE_CHECKING:
    PlaneData = str
    PlaneOrImages = str
    BitsOrPlane = str
    TokenData = str
    StreamData = str
else:
    PlaneData = Literal[PLANE_DATA]
    PlaneOrImages = Literal[(*PLANE_DATA[:-1], *IMAGE_DATA, PLANE_DATA[-1])]
    BitsOrPlane = Literal[("digits", "xor", *PLANE_DATA, "table")]
    TokenData = Literal[TOKEN_DATA]
    StreamData = Literal[STREAM_DATA]

OwnData = Annotated[str, AfterValidator(checked_code)]
"""Points of a visitor as a short text."""


def _named_table(source: str, known: ValidationInfo) -> str:
    if known.data.get("data") == "table" and not source:
        raise UserError(N_("A table needs a file: on the command line, --data npz:PATH or --data mnist:PATH."))
    return tables.checked_source(source)


TableData = Annotated[str, AfterValidator(_named_table)]
"""Where a table of bits is: `npz:PATH` or `mnist:PATH`."""


def data_setting(default: str, help: str) -> Any:
    """Which data; its choices come from the annotation, such as `PlaneData` or `PlaneOrImages`."""
    titles = {name: choice.title for name, choice in DATA.items()}
    return setting(default, N_("Data"), help, group="data", options=titles, unlisted=("table",))


def own_setting() -> Any:
    """The points that data "own" stands for."""
    return setting(
        "",
        N_("Own data"),
        N_("The points that you drew or uploaded, as a short text. If it is empty, a heart is the example."),
        group="data",
        longest=MAX_CODE_LENGTH + 1 + MAX_UNITS_LENGTH,
        when={"data": ("own",)},
    )


def table_setting() -> Any:
    """The file that data "table" stands for."""
    return setting(
        "",
        N_("Table"),
        N_("A file with a table of bits, npz:PATH or mnist:PATH. For the command line."),
        group="data",
        longest=tables.MAX_SOURCE_LENGTH,
        when={"data": ("table",)},
    )


class DataConfig(Config):
    """Settings with data among them: a family declares `data` anew, with its own choices and default."""

    domains: ClassVar[Mapping[str, str]] = {name: choice.domain for name, choice in DATA.items()}
    """The one place where a family says as what it sees which data: name -> domain."""

    data: PlaneData = data_setting("moons", N_("The distribution to learn."))
    own: OwnData = own_setting()

    @property
    def user_made(self) -> bool:
        """Whether the visitor drew or uploaded the data; `own` has the points."""
        return self.data in USER_MADE

    @property
    def shaped_like(self) -> str:
        """A name of data of the same domain and shape, the same for all that a step cannot tell apart."""
        return PLANE_DATA[0] if self.domain == "plane" else self.data

    @property
    def own_units(self) -> Units | None:
        return dataset_of(self).units if self.domain == "plane" else None

    @classmethod
    def domain_of(cls, values: Mapping[str, Any]) -> str:
        return cls.domains[values["data"]]
