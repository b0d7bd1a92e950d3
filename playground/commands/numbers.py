"""Numbers on the command line that are no settings of a family."""

from playground.core.config import Config, specs
from playground.core.errors import UserError


def check_between(flag: str, value: float, low: float, high: float) -> None:
    """`UserError` unless the number is between both, or one of them."""
    if not low <= value <= high:
        raise UserError("{flag} must be from {low} to {high}, not {value}.", flag=flag, low=low, high=high, value=value)


def check_seed(value: int) -> None:
    """`UserError` unless a run could have this seed."""
    seed = next(spec for spec in specs(Config) if spec.name == "seed")
    check_between("--seed", value, *seed.bounds)
