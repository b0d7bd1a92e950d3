"""The cells of a Parquet table, read in a process of its own that may use only so much memory and time.

A small file of this format can stand for any number of long texts (a dictionary, runs, packed pages), and what it says
of its size need not be true. So the process that reads it ends when it has used more than a few times the file's bytes.
"""

import base64
import contextlib
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from playground.core.resources import PACKAGE
from playground.core.strict_json import dumps

MAGIC = b"PAR1"
BATCH = 64
"""Rows that are unpacked at a time."""
ROOM, TIMES = 300_000_000, 8
"""Bytes of memory: so many for Python and Arrow, and so many times the file's own."""
SECONDS = 60
TEXT, TEXT_TIMES = 32_000_000, 16
"""Bytes of text that may come of a file: so many, and so many times its own."""


class Unreadable(Exception):
    """There is no table, or it needs too much."""


def cells(raw: bytes) -> Iterator[list[str]]:
    """The first row are the names of the columns. `Unreadable` where there are none, or too much."""
    most = TEXT + TEXT_TIMES * len(raw)
    if raw[:4] != MAGIC or raw[-4:] != MAGIC:
        raise Unreadable
    with tempfile.TemporaryFile() as file:
        file.write(raw)
        file.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", __spec__.name, str(ROOM + TIMES * len(raw))],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": str(PACKAGE.parent),
                "ARROW_DEFAULT_MEMORY_POOL": "system",
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
    assert process.stdout is not None  # it is a pipe
    try:
        while line := process.stdout.readline(most + 1):
            most -= len(line)
            if most < 0:
                raise Unreadable
            yield json.loads(line)
        if process.wait() != 0:
            raise Unreadable
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def cell_text(value: Any) -> str:
    """A cell of a workbook or of Parquet as text: no value is "", whole numbers have no point, bytes are base64."""
    if value is None or isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Mapping) and "bytes" in value:  # how data sets in Parquet keep a picture
        value = value["bytes"]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return "" if value is None else str(value)


def main(memory: int) -> None:
    """In the process: the table of the standard input, a line of JSON for each row."""
    with contextlib.suppress(ImportError):  # a system without such limits
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import pyarrow as pa
    from pyarrow import parquet

    file = parquet.ParquetFile(pa.BufferReader(sys.stdin.buffer.read()))
    print(dumps(file.schema_arrow.names))
    for batch in file.iter_batches(BATCH, use_threads=False):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            print(dumps([cell_text(value) for value in row]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
