"""A brand's colour on the pages of customers: readable whatever it is."""

import random

import pytest

from accounts.models import Brand
from carecenter.lib.colours import contrast
from portal.domain.looks import DARK_GROUND, LIGHT_GROUND, look_of

SOME = random.Random("colours")
COLOURS = ["#ffffff", "#000000", "#ffff00", "#2f6f4f", "#b4532a", "#6b3f69", "#808080", "#00ff00", "#0000ff"]
COLOURS += [f"#{SOME.randrange(1 << 24):06x}" for _ in range(60)]


@pytest.mark.parametrize("colour", COLOURS)
def test_words_in_a_brands_colour_can_be_read(colour: str) -> None:
    look = look_of(Brand(name="Any", color=colour))

    assert contrast(look.on_colour, look.colour) >= 4.5
    assert contrast(look.link_light, LIGHT_GROUND) >= 4.5
    assert contrast(look.link_dark, DARK_GROUND) >= 4.5


def test_colour_that_can_be_read_stays_as_it_is() -> None:
    assert look_of(Brand(name="Any", color="#1d4ed8")).link_light == "#1d4ed8"


@pytest.mark.parametrize(("name", "initial"), [("Harrowfell", "H"), ("  &ørsted", "Ø"), ("…", "?")])
def test_sign_is_the_first_letter(name: str, initial: str) -> None:
    look = look_of(Brand(name=name, color="#2f6f4f"))

    assert look.initial == initial
    assert look.icon.startswith("data:image/svg+xml,%3Csvg")


def test_page_without_a_brand_has_a_look() -> None:
    assert look_of(None).colour == "#3f51d9"
