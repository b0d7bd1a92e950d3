"""What a step was said to cost by its settings, and what it costs: presets, and the dearest settings by family.

One process, one thread; times are CPU seconds of one core. Rates are those of this machine, measured first.
    python -m playground bench step_cost --json
    python bench/step_cost.py vae oadtr     every case is printed: estimated and measured milliseconds
"""

import sys
import time
from functools import partial
from typing import Any

from _figures import figure, main, measured

from playground.core.config import parse
from playground.core.registry import FAMILIES, family
from playground.engine.rates import measure_rates
from playground.engine.step_cost import estimate

OFF, FROM_MS = 2.5, 20.0
"""By how much an estimate may be off, for steps that take at least so long."""
LARGE: dict[str, list[dict[str, Any]]] = {
    "gan": [
        {"batch": 2048, "g_width": 256, "d_width": 256},
        {"data": "digits", "batch": 2048, "channels": 32, "objective": "wgan_gp"},
    ],
    "normalizing_flow": [
        {"batch": 2048, "width": 256, "depth": 4, "layers": 8},
        {"flow": "nsf", "batch": 2048, "bins": 32, "width": 128},
        {"flow": "ffjord", "ode_steps": 32},
        {"data": "digits", "flow": "glow", "layers": 16, "width": 128, "batch": 128},
    ],
    "diffusion": [
        {"batch": 2048, "width": 512, "depth": 6},
        {"coupling": "optimal", "batch": 1024},
        {"data": "digits", "width": 128, "batch": 256},
    ],
    "vae": [
        {"data": "digits", "batch": 2048, "width": 512, "depth": 4},
        {"batch": 2048, "samples": 50},
        {"data": "digits", "strong": True, "likelihood": "logistic", "batch": 512, "samples": 8, "width": 256},
    ],
    "autoregressive": [
        {"batch": 2048, "width": 1024, "depth": 3},
        {"model": "nade", "batch": 512},
        {"model": "transformer", "batch": 128, "channels": 64},
        {"model": "pixelcnn", "batch": 128, "channels": 64},
    ],
    "transformer": [
        {"batch": 128, "width": 128},
        {"data": "reverse", "length": 100, "model": "lstm", "architecture": "encoder_decoder"},
        {"gap": 300, "model": "rnn", "batch": 64},
    ],
    "oadtr": [
        {"second": "none", "batch": 512, "width": 96},
        {"model": "trn", "second": "none", "queries": 16},
    ],
}
MOST_S = 1.5
"""Seconds of steps of each case."""


def step_ms(name: str, settings: dict[str, Any]) -> float:
    """Milliseconds of a step, once it is prepared."""
    found = family(name)
    run, times = found.load_experiment()(parse(found.Config, settings)), []
    run.step()
    while not times or (sum(times) < MOST_S and len(times) < 20):
        began = time.thread_time()
        run.step()
        times.append(time.thread_time() - began)
    return 1e3 * min(times)


def one_family(name: str) -> list[dict]:
    """The estimate that is off most, among steps that take at least `FROM_MS`."""
    found, rates, off = family(name), measure_rates(), [1.0]
    presets = [dict(preset.settings) for preset in found.presets.values() if not preset.settings.get("rounds")]
    for settings in [*presets, *LARGE[name]]:
        said, real = estimate(name, parse(found.Config, settings), rates).ms, step_ms(name, settings)
        print(f"{name:18} estimated {said:7.1f} ms, measured {real:7.1f} ms  {settings}", file=sys.stderr, flush=True)
        if real >= FROM_MS:
            off.append(max(said / real, real / said))
    return [figure(f"{name}: a step's estimate is off by a factor of at most", f"<= {OFF}", max(off))]


PARTS = {name: partial(one_family, name) for name in FAMILIES}


def run() -> dict:
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
