"""The small pictures beside hints and cards: one for each on the page as it opens, and none of other settings."""

import pytest
from PIL import Image
from support.pages import ROOT, opened

from playground.commands.thumbnails import configs, wanted_size
from playground.core.registry import FAMILIES
from playground.core.resources import THUMBNAILS
from playground.render.palette import PALETTES
from playground.ui.thumbnails import file


@pytest.mark.parametrize("name", FAMILIES)
def test_every_hint_and_card_has_its_picture_and_no_picture_is_left_over(name):
    """After a change of defaults, hints or cards: `python -m playground.commands.thumbnails`."""
    kind = FAMILIES[name].Config
    shown = {file(name, kind, config.model_dump(), ground) for config in configs(name) for ground in PALETTES}
    assert shown == set(THUMBNAILS.glob(f"{name}-*.webp"))
    for path in shown:
        assert Image.open(path).size == wanted_size()


def test_other_settings_have_another_picture_and_another_seed_the_same():
    kind = FAMILIES["gan"].Config
    one, seeded, other = ({"seed": 0, "r1": 0.1}, {"seed": 5, "r1": 0.1}, {"seed": 0, "r1": 0.2})
    names = [file("gan", kind, kind(**settings).model_dump(), "light") for settings in (one, seeded, other)]
    assert names[0] == names[1] != names[2]


def test_a_page_shows_them_only_where_they_are_of_its_settings():
    def pictures(**settings) -> int:
        page = opened(ROOT / "pages" / "diffusion.py", **settings)
        return sum(element.proto.body.count("<img") for element in page.get("html"))

    assert pictures() >= 6
    assert pictures(diffusion__depth="5") >= 6  # a hint resets what it does not name
    assert pictures(diffusion__data="scurve") <= 1  # of these data there are no pictures
