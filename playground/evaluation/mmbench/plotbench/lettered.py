"""The questions with their letters: which option is A is drawn so that every letter is the key equally often."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playground.data.generators import generator

from .item import Item, Source
from .kinds import KINDS

LETTERS = "ABCD"


@dataclass(frozen=True)
class Lettered:
    kind: str
    item: Item
    options: Mapping[str, str]
    answer: str


def lettered(seed: int = 0) -> Iterator[Lettered]:
    """All questions of a seed, kind by kind. Of each kind every letter is the key equally often; the other options
    stand in random order."""
    for name, kind in KINDS.items():
        chance = generator(seed, f"plotbench {name} letters")
        keys = chance.permutation([LETTERS[k % kind.options] for k in range(kind.count)])
        for number, key in enumerate(keys):
            item = kind.make(Source(name, seed, number))
            texts = [item.wrong[k] for k in chance.permutation(len(item.wrong))]
            texts.insert(LETTERS.index(key), item.right)
            yield Lettered(name, item, dict(zip(LETTERS, texts, strict=False)), str(key))
