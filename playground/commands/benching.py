"""`bench`: the measurements under bench/, each a module with `run() -> dict`."""

import importlib.util
import json
import sys
from pathlib import Path

from playground.core.errors import UserError

FOLDER = Path(__file__).parents[2] / "bench"


def command(names: list[str], as_json: bool) -> int:
    """Run the named benchmarks; 0 if every target was met, else 1."""
    known = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    for name in names:
        if name not in known:
            raise UserError("There is no benchmark '{name}'; there are: {names}.", name=name, names=", ".join(known))
    results = {}
    sys.path.insert(0, str(FOLDER))  # benchmarks share a few helpers
    for name in names or known:
        spec = importlib.util.spec_from_file_location(f"bench_{name}", FOLDER / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        results[name] = module.run()
        if not as_json:
            print(importlib.import_module("_figures").table(results[name]))
    if as_json:
        print(json.dumps(results))
    return 0 if all(row.get("met", True) for rows in results.values() for row in rows["figures"]) else 1
