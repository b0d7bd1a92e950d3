"""Neutral names for members who give none: a colour and an animal, told apart at a glance, and nobody famous."""

from collections.abc import Iterator

from playground.core.i18n import N_, Translate

COLOURS = (
    N_("Blue"),
    N_("Green"),
    N_("Orange"),
    N_("Purple"),
    N_("Red"),
    N_("Silver"),
    N_("Golden"),
    N_("White"),
)
ANIMALS = (
    N_("heron"),
    N_("otter"),
    N_("lynx"),
    N_("owl"),
    N_("seal"),
    N_("fox"),
    N_("swan"),
    N_("hare"),
    N_("dolphin"),
    N_("badger"),
    N_("falcon"),
    N_("beaver"),
    N_("crane"),
    N_("robin"),
    N_("turtle"),
    N_("panda"),
)
COUNT = len(COLOURS) * len(ANIMALS)


def order() -> Iterator[int]:
    """Numbers of aliases in an order in which neighbours share neither colour nor animal."""
    step = len(ANIMALS) + 1  # coprime to the number of both
    return (number * step % COUNT for number in range(COUNT))


def alias(number: int, translate: Translate) -> str:
    """Such as "Blue heron"."""
    colour, animal = COLOURS[number // len(ANIMALS) % len(COLOURS)], ANIMALS[number % len(ANIMALS)]
    return translate(N_("{colour} {animal}")).format(colour=translate(colour), animal=translate(animal))
