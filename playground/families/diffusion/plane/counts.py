"""How many points of the plane are drawn and scored: on the stage and in panels alike."""

SHOWN_COUNT, TRACK_COUNT, LIVE_COUNT, THOROUGH_COUNT = 300, 60, 500, 2000
"""Points of the cloud, those that leave a track, and samples that are scored live and thoroughly."""
