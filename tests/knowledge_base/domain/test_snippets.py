from knowledge_base.domain.snippets import LENGTH, snippet

LONG = (
    "We pack with care. " * 30
    + "A refund for a broken lamp takes three days. "
    + "Thank you for waiting. " * 30
)


def test_short_text_is_shown_whole() -> None:
    assert snippet("Three days.", ["days"]) == "Three days."


def test_piece_with_most_of_the_words_is_shown() -> None:
    found = snippet(LONG, ["refund", "broken", "lamp"])
    assert found.startswith("… ")
    assert "refund for a broken lamp takes three days" in found
    assert len(found) <= LENGTH + 4


def test_beginning_is_shown_without_any_of_the_words() -> None:
    assert snippet(LONG, ["zebra", "a"]).startswith("We pack with care.")


def test_text_without_spaces_is_cut_all_the_same() -> None:
    assert len(snippet("返品" * 500, ["返品"])) <= LENGTH + 4
