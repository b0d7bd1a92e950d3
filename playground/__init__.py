"""A playground of generative models: the package works without the app."""

__version__ = "0.1.0"
