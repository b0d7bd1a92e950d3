"""What is computed once for all visitors, also if two ask at the same time."""

import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def once(compute: F) -> F:
    """`compute`, whose results are kept; `functools.cache` alone lets both of two threads compute."""
    kept, lock = cache(compute), threading.RLock()

    @wraps(compute)
    def found(*args: Any) -> Any:
        with lock:
            return kept(*args)

    return cast(F, found)
