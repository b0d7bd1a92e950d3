"""`bench`: the measurements under bench/, each a module with `run() -> dict`."""

import argparse
import importlib.util
import sys

from playground.core.errors import UserError
from playground.core.resources import BENCH
from playground.core.strict_json import dumps

HELP = "measure what the project promises"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", help="which benchmarks (default: all)")
    parser.add_argument("--json", action="store_true", help="the last line is a JSON object")


def run(given: argparse.Namespace) -> int:
    """Run the named benchmarks; 0 if every target was met, else 1."""
    if not BENCH.is_dir():
        raise UserError("The benchmarks are part of a source checkout, not of the installed package.")
    known = sorted(path.stem for path in BENCH.glob("*.py") if not path.stem.startswith("_"))
    for name in given.names:
        if name not in known:
            raise UserError("There is no benchmark '{name}'; there are: {names}.", name=name, names=", ".join(known))
    results = {}
    sys.path.insert(0, str(BENCH))  # benchmarks share a few helpers
    for name in given.names or known:
        spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
        assert spec is not None and spec.loader is not None  # there is such a file
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        results[name] = module.run()
        if not given.json:
            print(importlib.import_module("_figures").table(results[name]))
    if given.json:
        print(dumps(results))
    return 0 if all(row.get("met", True) for rows in results.values() for row in rows["figures"]) else 1
