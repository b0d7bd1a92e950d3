"""One update as a pure function of tensors, and the ways to execute it.

An update takes dicts of tensors (the state first, then settings, batch, ...) and returns the next
state, a dict with the same names, and its scalars. `prepare` makes a `Program` of it. Parameters
travel as one flat vector each (`Flat`), so that an optimiser is a few operations on long vectors.
"""

import contextlib
import copy
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
import torch._inductor  # make_fx imports it when first used: a second better spent at start than in a first step
from torch import Tensor, nn
from torch.fx.experimental.proxy_tensor import make_fx

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.stopwatch import PREPARING

from .graphs import Graph
from .rewriting import constants_as_tensors, expand_thin_products, simplify

Tensors = dict[str, Tensor]
Update = Callable[..., tuple[Tensors, Tensors]]


NO_DEVICE = N_("There is no {name} GPU here. Choose the device “automatic” or “CPU”.")


def device(name: str) -> torch.device:
    """The device of that name; `UserError` where there is none. `auto` takes a GPU where its steps can be graphs, which
    Apple's have not: small models would wait for Python at each operation."""
    known = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}
    if name in known and not known[name]():
        raise UserError(NO_DEVICE, name=name.upper())
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Flat:
    """Where the parameters of a module lie in one flat vector."""

    def __init__(self, module: nn.Module):
        self.shapes = {name: parameter.shape for name, parameter in module.named_parameters()}
        self.sizes = [shape.numel() for shape in self.shapes.values()]
        self.size = sum(self.sizes)

    def views(self, vector: Tensor) -> Tensors:
        """The named parameters in `vector` (size,), sharing its memory."""
        parts = zip(self.shapes.items(), vector.split(self.sizes), strict=True)
        return {name: part if len(shape) == 1 else part.view(shape) for (name, shape), part in parts}

    def leaves(self, vector: Tensor) -> Tensors:
        """The same, as tensors that gradients can be taken of."""
        return {name: part.detach().requires_grad_() for name, part in self.views(vector).items()}

    def join(self, tensors: Mapping[str, Tensor]) -> Tensor:
        """Named parameters as one vector (size,)."""
        return join(tensors[name] for name in self.shapes)


def join(tensors: Iterable[Tensor]) -> Tensor:
    """Tensors of any shapes, one after the other in one vector."""
    return torch.cat([tensor.flatten() for tensor in tensors])


def gradient(loss: Tensor, leaves: Mapping[str, Tensor]) -> Tensor:
    """The gradient of `loss` by `leaves`, as one flat vector."""
    return join(torch.autograd.grad(loss, list(leaves.values())))


class Program:
    """A prepared update: call it with dicts that have the names of the example's.

    `execution` is how it is really executed: traced, where compiling was asked for but failed.
    """

    def __init__(
        self, function: Callable[..., tuple[Tensor, ...]], execution: str, state: Iterable[str], scalars: Iterable[str]
    ):
        self.execution, self._function = execution, function
        self._state, self._scalars = tuple(state), tuple(scalars)

    def __call__(self, *inputs: Mapping[str, Tensor]) -> tuple[Tensors, dict[str, Any]]:
        """The next state and the scalars as numbers (an ensemble's: lists of numbers). The state may be inference
        tensors (a tenth quicker): clone what is to take part in gradients elsewhere."""
        *state, scalars = self._function(*(tensor for group in inputs for tensor in group.values()))
        return (dict(zip(self._state, state, strict=True)), dict(zip(self._scalars, scalars.tolist(), strict=True)))


def prepare(update: Update, example: tuple[Tensors, ...], execution: str) -> Program:
    """Make a program of `update`, for tensors shaped like those of `example`.

    eager: as written. traced: the recorded list of its operations, replayed without Python; the same
    to the bit. graphed: the recorded list of its kernels, on CUDA; elsewhere traced. compiled: fused kernels, equal to
    rounding; where there is no working compiler, traced.
    """
    with PREPARING:
        function, tensors, state, scalars = _flat(update, example)
        function, execution = EXECUTIONS[settled(execution, tensors[0].device)](function, tensors)
        return Program(function, execution, state, scalars)


