"""Memory that is free but still counted as ours."""

import ctypes
import gc
import sys


def trim() -> None:
    """Give back to the system what runs have left behind: measured, 28 MB after 20 runs of 1,500 steps, of which 8 are
    still held after this. Connections and their pictures refer to each other and wait for the collector (some 40 ms);
    then glibc keeps what many small arrays had, until it is told. Elsewhere than on Linux only the first is done."""
    gc.collect()
    if sys.platform == "linux" and (found := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        found(0)
