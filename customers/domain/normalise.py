"""One spelling for each address, number and handle, so that the database can say "we know this one".

Pure: no database. What cannot be an address raises InvalidIdentity; nothing is guessed.
"""

import ipaddress
import re
import unicodedata
from functools import cache

import idna
import phonenumbers
from django.utils.translation import gettext as _

from customers.domain.errors import InvalidIdentity
from customers.models import Identity

LONGEST = 320  # Identity.value
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010FFFF]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\[ -~])*)"')
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\u2400-\u2421\ufeff]"
)


def normalise(kind: str, value: str, *, region: str | None = None) -> str:
    """The value as `Identity.value` keeps it. Raises InvalidIdentity."""
    if kind == Identity.Kind.EMAIL:
        return email(value)
    if kind == Identity.Kind.PHONE:
        return phone(value, region=region)
    return external(value)


def email(value: str) -> str:
    """Lower case throughout, the domain in its ASCII form, plus tags kept, no needless quotes.

    Accepts what RFC 5321 lets through the wire. Local parts over 64 octets are accepted too: reply addresses of
    big senders have them, and a real mail came from there.
    """
    address = value.strip(" \t")
    local, at, domain = address.rpartition("@")
    if not at or _CONTROLS.search(address):
        raise InvalidIdentity(_("This is not an e-mail address."))
    normal = f"{_local_part(local)}@{_domain(domain)}"
    if len(normal) > LONGEST:
        raise InvalidIdentity(_("This e-mail address is too long."))
    return normal


def _local_part(local: str) -> str:
    if quoted := _QUOTED.fullmatch(local):
        plain = re.sub(r"\\(.)", r"\1", quoted[1])
        if not _DOT_ATOM.fullmatch(plain):
            escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped.lower()}"'
        local = plain
    if not _DOT_ATOM.fullmatch(local):
        raise InvalidIdentity(_("This is not an e-mail address."))
    return unicodedata.normalize("NFC", local).lower()


def _domain(domain: str) -> str:
    if domain.startswith("[") and domain.endswith("]"):
        return _literal(domain[1:-1])
    try:
        ascii_form = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise InvalidIdentity(_("The part after the @ is not a domain.")) from error
    labels = ascii_form.split(".")
    if len(ascii_form) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidIdentity(_("The part after the @ is not a domain."))
    return ascii_form


def _literal(inside: str) -> str:
    is_six = inside[:5].lower() == "ipv6:"
    try:
        if is_six:
            return f"[ipv6:{ipaddress.IPv6Address(inside[5:])}]"
        return f"[{ipaddress.IPv4Address(inside)}]"
    except ValueError as error:
        raise InvalidIdentity(_("The part after the @ is not a domain.")) from error


def phone(value: str, *, region: str | None = None) -> str:
    """E.164; an extension is kept behind it (";ext="), because a switchboard's number is not one person.

    National numbers need the region they are dialled in. Raises InvalidIdentity.
    """
    number = _parse(value, region)
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{normal};ext={number.extension}" if number.extension else normal


def is_possible_phone(value: str, *, region: str | None = None) -> bool:
    """Has it the length of a number of its country? For forms: a hand slips, a caller's number does not."""
    try:
        return phonenumbers.is_possible_number(_parse(value, region))
    except InvalidIdentity:
        return False


def show_phone(normal: str) -> str:
    """An E.164 number as people write it: +49 30 901820."""
    try:
        number = _parse(normal, None)
    except InvalidIdentity:
        return normal
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _parse(value: str, region: str | None) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and not region:
            raise InvalidIdentity(_("Write the number with its country code, like +49 30 901820.")) from error
        raise InvalidIdentity(_("This is not a phone number.")) from error


# Zones that the numbering data gives to several countries: the one whose capital or biggest city it is.
_MAIN_COUNTRY = {
    "America/Chicago": "US",
    "America/New_York": "US",
    "Asia/Kolkata": "IN",
    "Asia/Seoul": "KR",
    "Asia/Shanghai": "CN",
    "Africa/Nairobi": "KE",
    "Atlantic/Canary": "ES",
    "Atlantic/Reykjavik": "IS",
    "Europe/Belgrade": "RS",
    "Europe/Bucharest": "RO",
    "Europe/London": "GB",
    "Europe/Moscow": "RU",
    "Europe/Paris": "FR",
}


@cache
def region_of_zone(zone: str) -> str | None:
    """The country people dial in where this time zone is, as the numbering plans tell: Europe/Berlin is DE."""
    from phonenumbers.tzdata import TIMEZONE_DATA

    plans = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
    found = [regions[0] for code, regions in plans if zone in TIMEZONE_DATA.get(str(code), ())]
    countries = [region for region in found if region != "001"]  # 001: satellite and toll-free networks
    return _MAIN_COUNTRY.get(zone) or (countries[0] if len(countries) == 1 else None)


def external(value: str) -> str:
    """The firm's own id: trimmed, otherwise as it is; capitals may matter there."""
    normal = unicodedata.normalize("NFC", value.strip())
    if not normal or len(normal) > LONGEST or _CONTROLS.search(normal):
        raise InvalidIdentity(_("This is not a customer number."))
    return normal


def person_name(value: str) -> str:
    """A name for showing: one line, single spaces, no control characters, at most what the column takes."""
    return " ".join(_CONTROLS.sub(" ", unicodedata.normalize("NFC", value)).split())[:200]
