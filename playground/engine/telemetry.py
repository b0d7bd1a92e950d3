"""What a server counts of its own work, for those who run it: `live/metrics.py` shows it to them.

Names and units follow Prometheus (seconds, bytes, `_total` for what only grows); nothing here names a visitor.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

WAITS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds of the classes of the histograms, in seconds."""


class Telemetry:
    """Of one server. What can be looked up at any time is not counted here."""

    def __init__(self):
        self.registry = CollectorRegistry()
        self.chunks = Counter("playground_chunks", "Chunks of training that workers gave back", registry=self.registry)
        self.steps = Counter("playground_steps", "Steps of training in them", registry=self.registry)
        self.queue_wait = Histogram(
            "playground_queue_wait_seconds",
            "From asking for a turn to getting it: training, questions, files, pages",
            buckets=WAITS_S,
            registry=self.registry,
        )
        self.frame_latency = Histogram(
            "playground_frame_latency_seconds",
            "From a worker's answer until a viewer's frame of it was handed to the network, after it was written",
            buckets=WAITS_S,
            registry=self.registry,
        )
        self.invalid = Counter(
            "playground_invalid_messages",
            "Messages of browsers that were refused as invalid",
            ["socket"],
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
