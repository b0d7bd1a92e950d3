"""Several steps of a training as one update, for devices that would wait for Python between two of them."""

from collections.abc import Iterable, Mapping, Sequence

from .learner import Tensors, Update


def in_a_row(updates: Sequence[Update], steps: int) -> Update:
    """Several steps, each made of these updates, as one update. It takes the batches of all updates, in their order,
    with names like "0.x", and gives scalars with names like "0.loss", the number of the step in front: see `rows`."""

    def update(state: Tensors, settings: Tensors, batches: Tensors) -> tuple[Tensors, Tensors]:
        scalars: Tensors = {}
        parts = {number: {} for number in range(steps * len(updates))}
        for name, tensor in batches.items():
            number, _, own = name.partition(".")
            parts[int(number)][own] = tensor
        for number, batch in parts.items():
            state, values = updates[number % len(updates)](state, settings, batch)
            scalars |= {f"{number // len(updates)}.{name}": value for name, value in values.items()}
        return state, scalars

    return update


def numbered(batches: Iterable[Tensors]) -> Tensors:
    """The batches of updates in a row as `in_a_row` takes them."""
    return {f"{number}.{name}": tensor for number, batch in enumerate(batches) for name, tensor in batch.items()}


def rows(scalars: Mapping[str, float], steps: int) -> list[dict[str, float]]:
    """The scalars of each of the steps in a row."""
    found: list[dict[str, float]] = [{} for _ in range(steps)]
    for name, value in scalars.items():
        number, _, own = name.partition(".")
        found[int(number)][own] = value
    return found
