"""Could these two be one person? Pure comparison of what is known of them; the answer is evidence, not a decision."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

# Where anybody can have an address: sharing such a domain says nothing.
PUBLIC_DOMAINS = frozenset((
    "aol.com", "bluewin.ch", "free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.de",
    "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr",
    "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru",
    "mailbox.org", "me.com", "msn.com", "orange.fr", "outlook.com", "outlook.de", "posteo.de",
    "proton.me", "protonmail.com", "qq.com", "t-online.de", "tutanota.com", "wanadoo.fr", "web.de",
    "yahoo.co.uk", "yahoo.com", "yahoo.de", "yandex.ru", "ymail.com", "163.com",
))  # fmt: skip
# Boxes of a role, shared by many: the same local part at two firms says nothing.
ROLE_BOXES = frozenset((
    "admin", "billing", "buero", "contact", "einkauf", "hello", "help", "hilfe", "info", "kontakt",
    "mail", "newsletter", "no-reply", "noreply", "office", "order", "orders", "post", "postmaster",
    "sales", "service", "shop", "support", "team", "verkauf", "webmaster",
))  # fmt: skip
DOTTED = ("@gmail.com", "@googlemail.com")  # one mailbox has many spellings there
_TITLES = frozenset((
    "dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau", "dipl", "ing", "mba", "phd",
    "jr", "sr",
))  # fmt: skip
ENOUGH = 10  # weight from which two people are proposed
LIKENESS = 0.8  # share of letters two words have in common, in order, to be one word with slips


@dataclass(frozen=True)
class Person:
    """What is compared: values as `Identity.value` keeps them."""

    name: str = ""
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()  # the firm's own customer numbers
    organisation_id: int | None = None


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for a join; `detail` is shown as it is: an address, a domain."""

    code: str
    weight: int
    detail: str = field(default="", compare=False)

    def as_reason(self) -> dict[str, str]:
        return {"code": self.code, "detail": self.detail} if self.detail else {"code": self.code}


def compare(one: Person, two: Person, *, rare_name: bool = False) -> list[Evidence]:
    """Everything that speaks for one person, strongest first; empty when it is not enough to ask somebody.

    Two different customer numbers of the firm speak against it: then it takes more. `rare_name`: hardly anybody
    else of the pool is called so; who has only called and who has only written may then be the same.
    """
    names = name_evidence(one.name, two.name)
    if not names and not share_mailbox(one, two):
        return []  # nothing else weighs enough alone, and spelling out the likeness of addresses is slow
    addresses = [*email_evidence(one.emails, two.emails), *phone_evidence(one.phones, two.phones)]
    if one.organisation_id is not None and one.organisation_id == two.organisation_id:
        addresses.append(Evidence("same_organisation", 5))
    if rare_name and names and names[0].code == "same_name" and not (one.emails and two.emails):
        addresses.append(Evidence("rare_name", 4))
    # Colleagues share domain, switchboard and organisation, so these do not add up: the best of them counts.
    weight = max([item.weight for item in addresses], default=0) + max(
        [item.weight for item in names], default=0
    )
    needed = ENOUGH + 5 if one.numbers and two.numbers else ENOUGH
    if weight < needed or contradict(one.name, two.name):
        return []
    return sorted([*names, *addresses], key=lambda item: -item.weight)


def share_mailbox(one: Person, two: Person) -> bool:
    return not {mailbox(value) for value in one.emails}.isdisjoint(mailbox(value) for value in two.emails)


def email_evidence(ones: frozenset[str], twos: frozenset[str]) -> list[Evidence]:
    """The best single thing that the addresses say, at most one: three aliases are not three proofs."""
    best: list[Evidence] = []
    for one in ones:
        for two in twos:
            best.extend(_pair_evidence(one, two))
    return sorted(best, key=lambda evidence: -evidence.weight)[:1]


