"""The samplers by name: title, cost, needs, and the file they are in. This is the only list of samplers: a new one is
a generator of its name in `samplers/`, and one line here. No torch here: settings and pages read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from playground.core.i18n import N_


@dataclass(frozen=True)
class Entry:
    """What is known of a sampler before it runs."""

    title: str
    """A message id."""
    module: str
    """The module of `samplers` that has a generator of the sampler's name."""
    kind: str
    """chain (of Gaussian steps), sde, ode."""
    calls: int = 1
    """Network calls in each step; 0: as many as it takes."""
    spared: int = 0
    """Network calls that the last step does not need."""
    random: bool = False
    """Whether it adds noise on the way (with `eta`: where eta > 0)."""
    eta: bool = False
    """Whether the setting `eta` says how much noise it adds."""
    to_zero: bool = True
    """Whether its last step ends at time 0; otherwise just before, since it calls the network there too."""
    needs_signal: bool = False
    """Whether it needs a process that keeps some signal to the end."""
    even_steps: bool = False
    """Whether it only takes evenly spaced steps."""
    processes: tuple[str, ...] = ()
    """The processes it is made for, where these are few."""
    scheduler: str = ""
    """The scheduler class of the diffusers library that computes it, if one does."""
    pretrained: bool = False
    """Whether pretrained pipelines of diffusers run under it."""

    def steps(self, nfe: int) -> int:
        """The most steps that cost no more than `nfe` calls, at least one."""
        return max(1, (nfe + self.spared) // self.calls) if self.calls else nfe

    @property
    def file(self) -> str:
        """The source file, from the family's folder."""
        return f"samplers/{self.module}.py"


VARIANCE_PRESERVING = ("ddpm", "vp")
ZERO_TERMINAL_SNR = ("linear", "trigonometric")
"""Processes that end without any signal."""


def _diffusers(title: str, kind: str, scheduler: str, **more) -> Entry:
    more = {"processes": VARIANCE_PRESERVING, "pretrained": True} | more
    return Entry(title, "diffusers_adapter", kind, scheduler=scheduler, **more)


CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {
        "ddpm": Entry(N_("DDPM"), "ddpm", "chain", random=True, pretrained=True),
        "ddpm_large": Entry(N_("DDPM, large variance"), "ddpm", "chain", random=True, pretrained=True),
        "ddim": Entry(N_("DDIM"), "ddim", "chain", random=True, eta=True, pretrained=True),
        "dpm_solver": Entry(N_("DPM-Solver++ (2M)"), "dpm_solver", "ode", pretrained=True),
        "euler_maruyama": Entry(N_("Reverse SDE (Euler-Maruyama)"), "sde", "sde", random=True),
        "predictor_corrector": Entry(N_("Reverse SDE, predictor-corrector"), "sde", "sde", calls=2, random=True),
        "euler": Entry(N_("Probability flow, Euler"), "ode", "ode"),
        "heun": Entry(N_("Probability flow, Heun"), "ode", "ode", calls=2, spared=1),
        "heun_sigma": Entry(
            N_("Probability flow, Heun in σ"), "ode", "ode", calls=2, spared=1, needs_signal=True, pretrained=True
        ),
        "rk4": Entry(N_("Probability flow, Runge-Kutta 4"), "ode", "ode", calls=4, to_zero=False),
        "adaptive": Entry(N_("Probability flow, adaptive"), "ode", "ode", calls=0, to_zero=False),
        "diffusers_ddpm": _diffusers(N_("diffusers: DDPM"), "chain", "DDPMScheduler", random=True),
        "diffusers_ddim": _diffusers(
            N_("diffusers: DDIM"), "chain", "DDIMScheduler", random=True, eta=True, even_steps=True
        ),
        "diffusers_dpm_solver": _diffusers(N_("diffusers: DPM-Solver++"), "ode", "DPMSolverMultistepScheduler"),
        "diffusers_heun": _diffusers(N_("diffusers: Heun"), "ode", "HeunDiscreteScheduler", calls=2, spared=1),
        "diffusers_flow_euler": _diffusers(
            N_("diffusers: flow matching, Euler"),
            "ode",
            "FlowMatchEulerDiscreteScheduler",
            processes=("linear",),
            pretrained=False,
        ),
    }
)
"""Own samplers first, then those of the diffusers library."""
PRETRAINED = tuple(name for name, entry in CATALOGUE.items() if entry.pretrained)
"""Samplers for pretrained pipelines of diffusers."""


def fits(sampler: str, process: str, independent: bool = True) -> bool:
    """Whether the sampler can run on the process; `independent`: noise and data were paired independently in training
    (see `constraints.independent_noise`), without which there is no score for samplers that add noise."""
    entry = CATALOGUE[sampler]
    if entry.needs_signal and process in ZERO_TERMINAL_SNR or not independent and is_random(sampler, 0.0):
        return False
    return not entry.processes or process in entry.processes


def has_eta(sampler: str) -> bool:
    """Whether the sampler adds as much noise as `eta` says."""
    return sampler in CATALOGUE and CATALOGUE[sampler].eta


def is_random(sampler: str, eta: float) -> bool:
    """Whether the sampler adds noise on the way, with this eta."""
    entry = CATALOGUE[sampler]
    return entry.random and (not entry.eta or eta > 0)
