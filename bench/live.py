"""The running app under viewers: frames, pauses, openings, for one and for thirty.

Real servers, real WebSocket clients, a real Chromium; about three minutes.
    python -m playground bench live --json
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from _figures import figure
from playwright.sync_api import sync_playwright
from websockets.asyncio.client import connect

from playground.core.config import differences
from playground.engine.executors import loky_worker
from playground.engine.limits import Limits
from playground.engine.run import start
from playground.engine.worker import run_chunk, warm_up
from playground.families.gan.config import GanConfig
from playground.families.gan.presets import PRESETS

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SEED = 1234
"""Not the default: no recording is played, a run of one's own begins."""


@contextlib.contextmanager
def server():
    """A server of its own, as a visitor starts it; ends it and its workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as runs:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "app.py",
                "--server.port",
                str(port),
                "--server.address",
                "127.0.0.1",
                "--server.headless",
                "true",
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PLAYGROUND_RUNS": runs},
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def healthy(url: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/live/health", timeout=1).read()
            return
        time.sleep(0.05)
    raise TimeoutError(url)


class Client:
    """One viewer without a screen: acknowledges every frame, remembers when it came."""

    def __init__(self, url: str, owner: str, **config):
        self.url, self.owner, self.config = url.replace("http", "ws"), owner, config
        self.frames: list[tuple[float, int]] = []
        self.status: dict = {}
        self.changed = asyncio.Event()

    async def live(self) -> None:
        async with connect(f"{self.url}/live/socket", max_size=None) as self.socket:
            await self.tell(do="watch", family="gan", config=self.config, owner=self.owner, play=True)
            async for message in self.socket:
                if isinstance(message, bytes):
                    header = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
                    self.frames.append((time.monotonic(), header["step"]))
                    await self.tell(do="ack", seq=header["seq"])
                else:
                    said = json.loads(message)
                    if said["is"] == "status":
                        self.status = said
                self.changed.set()

    async def tell(self, **command) -> None:
        await self.socket.send(json.dumps(command))

    async def until(self, condition, seconds: float = 60) -> float:
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                await self.changed.wait()
        return time.monotonic() - began

    def rate(self, since: float, until: float) -> float:
        return sum(since <= at < until for at, _ in self.frames) / (until - since)

    def steps(self, since: float, until: float) -> float:
        """Steps a second, as its frames show them."""
        seen = [(at, step) for at, step in self.frames if since <= at < until]
        return (seen[-1][1] - seen[0][1]) / (seen[-1][0] - seen[0][0])


async def viewers(url: str, count: int, seconds: float, opening: bool = False, **config) -> dict[str, list[float]]:
    """So many viewers, each with a run of its own, for a while; then all pause: when came the last new frame?

    `opening`: before that, one more visitor opens a page in a browser, here on the same two cores.
    """
    clients = [Client(url, secrets.token_hex(16), seed=SEED + i, **config) for i in range(count)]
    tasks = [asyncio.create_task(client.live()) for client in clients]
    await asyncio.gather(*(client.until(lambda c=client: len(c.frames) > 3) for client in clients))
    begin = time.monotonic() + 2
    await asyncio.sleep(2 + seconds)
    end = time.monotonic()
    opened = [(await asyncio.to_thread(in_chromium, url))["first"]] if opening else []
    asked = time.monotonic()
    for client in clients:
        await client.tell(do="pause")
    await asyncio.sleep(1.5)
    pauses = [max(0.0, client.frames[-1][0] - asked) for client in clients]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {
        "fps": [c.rate(begin, end) for c in clients],
        "steps": [c.steps(begin, end) for c in clients],
        "pause": pauses,
        "opened": opened,
    }


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


def in_chromium(url: str, cold: float | None = None) -> dict[str, float]:
    """What a new visitor sees: the first picture, a moving one, own frames a second, from click to pause (ms)."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        began = cold if cold is not None else time.monotonic()
        page.goto(f"{url}/gan")
        page.wait_for_function("window.__playground?.drawn > 0", polling=20, timeout=60_000)
        first = time.monotonic() - began
        page.wait_for_function("window.__playground.frames > 2", polling=20, timeout=60_000)
        moving = time.monotonic() - began
        page.click(".pg-play")
        clicked = time.monotonic()
        page.wait_for_function("window.__playground.run", polling=20, timeout=60_000)
        begun = page.evaluate("window.__playground.frames")
        page.wait_for_function(f"window.__playground.frames > {begun} + 1", polling=20, timeout=60_000)
        own = time.monotonic() - clicked
        page.wait_for_timeout(3000)
        frames, since = page.evaluate("window.__playground.frames"), time.monotonic()
        page.wait_for_timeout(6000)
        fps = (page.evaluate("window.__playground.frames") - frames) / (time.monotonic() - since)
        page.evaluate("""() => { const clicked = performance.now(); let step = -1, since = clicked;
            window.__stood = null;
            document.querySelector('.pg-play').click();
            const look = () => { const now = performance.now();
              if (window.__playground.step !== step) { step = window.__playground.step; since = now; }
              if (now - since > 600) window.__stood = since - clicked; else requestAnimationFrame(look); };
            look(); }""")
        page.wait_for_function("window.__stood !== null")
        pause = page.evaluate("window.__stood")
        browser.close()
    return {"first": first, "moving": moving, "own": own, "fps": fps, "pause": pause}


