import pytest

from carecenter.lib import icons
from tickets.templatetags import desk


@pytest.mark.parametrize("names", [desk.KIND_ICONS, desk.STATUS_ICONS, desk.DELIVERY_ICONS])
def test_icons_chosen_in_python_are_built(names: dict[str, str]) -> None:
    for name in names.values():
        assert icons.svg(name).startswith("<svg")


def test_links_escapes_all_but_the_links() -> None:
    shown = desk.links('see https://a.example/?x=1&y=2 <b onclick="x">')
    assert 'href="https://a.example/?x=1&amp;y=2"' in shown
    assert "&lt;b onclick=" in shown
    assert "referrerpolicy" in shown
    assert desk.links("javascript:alert(1)") == "javascript:alert(1)"
