"""The running app under viewers: openings, frames, pauses, for one and for thirty, beside a bare Streamlit page.

Real servers, real WebSocket clients, a real Chromium; about ten minutes. What depends on the day's machine is measured
as a ratio to a bare page that is opened in turn with ours.
    python -m playground bench live --json
"""

import asyncio
import os
import statistics
import time
from collections.abc import Mapping

from _figures import figure
from _live_browser import in_turn, live_setting, own_run, playing
from _live_server import BARE, healthy, machine, one_core_busy, server
from _live_viewers import SEED, viewers

from playground.core.config import differences
from playground.engine.executors import loky_worker
from playground.engine.limits import Limits
from playground.engine.run import start
from playground.engine.worker import run_chunk, warm_up
from playground.families.gan.config import GanConfig
from playground.families.gan.presets import PRESETS

ROUNDS = int(os.environ.get("LIVE_ROUNDS", "7"))
"""How often each page is opened."""


def efficiency(config: GanConfig, chunks: int = 30) -> tuple[float, float]:
    """Share of the wall time of 100 ms chunks that is spent inside steps, transport and frame included."""
    executor = loky_worker()
    executor.submit(warm_up, "gan").result()
    run = start("gan", config, "", Limits())
    run.add(executor.submit(run_chunk, run.next_chunk(cached=False, steps=50)).result())
    began, first, stepping = time.perf_counter(), run.step, 0.0
    for _ in range(chunks):
        progress = executor.submit(run_chunk, run.next_chunk(cached=True, seconds=0.1, want_state=False)).result()
        run.add(progress)
        stepping += progress.stepping
    wall = time.perf_counter() - began
    executor.shutdown(kill_workers=True)
    return stepping / wall, (run.step - first) / wall


def opened(when: str, measured: Mapping[str, float], how: str) -> list[dict]:
    """The rows of pages that were opened in turn."""
    times = ", ".join(f"{name} {value:.2f} s" for name, value in measured.items() if "ratio" not in name)
    return [
        figure(f"moving picture / bare page's, {when}", "<= 0.75", measured["picture ratio"], how=f"{times}; {how}"),
        figure(f"usable controls / bare page's, {when}", "<= 1.2", measured["controls ratio"], how=how),
    ]


def run() -> dict:
    """All figures of the live app."""
    rows = []
    share, bare_steps = efficiency(GanConfig(seed=SEED))
    lab = GanConfig(**PRESETS["gan_lab"].settings)
    began = time.monotonic()
    with server() as url, server(BARE) as bare:
        healthy(url)
        healthy(bare, path="_stcore/health")
        cold = own_run(f"{url}/gan")
        whole = time.monotonic() - began
        warm = own_run(f"{url}/gan")
        in_turn(f"{url}/gan", bare, 1)  # both have served a page before
        rows += opened("quiet", in_turn(f"{url}/gan", bare, ROUNDS), machine())
        with one_core_busy():
            rows += opened("one core busy", in_turn(f"{url}/gan", bare, ROUNDS), machine())
            busy = own_run(f"{url}/gan")
        for page in ("gan", "diffusion"):
            seen = playing(f"{url}/{page}")
            how = f"{seen['pictures']:.0f} pictures/s, drawing {seen['drawing']:.2f} by its own count; {machine()}"
            rows.append(figure(f"main thread while {page} plays", "<= 0.3", seen["busy"], unit="s/s", how=how))
        setting = live_setting(url)
        one, _ = asyncio.run(viewers(url, 1, 8))
        gan_lab, _ = asyncio.run(viewers(url, 1, 8, **differences(GanConfig(), lab)))
        thirty, beside = asyncio.run(viewers(url, 30, 15, lambda: in_turn(f"{url}/gan", bare, 3)))
    how = machine()
    pauses = sorted(thirty["pause"])
    return {
        "figures": [
            *rows,
            figure("click to the last new step, one core busy", "<= 200", busy["pause"], unit="ms", how=how),
            figure("live setting of a paused run to the picture", "<= 300", setting, unit="ms", how=how),
            figure("click to the last new step", "<= 200", warm["pause"], unit="ms"),
            figure("new frames a second in Chromium", ">= 10", warm["fps"], unit="fps"),
            figure("cold: from `streamlit run` through a visit of play and pause", "", whole, unit="s"),
            figure("cold: page to moving picture", "", cold["moving"], unit="s"),
            figure("cold: play to own moving picture", "", cold["own"], unit="s", how="workers may still import torch"),
            figure("warm: play to own moving picture", "", warm["own"], unit="s"),
            figure("one core busy: play to own moving picture", "", busy["own"], unit="s"),
            figure(
                "share of a 100 ms chunk spent in steps",
                ">= 0.85",
                share,
                how="loky worker, frame and transport included",
            ),
            figure("one viewer: frames a second", ">= 10", one["fps"][0], unit="fps"),
            figure(
                "one viewer: steps a second", "", one["steps"][0], unit="steps/s", how=f"bare chunks: {bare_steps:.0f}"
            ),
            figure(
                "GAN Lab preset in the running app",
                ">= 600",
                gan_lab["steps"][0],
                unit="steps/s",
                how="GAN Lab is capped at 60 by the screen; the aim is 1200",
            ),
            figure("30 viewers: least frames a second", ">= 2", min(thirty["fps"]), unit="fps", how=how),
            figure("30 viewers: median frames a second", "", statistics.median(thirty["fps"]), unit="fps"),
            figure(
                "30 viewers: pause, 95th percentile",
                "<= 0.5",
                pauses[round(0.95 * (len(pauses) - 1))],
                unit="s",
                how=how,
            ),
            figure(
                "30 viewers: a page's moving picture / bare page's beside them",
                "<= 1.3",
                beside["picture ratio"],
                how=f"{beside['moving']:.2f} s, {beside['bare picture']:.2f} s",
            ),
            figure("30 viewers: usable controls / bare page's beside them", "<= 1.3", beside["controls ratio"]),
        ]
    }
