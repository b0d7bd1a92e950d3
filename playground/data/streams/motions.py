"""What the stick figure can do: each motion as eleven numbers per frame, which begin and end at rest.

A motion is a function of its length in frames and of a generator, which chooses the side and how far it goes. Angles
are in degrees: of the torso to the right, of limbs outwards from hanging down, of elbows and knees from straight.
"""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from playground.core.i18n import N_

FPS = 10.0


class Column:
    """The numbers of a pose; of two, the left one (as seen) comes first."""

    TORSO: ClassVar[int] = 0
    ARMS: ClassVar[slice] = slice(1, 3)
    ELBOWS: ClassVar[slice] = slice(3, 5)
    THIGHS: ClassVar[slice] = slice(5, 7)
    KNEES: ClassVar[slice] = slice(7, 9)
    PLACE: ClassVar[int] = 9
    """Of the hip, to the right; the frame reaches from -1 to 1."""
    LIFT: ClassVar[int] = 10
    """Of the feet above the ground."""


ANGLES = 9
REST = np.zeros(11)
REST[Column.ARMS], REST[Column.THIGHS] = np.radians(8), np.radians(6)
SQUAT_THIGHS, SQUAT_KNEES = 68.0, 92.0

Motion = Callable[[int, np.random.Generator], np.ndarray]
"""(length, generator) -> (length, 11) what is added to the pose at rest, angles in radians."""


class Pose:
    """A motion in the making: time, a side and an extent by lot, and its numbers."""

    def __init__(self, length: int, random: np.random.Generator):
        self.u = (np.arange(length) + 0.5) / length
        """The share of the motion that is over: (length,)"""
        self.seconds = np.arange(length) / FPS
        self.side = int(random.integers(2))
        self.far = random.uniform(0.85, 1.08)
        self.phase = random.uniform(0, 2 * np.pi)
        self.numbers = np.zeros((length, 11))

    def swing(self, hertz: float) -> np.ndarray:
        """Between -1 and 1, so many times a second: (length,)"""
        return np.sin(2 * np.pi * hertz * self.seconds + self.phase)

    def times(self, frames: float) -> np.ndarray:
        """There and back in about so many frames, a whole number of times, between 0 and 1: (length,)"""
        count = max(1, round(len(self.u) / frames))
        return np.sin(np.pi * count * self.u) ** 2

    def done(self) -> np.ndarray:
        """The numbers, angles in radians."""
        self.numbers[:, :ANGLES] = np.radians(self.numbers[:, :ANGLES])
        return self.numbers


def held(u: np.ndarray, rise: float, wait: float = 0.0) -> np.ndarray:
    """From 0 to 1 in the share `rise` of the motion, after the share `wait`, and back at its end."""
    return _smooth((u - wait) / rise) * _smooth((1 - u) / rise)


def _smooth(x: np.ndarray) -> np.ndarray:
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def wave(length: int, random: np.random.Generator) -> np.ndarray:
    """An arm goes up; then the forearm swings."""
    pose = _arm_up(length, random, 132)
    pose.numbers[:, Column.ELBOWS.start + pose.side] = held(pose.u, 0.2, wait=0.2) * (28 + 34 * pose.swing(1.4))
    return pose.done()


def raise_hand(length: int, random: np.random.Generator) -> np.ndarray:
    """An arm goes up straight, and stays there."""
    return _arm_up(length, random, 158).done()


def scratch(length: int, random: np.random.Generator) -> np.ndarray:
    """An arm goes up; then the hand is at the head."""
    pose = _arm_up(length, random, 118)
    pose.numbers[:, Column.ELBOWS.start + pose.side] = held(pose.u, 0.2, wait=0.2) * (122 + 10 * pose.swing(2.2))
    return pose.done()


def _arm_up(length: int, random: np.random.Generator, degrees: float) -> Pose:
    """How a wave, a raise and a scratch begin."""
    pose = Pose(length, random)
    pose.numbers[:, Column.ARMS.start + pose.side] = pose.far * degrees * held(pose.u, 0.35)
    return pose


def squat(length: int, random: np.random.Generator) -> np.ndarray:
    """The knees bend, and straighten at once."""
    pose = Pose(length, random)
    return _bent(pose, pose.times(24))


def sit(length: int, random: np.random.Generator) -> np.ndarray:
    """The knees bend as in a squat, and stay so for a while."""
    pose = Pose(length, random)
    return _bent(pose, held(pose.u, 0.3))


def _bent(pose: Pose, much: np.ndarray) -> np.ndarray:
    pose.numbers[:, Column.THIGHS] = (pose.far * SQUAT_THIGHS * much)[:, None]
    pose.numbers[:, Column.KNEES] = (pose.far * SQUAT_KNEES * much)[:, None]
    return pose.done()


def kick(length: int, random: np.random.Generator) -> np.ndarray:
    """A leg swings out, once or several times; the torso leans the other way."""
    pose = Pose(length, random)
    much = pose.far * pose.times(14)
    pose.numbers[:, Column.THIGHS.start + pose.side] = 72 * much
    pose.numbers[:, Column.TORSO] = (10 if pose.side == 0 else -10) * much
    return pose.done()


def jumping_jack(length: int, random: np.random.Generator) -> np.ndarray:
    """Arms and legs go apart in a jump, and together in the next."""
    pose = Pose(length, random)
    much = pose.far * pose.times(11)
    pose.numbers[:, Column.ARMS] = (150 * much)[:, None]
    pose.numbers[:, Column.THIGHS] = (24 * much)[:, None]
    pose.numbers[:, Column.LIFT] = 0.24 * much * np.clip(1 - much, 0, 1)
    return pose.done()


def idle(length: int, random: np.random.Generator) -> np.ndarray:
    """It stands and sways a little."""
    pose = Pose(length, random)
    pose.numbers[:, Column.TORSO] = 2.5 * held(pose.u, 0.2) * pose.swing(0.3)
    return pose.done()


def walk(length: int, random: np.random.Generator) -> np.ndarray:
    """Legs and arms swing, and the hip goes sideways."""
    pose = Pose(length, random)
    much = pose.far * held(pose.u, 0.2) * pose.swing(0.9)
    pose.numbers[:, Column.THIGHS] = (20 * much)[:, None]
    pose.numbers[:, Column.ARMS] = (-16 * much)[:, None]
    pose.numbers[:, Column.PLACE] = min(0.03 * length, 0.35) * _smooth(pose.u)
    return pose.done()


def lean(length: int, random: np.random.Generator) -> np.ndarray:
    """The torso leans to one side."""
    pose = Pose(length, random)
    pose.numbers[:, Column.TORSO] = (24 if pose.side else -24) * pose.far * held(pose.u, 0.4)
    return pose.done()


ACTIONS: dict[str, str] = {
    "wave": N_("wave"),
    "raise": N_("raise a hand"),
    "squat": N_("squat"),
    "sit": N_("sit down"),
    "kick": N_("kick"),
    "jumping_jack": N_("jumping jack"),
}
"""What is to be detected: name -> how it is called on screen."""
BACKGROUND_MOTIONS = ("idle", "walk", "scratch", "lean")
MOTIONS: dict[str, Motion] = {
    "wave": wave,
    "raise": raise_hand,
    "squat": squat,
    "sit": sit,
    "kick": kick,
    "jumping_jack": jumping_jack,
    "idle": idle,
    "walk": walk,
    "scratch": scratch,
    "lean": lean,
}
