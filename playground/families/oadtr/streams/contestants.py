"""The models of a run: what they are called, and their colours."""

from playground.core.layers import Role

from ..config import TITLES, OadtrConfig

ROLES: tuple[Role, ...] = ("generated", "truth", "gradient")
"""The colours of a run's models, in their order."""


def titles_of(config: OadtrConfig) -> tuple[str, ...]:
    """What the models of a run are called, in their order."""
    return tuple(TITLES[name] for name in config.contestants)
