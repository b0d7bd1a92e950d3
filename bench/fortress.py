"""Attacks on a real server, each beside a visitor who trains: what the visitor keeps, and what the server takes.

Everything is on loopback and bounded; each part starts a server of its own. All parts take about half an hour.
    python -m playground bench fortress               all of them
    python -m playground bench fortress idle disk     some of them
`FORTRESS_LOG=FILE` keeps the log of the last server.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable

import _fortress_bodies as bodies
import _fortress_disk as disk
import _fortress_files as files
import _fortress_fuzz as fuzz
import _fortress_shares as shares
import _fortress_sockets as sockets
import faults as kills
from _figures import figure, main, measured
from _fortress_server import Peak, beside, fortress

from playground.core.resources import WEIGHTS

DEAREST = {"data": "digits", "likelihood": "bernoulli", "batch": 2048, "samples": 50, "width": 512, "depth": 4}
"""Settings of a VAE of which one step would take a minute."""
WORKERS, ATTACKERS = 2, 2
FAIR = min(1.0, WORKERS / (ATTACKERS + 1))
"""The fair share of a visitor beside two others, as a fraction of what one run can use: one worker."""
SHOWN = 0.9
"""Rates are "all of it" from there: a machine that others use, too, is not steadier."""
CLIENTS = 40
"""In `faults`: twice as many as in `bench faults` itself."""


def dearest() -> list[dict]:
    """Two runs of the dearest settings that the server allows: what it offers in place of those that it refuses."""
    with fortress() as server:
        with sockets.Socket(server.url) as visitor:
            visitor.tell(do="watch", family="vae", config=DEAREST, owner=sockets.OWNER, run=None, play=True)
            refused = visitor.until("refused")
        allowed = {**DEAREST, **refused["settings"]}
        stages = [shares.Stage(server.url, "vae", **allowed, seed=seed) for seed in range(ATTACKERS)]
        seen = asyncio.run(shares.beside(server.url, stages, 20))
        stopped = not server.alive()
    fair = FAIR * seen.alone[0]
    return [
        figure("dearest: server ended", "<= 0", stopped),
        figure("dearest: frames of the attackers", ">= 1", min(seen.attackers), how=f"they have {refused['settings']}"),
        figure(
            "dearest: the visitor's frames a second, of a fair share",
            ">= 0.6",
            seen.during[0] / fair,
            how=f"{seen.alone[0]:.1f} -> {seen.during[0]:.1f} -> {seen.after[0]:.1f} frames/s",
        ),
        figure("dearest: the visitor's frames a second 1 s after", f">= {SHOWN}", seen.after[0] / seen.alone[0]),
    ]


def background() -> list[dict]:
    """Forty runs of invented owners that leave and go on in the background."""
    with fortress(PLAYGROUND_BACKGROUND="40", PLAYGROUND_BACKGROUND_PER_ADDRESS="40") as server:
        seen = shares.background(server.url)
        health = server.health()
    return [
        figure(
            "background: runs that still train when the visitor has left",
            "",
            health["active"],
            how=f"{seen.refused} of 40 were refused",
        ),
        figure(
            "background: the visitor's steps a second beside 40 runs, of those alone",
            ">= 0.5",
            seen.during[1] / seen.alone[1],
            how=f"{seen.alone[1]:.0f} -> {seen.during[1]:.0f} -> {seen.after[1]:.0f} steps/s",
        ),
    ]


def compiled() -> list[dict]:
    """Two compiled runs, where the operator allows them."""
    with fortress(PLAYGROUND_COMPILED="true") as server:
        seen = shares.compiled(server.url)
    return [
        figure("compiled: longest time without a frame", "<= 1", seen.gap, unit="s", how=f"{seen.refused} refused"),
        figure("compiled: the visitor's frames a second", "", seen.during[0], how=f"{seen.alone[0]:.1f} alone"),
    ]


def idle() -> list[dict]:
    """Three hundred sockets that ask for nothing."""

    def attack() -> float:
        with sockets.idle_sockets(server.url, 300):
            return _seconds(lambda: sockets.visitor_in(server.url, 60))

    with fortress() as server:
        seen = beside(server, attack)
    return [
        figure("idle: until another visitor is in, beside 300 sockets", "<= 10", seen.result, unit="s", how=seen.how)
    ]


def posts() -> list[dict]:
    """Sixteen uploads that never come to their end."""

    def attack() -> tuple[int, float]:
        with bodies.slow_posts(server.url, 16):
            time.sleep(0.3)
            began = time.monotonic()
            status, _, _ = sockets.get(server.url, "/live/recordings/gan-ring/metrics.csv", timeout=30)
            return status, time.monotonic() - began

    with fortress() as server:
        seen = beside(server, attack)
    status, seconds = seen.result
    return [
        figure("posts: exports answered beside 16 slow uploads", ">= 1", status == 200, how=seen.how),
        figure("posts: an export's time", "<= 10", seconds, unit="s"),
    ]


def weights() -> list[dict]:
    """A weights file with curves that no family has, for 200,000 steps."""
    raw = (WEIGHTS / "gan-ring.safetensors").read_bytes()
    bomb = files.curve_bomb(raw)

    def attack() -> tuple[float, float, int]:
        # a first one, so that imports and traces are done
        bodies.post_weights(server.url, raw)
        with Peak(server) as peak:
            began = time.monotonic()
            status = bodies.post_weights(server.url, bomb)
            return peak.grown, time.monotonic() - began, status

    with fortress() as server:
        seen = beside(server, attack)
        alive = server.alive()
    grown, seconds, status = seen.result
    return [
        figure("weights: memory", "<= 50", grown, unit="MB", how=f"{len(bomb) / 1e3:.0f} kB; {seen.how}"),
        figure("weights: seconds until it is answered", "<= 0.5", seconds, unit="s", how=f"status {status}"),
        figure("weights: server ended", "<= 0", not alive),
    ]


def reader() -> list[dict]:
    """A client that sends 90 MB of bad commands and reads nothing."""

    def attack() -> tuple[int, float]:
        with Peak(server) as peak:
            taken = sockets.flood(server.url, 90_000_000)
        return taken, peak.grown

    with fortress() as server:
        seen = beside(server, attack)
    taken, grown = seen.result
    return [figure("reader: memory", "<= 10", grown, unit="MB", how=f"{taken / 1e6:.1f} MB were taken; {seen.how}")]


def uploads() -> list[dict]:
    """Eight files of 50 MB."""

    def attack() -> tuple[list[int], float]:
        with sockets.Page(server.url) as page:
            session = page.session(60)

            def eight() -> list[int]:
                return [bodies.upload(server.url, session, 50 << 20, f"f{n}") for n in range(8)]

            eight()  # what first requests make the server import stays
            sockets.steady_memory(server.process.pid, 20)  # the page's own script is over
            with Peak(server) as peak:
                statuses = eight()
        return statuses, peak.grown

    with fortress() as server:
        seen = beside(server, attack)
    statuses, grown = seen.result
    return [
        figure("uploads: refused, of 8", ">= 8", sum(status in (0, 413) for status in statuses), how=seen.how),
        figure("uploads: memory", "<= 10", grown, unit="MB"),
    ]


def faults() -> list[dict]:
    """`bench faults` with twice as many clients: what they were told must be there."""
    rows = kills.measure(CLIENTS, 120, 3.0)["figures"]
    return [{**row, "name": f"faults: {row['name']}"} for row in rows]


def _seconds(wait: Callable[[], float]) -> float:
    with contextlib.suppress(TimeoutError):
        return wait()
    return float("inf")


PARTS = {
    "dearest": dearest,
    "background": background,
    "compiled": compiled,
    "idle": idle,
    "posts": posts,
    "weights": weights,
    "reader": reader,
    "uploads": uploads,
    "disk": disk.full,
    "fuzz": fuzz.everything,
    "faults": faults,
}


def run(*parts: str) -> dict:
    return measured(PARTS, parts)


if __name__ == "__main__":
    main(__doc__, PARTS)
