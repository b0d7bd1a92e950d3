"""How often weights are validated, and how a frame says that they were not yet."""

VALIDATE_EVERY = 50
"""Steps after which weights are validated, and kept if they are the best so far."""
NOT_VALIDATED = 6e4
"""Nats of weights that were not validated yet; half precision, in which frames travel, still holds it."""
