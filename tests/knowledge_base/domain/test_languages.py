import pytest

from knowledge_base.domain.languages import config_for, fold, is_spelt, language_of, stems_of, words_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [("École", "ecole"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("ＡＢＣ", "abc"), ("Ærø", "aero")],
)
def test_fold_makes_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_are_cut_at_signs_and_runs_in_pairs() -> None:
    assert words_of("Can't re-open it, 2nd time?") == ["can", "t", "re", "open", "it", "2nd", "time"]
    assert words_of("返品方法") == ["返品", "品方", "方法"]
    assert words_of("🙂 … --- ' \" \\ : & | !") == []


def test_words_that_are_no_words_are_left_out() -> None:
    assert words_of("x" * 41 + " kept") == ["kept"]


@pytest.mark.parametrize(
    ("word", "expected"), [("parcel", True), ("abc", False), ("a1b2c3", False), ("返品方法", False)]
)
def test_is_spelt(word: str, expected: bool) -> None:
    assert is_spelt(word) is expected


def test_config_for_takes_what_postgresql_has(db: None) -> None:
    assert [config_for(code) for code in ("de", "de-AT", "EN_us", "ja", "xx", "")] == [
        "german",
        "german",
        "english",
        "simple",
        "simple",
        "simple",
    ]


def test_stems_are_those_of_the_language(db: None) -> None:
    assert stems_of("en", ["deleting", "deleted", "the"]) == {
        "deleting": "delet",
        "deleted": "delet",
        "the": "",
    }
    assert stems_of("de", ["bestellungen", "bestellung"]) == {
        "bestellungen": "bestell",
        "bestellung": "bestell",
    }
    assert stems_of("ja", ["返品"]) == {"返品": "返品"}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("de", ["Wie kann ich meine Bestellung stornieren?", "Wo ist mein Paket und wann kommt es an?"]),
        ("en", ["How do I cancel my order?", "Where is my parcel and when does it arrive?"]),
        ("fr", ["Comment puis-je annuler ma commande ?", "Où est mon colis et quand est-ce qu'il arrive ?"]),
        ("es", ["¿Cómo puedo cancelar mi pedido?", "¿Dónde está mi paquete y cuándo llega a la casa?"]),
        ("it", ["Come posso annullare il mio ordine?", "Dove si trova il mio pacco e quando arriva a casa?"]),
        ("en", ["返品方法を教えてください", "12345"]),
    ],
)
def test_language_is_told_by_the_words_that_say_nothing(db: None, language: str, lines: list[str]) -> None:
    assert language_of(lines * 10) == language