def ensemble(update: Update, example: tuple[Tensors, ...], count: int, execution: str) -> Program:
    """Make one program that updates `count` models of one architecture, each as `update` alone does, to rounding.

    `example` is that of one model; the program takes, and returns, tensors with a leading axis (count, ...),
    settings such as the learning rate too; each scalar becomes a list of `count` numbers. The gradients are
    recorded for one model, and the recorded operations then carried over to many: products of matrices become
    batched ones, which pays while batches are small.
    """
    function, tensors, state, scalars = _flat(update, example)
    outputs = (*[0] * len(state), 1)
    together = torch.vmap(_record(function, tensors), out_dims=outputs)
    many = tuple(tensor.expand(count, *tensor.shape).clone() for tensor in tensors)
    together, execution = EXECUTIONS[settled(execution, many[0].device)](together, many)
    return Program(together, execution, state, scalars)


def _flat(update: Update, example: tuple[Tensors, ...]) -> tuple[Callable, tuple[Tensor, ...], Tensors, Tensors]:
    """The update as a function of tensors in a row, the example's tensors, and the names of what it returns."""
    # Copies: two names for one tensor would be recorded as one input.
    tensors = tuple(tensor.clone() for group in example for tensor in group.values())
    state, scalars = update(*example)

    def flat(*tensors: Tensor) -> tuple[Tensor, ...]:
        left = iter(tensors)
        after, values = update(*({name: next(left) for name in group} for group in example))
        return (*after.values(), torch.stack([value.detach() for value in values.values()]))

    return flat, tensors, state, scalars


def _eager(function: Callable, example: tuple[Tensor, ...]) -> tuple[Callable, str]:
    return function, "eager"


def _traced(function: Callable, example: tuple[Tensor, ...]) -> tuple[Callable, str]:
    return _script(_record(function, example), example), "traced"


def _graphed(function: Callable, example: tuple[Tensor, ...]) -> tuple[Callable, str]:
    return Graph(function, example), "graphed"


def _compiled(function: Callable, example: tuple[Tensor, ...]) -> tuple[Callable, str]:
    recorded = _record(function, example)
    options = {"cpp_wrapper": True} if example[0].device.type == "cpu" else {}
    try:
        with _quiet(), torch.no_grad():  # by itself: torch.compile's checks of its inputs take a tenth of a small step
            fused = torch._inductor.standalone_compile(
                expand_thin_products(copy.deepcopy(recorded)),
                list(example),
                dynamic_shapes="from_example_inputs",
                options={"config_patches": options},
            )
            fused(*example)
    except Exception:  # a missing compiler, a broken cache, ...: whatever it is, traced computes the same
        return _script(recorded, example), "traced"
    return torch.inference_mode()(fused), "compiled"


def _record(function: Callable, example: tuple[Tensor, ...]) -> torch.fx.GraphModule:
    """All operations of `function`, those of its gradients too, as one graph without autograd."""
    return simplify(make_fx(function)(*example))


def _script(recorded: torch.fx.GraphModule, example: tuple[Tensor, ...]) -> Callable[..., Any]:
    """The only place that knows TorchScript, which is deprecated: a faster replay of the same operations.

    Its optimiser is off: measured, it gains nothing here and stalls the first two calls by 15 to 70 ms.
    """
    with _quiet():
        script: Any = torch.jit.trace(constants_as_tensors(recorded), example, check_trace=False)

    def replay(*tensors: Tensor) -> tuple[Tensor, ...]:
        with torch.inference_mode(), torch.jit.optimized_execution(False):
            return script(*tensors)

    return replay


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without TorchScript's notes about its own deprecation (torch's compiler uses it as well)."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message=r".*torch\.jit\..* is (deprecated|not supported)", category=DeprecationWarning
        )
        yield


EXECUTIONS = {"eager": _eager, "traced": _traced, "graphed": _graphed, "compiled": _compiled}


def settled(execution: str, device: torch.device) -> str:
    """How a step is executed there for which `execution` was chosen: `auto` is what starts at once and is fast."""
    if execution in ("auto", "graphed"):
        return "graphed" if device.type == "cuda" else "traced"
    return execution
