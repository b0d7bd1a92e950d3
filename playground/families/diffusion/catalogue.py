"""The samplers by name: what they are called, cost and need. No torch here: settings and pages read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from playground.core.i18n import N_


@dataclass(frozen=True)
class Entry:
    """What is known of a sampler before it runs; the texts are message ids."""

    title: str
    kind: str
    """chain (of Gaussian steps), sde, ode."""
    calls: int = 1
    """Calls of the field in each step; 0: as many as it takes."""
    spared: int = 0
    """Calls that the last step does not need."""
    random: bool = False
    """Whether it draws noise on the way (DDIM: where eta > 0)."""
    to_zero: bool = True
    """Whether its last step ends at time 0; otherwise just before, since it looks at the field there too."""
    signal: bool = False
    """Whether it needs a path that keeps a trace of the data to the end."""
    paths: tuple[str, ...] = ()
    """The processes it is made for, where these are few."""

    def steps(self, nfe: int) -> int:
        """The most steps that cost no more than `nfe` calls, at least one."""
        return max(1, (nfe + self.spared) // self.calls) if self.calls else nfe


VARIANCE_PRESERVING = ("ddpm", "vp")

CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {
        "ddpm": Entry(N_("DDPM"), "chain", random=True),
        "ddpm_large": Entry(N_("DDPM, large variance"), "chain", random=True),
        "ddim": Entry(N_("DDIM"), "chain", random=True),
        "dpm_solver": Entry(N_("DPM-Solver++ (2M)"), "ode"),
        "euler_maruyama": Entry(N_("Reverse SDE (Euler-Maruyama)"), "sde", random=True),
        "predictor_corrector": Entry(N_("Reverse SDE, predictor-corrector"), "sde", calls=2, random=True),
        "euler": Entry(N_("Probability flow, Euler"), "ode"),
        "heun": Entry(N_("Probability flow, Heun"), "ode", calls=2, spared=1),
        "heun_sigma": Entry(N_("Probability flow, Heun in σ"), "ode", calls=2, spared=1, signal=True),
        "rk4": Entry(N_("Probability flow, Runge-Kutta 4"), "ode", calls=4, to_zero=False),
        "adaptive": Entry(N_("Probability flow, adaptive"), "ode", calls=0, to_zero=False),
        "diffusers_ddpm": Entry(N_("diffusers: DDPM"), "chain", random=True, paths=VARIANCE_PRESERVING),
        "diffusers_ddim": Entry(N_("diffusers: DDIM"), "chain", random=True, paths=VARIANCE_PRESERVING),
        "diffusers_dpm_solver": Entry(N_("diffusers: DPM-Solver++"), "ode", paths=VARIANCE_PRESERVING),
        "diffusers_heun": Entry(N_("diffusers: Heun"), "ode", calls=2, spared=1, paths=VARIANCE_PRESERVING),
        "diffusers_flow_euler": Entry(N_("diffusers: flow matching, Euler"), "ode", paths=("linear",)),
    }
)
"""Own samplers first, then those of the diffusers library."""

EMPTY = ("linear", "trigonometric")
"""Processes that end with nothing of the data left."""


def fits(sampler: str, process: str) -> bool:
    """Whether the sampler can run on the process."""
    entry = CATALOGUE[sampler]
    if entry.signal and process in EMPTY:
        return False
    return not entry.paths or process in entry.paths
