"""Where and how a run computes, in words: the choices of two settings that every family has (`config.Config`)."""

from .i18n import N_

EXECUTIONS = {
    "auto": N_("automatic"),
    "graphed": N_("graphed"),
    "traced": N_("traced"),
    "eager": N_("eager"),
    "compiled": N_("compiled"),
}
EXECUTION_HELP = N_(
    "How a training step runs. All give the same result. Automatic: traced, on a CUDA GPU graphed; both start at once. "
    "Eager is slower. Compiled needs up to a minute to prepare."
)
DEVICES = {"auto": N_("automatic"), "cpu": "CPU", "cuda": "CUDA", "mps": "MPS"}
DEVICE_HELP = N_(
    "The device for all computations. Automatic uses a CUDA GPU if there is one; there, what is computed again may "
    "differ by rounding."
)
