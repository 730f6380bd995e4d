import pytest

from carecenter.lib.colours import luminance, safe_colour, text_on


@pytest.mark.parametrize(
    "colour", ["#3f51d9", "#ffd400", "#00a37a", "#ffffff", "#000000", "#767676", "#ff0000"]
)
def test_text_on_a_colour_is_readable(colour):
    light, text = luminance(colour), luminance(text_on(colour))
    assert (max(light, text) + 0.05) / (min(light, text) + 0.05) >= 4.5


def test_what_is_no_colour_is_ours():
    assert [safe_colour(one) for one in ("red; } body {", "", "#12345", "#abcdef")] == ["#3f51d9"] * 3 + [
        "#abcdef"
    ]
