"""The settings of streams. No torch here."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from playground.core.config import Config, setting
from playground.core.i18n import N_

from .dataset import dataset_of
from .settings import StreamData, data_setting
from .streams import own, stream_data

OwnStreams = Annotated[str, AfterValidator(own.checked_source)]
"""A visitor's features as a code (`streams.own`), or where they are: `npz:PATH`, `folder:PATH`."""


class StreamConfig(Config):
    """Settings with streams among them: a family may declare `data` anew, with its own default."""

    data: StreamData = data_setting("stick", N_("The stream in which actions are to be detected."))
    shuffled: bool = setting(
        False,
        N_("Shuffled labels"),
        N_(
            "Puts the labels in random order: nothing can be learned any more, and the scores show what guessing is "
            "worth."
        ),
        group="data",
    )
    own_streams: OwnStreams = setting(
        "",
        N_("Own features"),
        N_("The features that you uploaded, as a code. If it is empty, the stick figure is the example."),
        group="data",
        longest=own.MAX_CODE_LENGTH,
        when={"data": (own.OWN[0],)},
    )

    @classmethod
    def domain_of(cls, values: Mapping[str, Any]) -> str:
        return "streams"

    @property
    def streams(self) -> stream_data.StreamData:
        """The data that these settings choose."""
        return dataset_of(self)
