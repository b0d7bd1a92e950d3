"""KEY=VALUE on the command line."""

from collections.abc import Sequence

from playground.core.errors import UserError


def pairs(flag: str, given: Sequence[str]) -> dict[str, str]:
    """What was given with `flag`, by name; `UserError` for what is no pair, or stands twice."""
    found: dict[str, str] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UserError("{flag} wants KEY=VALUE, not '{pair}'.", flag=flag, pair=pair)
        if key in found:
            raise UserError("'{name}' stands twice in {flag}.", name=key, flag=flag)
        found[key] = value
    return found
