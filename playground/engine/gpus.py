"""The GPUs of this machine: one worker process for each, whose turns all runs on it share.

Small models of several processes would hardly run beside each other on a GPU, and each process keeps half a gigabyte of
its memory. The other workers see no GPU.
"""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from playground.core.config import Config
from playground.core.i18n import N_

from .executors import Slot
from .limits import Limits

log = logging.getLogger(__name__)

ASK = "import torch; print(torch.cuda.device_count())"
ASKING_S = 120.0
HIDDEN = {"CUDA_VISIBLE_DEVICES": ""}
"""The environment of workers that see none."""
GPU_FULL = N_(
    "The GPU's memory is not enough for your run. It goes on with the processor, and nothing of it was lost. A smaller "
    "batch or model needs less."
)


def gpu_count(limits: Limits) -> int:
    """How many GPUs runs are trained on: those that torch finds, unless the operator says how many. Asked of a process
    of its own, and only where there is a driver: the server does not import torch."""
    if limits.gpus >= 0 or shutil.which("nvidia-smi") is None:
        return max(limits.gpus, 0)
    try:
        asked = [sys.executable, "-c", ASK]
        return int(subprocess.run(asked, capture_output=True, text=True, timeout=ASKING_S, check=True).stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        log.error("GPUs are not used: %s", error)
        return 0


def environment(number: int) -> dict[str, str]:
    """Of the worker of that GPU, counted among those that this process sees."""
    visible = [name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name]
    # Without a workspace of fixed size cuBLAS may sum in another order each time ("Results reproducibility").
    return {"CUDA_VISIBLE_DEVICES": visible[number] if visible else str(number), "CUBLAS_WORKSPACE_CONFIG": ":4096:8"}


def fitting(slots: Sequence[Slot], config: Config) -> list[Slot]:
    """The workers for these settings: those with a GPU where there are any, unless another device was chosen."""
    gpu = config.device in ("auto", "cuda") and any(slot.gpu for slot in slots)
    return [slot for slot in slots if slot.gpu == gpu]
