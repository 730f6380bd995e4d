import pytest
from django.utils import translation

from customers.models import Identity
from customers.templatetags.people import breakable, language_name, money, written


@pytest.mark.parametrize(
    ("minor", "currency", "english", "german"),
    [
        (4990, "EUR", "€49.90", "49,90 €"),
        (123456789, "USD", "$1,234,567.89", "1.234.567,89 $"),
        (500, "JPY", "¥500", "500 ¥"),
        (1500, "KWD", "KWD 1.500", "1,500 KWD"),
        (-5, "CHF", "-CHF 0.05", "-0,05 CHF"),
    ],
)
def test_money_has_the_places_of_its_currency(minor: int, currency: str, english: str, german: str) -> None:
    with translation.override("en"):
        assert money(minor, currency) == english.replace(" ", "\u00a0")
    with translation.override("de"):
        assert money(minor, currency) == german.replace(" ", "\u00a0")


def test_identities_are_written_as_people_do() -> None:
    assert written(Identity(kind="phone", value="+4930901820")) == "+49 30 901820"
    assert (
        written(Identity(kind="email", value="dana@example.net", display="Dana@Example.net"))
        == "Dana@Example.net"
    )


def test_languages_have_names() -> None:
    assert (language_name("de"), language_name("tlh")) == ("German", "tlh")


def test_long_address_breaks_behind_its_signs() -> None:
    assert breakable("dana@example.net") == "dana@example.net"
    assert breakable("alexandra.<b>@lighthouse.example") == (
        "alexandra.<wbr>&lt;b&gt;@<wbr>lighthouse.<wbr>example<wbr>"
    )
