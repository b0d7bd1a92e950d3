"""Time spent getting ready, so that it can be told apart from the work itself."""

import time


class Stopwatch:
    """Adds up the computing time of this thread inside `with` blocks."""

    def __init__(self):
        self.seconds = self._began = 0.0

    def __enter__(self) -> "Stopwatch":
        self._began = time.thread_time()
        return self

    def __exit__(self, *raised: object) -> None:
        self.seconds += time.thread_time() - self._began


PREPARING = Stopwatch()
"""Work done once for many steps in this process, such as tracing: it does not count as training time."""
