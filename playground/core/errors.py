"""An error for people: the request cannot be fulfilled; one translatable sentence says why."""

from collections.abc import Callable
from numbers import Number

from .i18n import fill


class UserError(ValueError):
    """Something asked for cannot be done: one sentence says why; nothing was lost.

    `template` is the English sentence with `{names}`, `values` fills them in, so that the border
    can translate the sentence before it fills in the values.
    """

    def __init__(self, template: str, **values: object):
        self.template, self.values = template, values
        super().__init__(fill(template, **values))

    def __reduce__(self):  # crosses process borders with its values
        return _rebuild, (type(self), self.template, self.values)

    def sentence(self, translate: Callable[[str], str] = str, quote: Callable[[object], str] = str) -> str:
        """The sentence in the language of `translate` (a gettext function). `quote`: what its values go through where
        they are no numbers, so that they stay texts where the sentence is shown (`core/foreign_text.py`)."""
        values = {name: v if isinstance(v, Number) else quote(v) for name, v in self.values.items()}
        return fill(translate(self.template), **values)


class Stiff(UserError):
    """A differential equation cannot be solved in the number of evaluations that is allowed."""


def _rebuild(kind: type[UserError], template: str, values: dict[str, object]) -> UserError:
    return kind(template, **values)
