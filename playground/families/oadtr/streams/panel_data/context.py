"""What the panels of a detector compute with."""

from dataclasses import dataclass

import torch

from playground.data.streams.stream_data import Pooled, StreamData

from ...config import OadtrConfig
from ...model import Contestants


@dataclass(frozen=True)
class Context:
    """The models of a run as they are now, its settings and its data."""

    models: Contestants
    config: OadtrConfig
    data: StreamData
    device: torch.device
    stream: Pooled
    """The one that every frame shows."""
