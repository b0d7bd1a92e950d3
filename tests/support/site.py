"""The static edition, written once for all tests of a process."""

from functools import cache

from playground.site import build

APP = "https://app.example/play"


@cache
def files() -> dict[str, bytes]:
    return build.site({}, APP)
