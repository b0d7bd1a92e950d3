"""A stick figure that waves, squats and kicks: generated, so that every label is exact.

A body of thirteen joints follows from nine angles and the place of the hip (forward kinematics). Between two actions it
stands, walks, leans or scratches its head. Several motions begin in the same way: a raised arm may become a wave, a
raise or a scratch, and bending knees a squat or sitting down.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from playground.core.i18n import N_

from .motions import ACTIONS, BACKGROUND_MOTIONS, FPS, MOTIONS, REST, Column
from .stream_data import BACKGROUND, StreamData

JOINTS = ("hip", "neck", "head", "left shoulder", "right shoulder", "left elbow", "right elbow", "left hand")
JOINTS += ("right hand", "left knee", "right knee", "left foot", "right foot")
HIP, NECK, HEAD = range(3)
SHOULDERS, ELBOWS, HANDS, KNEES, FEET = (slice(at, at + 2) for at in range(3, 13, 2))
LIMBS = ((HIP, NECK), (NECK, HEAD), (3, 4), (3, 5), (5, 7), (4, 6), (6, 8), (HIP, 9), (9, 11), (HIP, 10), (10, 12))
"""Between which joints lines are drawn."""
TORSO, SKULL, SHOULDER, ARM, LEG = 0.46, 0.17, 0.14, 0.25, 0.38
"""Lengths; of arms and legs, each of their two halves. The frame is 2 high."""
GROUND = -0.85
DRAWN = 1.2
"""The frame in which it is drawn reaches so far from the middle: joints scatter by their noise."""
SIDES = np.array([-1.0, 1.0])
FRAMES = 300
"""Of each stream."""
STREAMS = {"train": 70, "valid": 10, "test": 20}
SEED = 14
NOISE = 0.05
"""Deviation of each coordinate, as that of a detector of joints."""
MEDIAN_LENGTH, LOG_DEVIATION, SHORTEST, LONGEST = 17.0, 0.75, 5, 60
"""Lengths of motions in frames are log-normal, as the instances of THUMOS14 are, and clipped."""
ANOTHER = 0.5
"""How likely one background motion is followed by another: two on average, which gives the background two thirds of
all frames, as in THUMOS14."""


@dataclass(frozen=True, kw_only=True)
class StickFigure(StreamData):
    """Coordinates of the joints, each stream with a body of its own."""

    name: str = "stick"
    title: str = N_("Stick figure")

    @property
    def description(self) -> str:
        return N_(
            "The joints of a stick figure, which waves, squats or kicks, and between two actions walks or stands."
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        return (N_("background"), *ACTIONS.values())

    @property
    def fps(self) -> float:
        return FPS

    @property
    def dim(self) -> int:
        return 2 * len(JOINTS)

    def recorded(self, part: str) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        return _generated(part)

    def skeleton(self, features: np.ndarray) -> np.ndarray:
        joints = self.unscaled(features).reshape(len(features), len(JOINTS), 2)
        return joints[:, np.array(LIMBS)] / DRAWN


def joints(poses: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """Where the joints are of poses (frames, 11), angles in radians: (frames, 13, 2). The lower foot is on the ground,
    or as high above it as the pose says."""
    torso, arms, elbows = poses[:, Column.TORSO], poses[:, Column.ARMS], poses[:, Column.ELBOWS]
    thighs, knees = poses[:, Column.THIGHS], poses[:, Column.KNEES]
    found = np.zeros((len(poses), len(JOINTS), 2))
    legs = LEG * (np.cos(thighs) + np.cos(thighs - knees))  # (frames, 2): how far each foot is below the hip
    up = np.stack([np.sin(torso), np.cos(torso)], 1)  # (frames, 2)
    across = np.stack([np.cos(torso), -np.sin(torso)], 1)
    found[:, HIP, 1] = legs.max(1) + poses[:, Column.LIFT]
    found[:, NECK] = found[:, HIP] + TORSO * up
    found[:, HEAD] = found[:, NECK] + SKULL * up
    found[:, SHOULDERS] = found[:, NECK, None] + SHOULDER * SIDES[:, None] * across[:, None]
    found[:, ELBOWS] = found[:, SHOULDERS] + ARM * _from_below(arms)
    found[:, HANDS] = found[:, ELBOWS] + ARM * _from_below(arms + elbows)
    found[:, KNEES] = found[:, HIP, None] + LEG * _from_below(thighs)
    found[:, FEET] = found[:, KNEES] + LEG * _from_below(thighs - knees)
    return scale * found + np.stack([poses[:, Column.PLACE], np.full(len(poses), GROUND)], 1)[:, None]


def _from_below(angles: np.ndarray) -> np.ndarray:
    """Unit vectors at these angles (frames, 2) from straight down, outwards on either side: (frames, 2, 2)."""
    return np.stack([SIDES * np.sin(angles), -np.cos(angles)], -1)


@lru_cache(maxsize=3)
def _generated(part: str) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    random = np.random.default_rng([SEED, list(STREAMS).index(part)])
    return tuple(_stream(random) for _ in range(STREAMS[part]))


def _stream(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Features (FRAMES, 26) float32 and labels (FRAMES,) int64."""
    poses, labels = motion(random)
    found = joints(poses, scale=random.uniform(0.93, 1.0)) + NOISE * random.normal(size=(FRAMES, len(JOINTS), 2))
    return found.reshape(FRAMES, -1).astype(np.float32), labels


def motion(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What a figure does: poses (FRAMES, 11) in radians, labels (FRAMES,) int64."""
    place, poses, labels, total, resting = random.uniform(-0.2, 0.2), [], [], 0, True
    while total < FRAMES:
        name = str(random.choice(BACKGROUND_MOTIONS if resting else list(ACTIONS)))
        length = int(np.clip(random.lognormal(np.log(MEDIAN_LENGTH), LOG_DEVIATION), SHORTEST, LONGEST))
        pose = REST + MOTIONS[name](length, random)  # (length, 11)
        pose[:, Column.PLACE] = place - np.copysign(pose[:, Column.PLACE], place)  # it walks towards the middle
        place = pose[-1, Column.PLACE]
        poses.append(pose)
        labels.append(np.full(length, BACKGROUND if resting else 1 + list(ACTIONS).index(name)))
        total += length
        resting = resting and random.random() < ANOTHER if resting else True
    return np.concatenate(poses)[:FRAMES], np.concatenate(labels)[:FRAMES].astype(np.int64)