def run() -> dict:
    """All figures of the live app."""
    share, bare = efficiency(GanConfig(seed=SEED))
    lab = GanConfig(**PRESETS["gan_lab"].settings)
    began = time.monotonic()
    with server() as url:
        healthy(url)
        cold = in_chromium(url, began)
        warm_ = in_chromium(url)
        one = asyncio.run(viewers(url, 1, 8))
        gan_lab = asyncio.run(viewers(url, 1, 8, **differences(GanConfig(), lab)))
        thirty = asyncio.run(viewers(url, 30, 15, opening=True))
    pauses = sorted(thirty["pause"])
    return {
        "figures": [
            figure(
                "share of a 100 ms chunk spent in steps",
                ">= 0.85",
                share,
                how="loky worker, frame and transport included",
            ),
            figure("start to moving picture, cold", "< 8", cold["moving"], unit="s", how="from `streamlit run` on"),
            figure("play to own moving picture, cold", "", cold["own"], unit="s", how="workers may still import torch"),
            figure("play to own moving picture, warm", "", warm_["own"], unit="s"),
            figure("open to first picture, warm server", "< 2", warm_["first"], unit="s"),
            figure("open to moving picture, warm server", "< 2", warm_["moving"], unit="s"),
            figure("new frames a second in Chromium", ">= 10", max(cold["fps"], warm_["fps"]), unit="fps"),
            figure("click to the last new step on the stage", "< 200", max(cold["pause"], warm_["pause"]), unit="ms"),
            figure("one viewer: frames a second", ">= 10", one["fps"][0], unit="fps"),
            figure("one viewer: steps a second", "", one["steps"][0], unit="steps/s", how=f"bare chunks: {bare:.0f}"),
            figure(
                "GAN Lab preset in the running app",
                ">= 600",
                gan_lab["steps"][0],
                unit="steps/s",
                how="GAN Lab is capped at 60 by the screen; the aim is 1200",
            ),
            figure("30 viewers: least frames a second", ">= 2", min(thirty["fps"]), unit="fps"),
            figure("30 viewers: median frames a second", "", statistics.median(thirty["fps"]), unit="fps"),
            figure("30 viewers: pause, 95th percentile", "<= 0.5", pauses[round(0.95 * (len(pauses) - 1))], unit="s"),
            figure("30 viewers: a page opens", "< 3", thirty["opened"][0], unit="s"),
        ]
    }
