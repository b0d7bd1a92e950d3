"""Detectors on streams: what is computed of them, and how it is shown."""
