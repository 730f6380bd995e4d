import pytest

from customers.domain.errors import InvalidIdentity
from customers.domain.normalise import (
    email,
    external,
    is_possible_phone,
    person_name,
    phone,
    region_of_zone,
    show_phone,
)
from tests.customers.corpora import identity_lines


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("Dana@Example.NET", "dana@example.net"),
        ("  dana+shop@example.net ", "dana+shop@example.net"),
        ("jörg@Bücher.example", "jörg@xn--bcher-kva.example"),
        ("dana@xn--BCHER-kva.example", "dana@xn--bcher-kva.example"),
        ('"dana"@example.net', "dana@example.net"),
        ('"Dana D"@example.net', '"dana d"@example.net'),
        ("dana@[192.0.2.1]", "[192.0.2.1]"),
    ],
)
def test_email_has_one_spelling(given: str, normal: str) -> None:
    assert email(given) == (normal if "@" in normal else f"dana@{normal}")


@pytest.mark.parametrize(
    "given",
    ["", "dana", "@example.net", "dana@", "a@b@c", "dana@-x.de", "da na@x.de", "dana@x..de", "dana\n@x.de"],
)
def test_email_refuses_what_cannot_be_an_address(given: str) -> None:
    with pytest.raises(InvalidIdentity):
        email(given)


def test_phone_needs_a_region_only_without_country_code() -> None:
    assert phone("+49 (30) 90 18-20") == "+4930901820"
    assert phone("030 901820", region="DE") == "+4930901820"
    with pytest.raises(InvalidIdentity, match="country code"):
        phone("030 901820")


def test_phone_keeps_an_extension_apart() -> None:
    # It should not take two people behind one switchboard for one.
    assert phone("+49 30 901820 ext. 12") == "+4930901820;ext=12"
    assert show_phone("+4930901820;ext=12") == "+49 30 901820 ext. 12"


@pytest.mark.parametrize(
    ("zone", "region"),
    [("Europe/Berlin", "DE"), ("Europe/London", "GB"), ("America/New_York", "US"), ("UTC", None), ("", None)],
)
def test_region_of_zone_is_where_it_dials(zone: str, region: str | None) -> None:
    assert region_of_zone(zone) == region


def test_external_is_trimmed_and_keeps_its_capitals() -> None:
    assert external("  Kd-0017 ") == "Kd-0017"
    with pytest.raises(InvalidIdentity):
        external("   ")


def test_person_name_is_one_clean_line() -> None:
    assert person_name("  Dana \u202e \n Duarte\x00 ") == "Dana Duarte"
    assert len(person_name("x" * 500)) == 200


def test_email_agrees_with_the_address_corpus() -> None:
    good = {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"}
    wrong = []
    for case in identity_lines("email_addresses.jsonl"):
        try:
            accepted = bool(email(case["address"]))
        except InvalidIdentity:
            accepted = False
        if (case["category"] in good and not accepted) or (case["category"] == "ISEMAIL_ERR" and accepted):
            wrong.append(case)
    assert wrong == []


def test_phone_agrees_with_the_number_corpus() -> None:
    wrong = []
    for case in identity_lines("phone_cases.jsonl"):
        if case["op"] == "parse":
            number, _, extension = phone(case["number"], region=case["region"]).partition(";ext=")
            right = (number, extension or None) == (case["expect"]["e164"], case["expect"]["ext"])
        elif case["op"] == "possible":
            right = is_possible_phone(case["number"], region=case["region"]) == case["expect"]
        else:
            right = case["expect"] not in {"EXACT_MATCH", "NO_MATCH"} or same(case) == (
                case["expect"] == "EXACT_MATCH"
            )
        if not right:
            wrong.append(case)
    assert wrong == []


def same(case: dict[str, str]) -> bool:
    try:
        return phone(case["a"]) == phone(case["b"])
    except InvalidIdentity:
        return False
