"""How many connections this process may hold: the system counts them as open files."""

import contextlib

WANTED = 8_192


def allow_many() -> None:
    """As many as the system lets a process ask for, up to `WANTED`: by default it has 1,024, soon taken by connections
    on which nothing comes before they are ended."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # not on Windows, or not allowed
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
