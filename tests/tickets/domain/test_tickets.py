"""What stands on every ticket's row."""

import pytest

from tickets.domain.tickets import preview_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Please send:\n  * the invoice\n  * a photo", "Please send: · the invoice · a photo"),
        ("- one\n- two", "one · two"),
        ("2 * 3 is\nsix -- or not", "2 * 3 is six -- or not"),
        ("", ""),
    ],
)
def test_preview_is_one_line_with_a_lists_points_between(text: str, shown: str) -> None:
    assert preview_of(text) == shown
