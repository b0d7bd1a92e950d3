"""Memory that is free but still counted as ours."""

import ctypes
import gc
import os
import sys


def trim() -> None:
    """Return unused memory to the system. Measured after 20 runs of 1,500 steps: 28 MB unused, 8 MB after this.
    Connections and their frames form reference cycles, which the garbage collector frees (about 40 ms); glibc keeps the
    memory of many small arrays until malloc_trim. Other systems than Linux only run the collector."""
    gc.collect()
    if sys.platform == "linux" and (found := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        found(0)


def resident(pid: int | None = None) -> int:
    """Bytes of main memory that a process holds, by default this one; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid or 'self'}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):  # a process that ends just now tells nothing
        return 0
