"""What answers questions about pictures: a service, a local network or a baseline; the engine knows no difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .question import Row


@dataclass(frozen=True)
class Answer:
    """What a model wrote, as it wrote it, and the tokens that were counted; None where nobody counted."""

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Model(Protocol):
    """`name` and `parameters` (JSON values, no secrets) decide the answer together with the row and the prompt: what
    the store holds under them is not asked again."""

    @property
    def name(self) -> str: ...

    @property
    def parameters(self) -> Mapping[str, Any]: ...

    async def answer(self, row: "Row", prompt: str) -> Answer:
        """The reply to the prompt about the row's picture; raises where there is none. An error is no answer."""
        ...