def _pair_evidence(one: str, two: str) -> list[Evidence]:
    if mailbox(one) == mailbox(two):
        return [Evidence("same_mailbox", 12, two)]
    (local, domain), (other_local, other_domain) = (value.rsplit("@", 1) for value in (one, two))
    local, other_local = local.partition("+")[0], other_local.partition("+")[0]
    if domain == other_domain:
        if local not in ROLE_BOXES and similar(local, other_local):
            return [Evidence("near_email", 6 if one_slip(local, other_local) else 5, two)]
        return [] if domain in PUBLIC_DOMAINS else [Evidence("same_domain", 5, domain)]
    if local in ROLE_BOXES or len(local) < 4:
        return []
    if local != other_local:
        return (
            [Evidence("near_email", 5, two)]
            if similar(local, other_local) and similar(domain, other_domain)
            else []
        )
    if one_slip(domain, other_domain) or domain.split(".")[0] == other_domain.split(".")[0]:
        return [Evidence("near_email", 8, two)]
    return [Evidence("same_local_part", 5, local)]


def phone_evidence(ones: frozenset[str], twos: frozenset[str]) -> list[Evidence]:
    """The same line, with and without an extension. Two extensions of one switchboard are two people."""
    for one in ones:
        for two in twos:
            (line, _, extension), (other, _, other_extension) = one.partition(";"), two.partition(";")
            if line == other and not (extension and other_extension):
                return [Evidence("same_phone", 6, line)]
    return []


def name_evidence(one: str, two: str) -> list[Evidence]:
    words, others = name_words(one), name_words(two)
    if len(words) < 2 or len(others) < 2:
        return []
    if sorted(words) == sorted(others):
        return [Evidence("same_name", 6)]
    return [Evidence("near_name", 5)] if near(words, others) else []


def contradict(one: str, two: str) -> bool:
    """Two full names that have no word alike: a couple sharing a mailbox, not one person."""
    words, others = name_words(one), name_words(two)
    if len(words) < 2 or len(others) < 2:
        return False
    return not any(alike(word, other) for word in words for other in others)


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """Folded words without titles: "Dr. Jörg Müller-Lüdenscheidt" is joerg, mueller, luedenscheidt."""
    german = name.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    plain = "".join(c for c in unicodedata.normalize("NFKD", german) if not unicodedata.combining(c))
    return tuple(word for word in re.findall(r"\w+", plain) if word not in _TITLES)


def near(words: Sequence[str], others: Sequence[str]) -> bool:
    """Each word of the shorter name has its own partner in the longer one; one of them must be equal."""
    short, long = sorted((words, others), key=len)
    left, equal = list(long), 0
    for word in short:
        partner = next((other for other in left if other == word), None)
        equal += partner is not None
        partner = partner or next((other for other in left if alike(word, other)), None)
        if partner is None:
            return False
        left.remove(partner)
    return equal > 0


def alike(one: str, two: str) -> bool:
    """Equal, a slip of the hand apart, or an initial; a single digit is none."""
    if one == two:
        return True
    short, long = sorted((one, two), key=len)
    if len(short) == 1:
        return short.isalpha() and long.startswith(short)
    return len(short) >= 4 and similar(one, two)


def similar(one: str, two: str) -> bool:
    """One slip apart, the same letters shuffled, or mostly the same letters in the same order."""
    if one_slip(one, two) or (len(one) > 4 and sorted(one) == sorted(two)):
        return True
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= LIKENESS


def one_slip(one: str, two: str) -> bool:
    """One letter wrong, missing, too many, or two neighbours swapped."""
    if one == two or abs(len(one) - len(two)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )
    rest, other = one[start:], two[start:]
    if len(one) == len(two):
        return rest[1:] == other[1:] or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])
    return rest[1:] == other if len(one) > len(two) else other[1:] == rest


def mailbox(email: str) -> str:
    """Where it is delivered: without the plus tag, and at Google without dots."""
    local, _, domain = email.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
