"""Texts into words."""

from tickets.domain.search import words


def test_long_texts_without_spaces_are_not_remembered() -> None:
    words._kept_words_in.cache_clear()

    assert "返品" in words.words_of("返品方法" * 100)
    address = words.words_of("dana.duarte@mail.example")
    assert address == words.words_of("dana.duarte@mail.example")
    assert "duarte" in address
    assert words._kept_words_in.cache_info().currsize == 1
