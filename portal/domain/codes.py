"""Sign-in by a mailed code, or by the link beside it. Known and unknown addresses get the same words.

A code is six digits, good for a quarter of an hour, for five guesses, once; guesses are counted before they are
compared, by the page, the address and the network. After too many wrong ones in a day only the link opens, so that
nobody can lock a customer out, nor guess on for ever.
"""

import secrets
from datetime import datetime, timedelta
from typing import NoReturn

from django.conf import settings
from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.domain import throttle
from accounts.models import Brand
from carecenter.lib.ids import new_token
from carecenter.lib.time import in_seconds, now
from customers.domain.normalise import email
from portal.domain.errors import CodeRefused, TooOften
from portal.domain.sessions import hash_of
from portal.models import SignInCode

State = SignInCode.State
VALID_SECONDS = 900
GUESSES = 5  # at one code
WRONG_A_DAY = 20  # of one address, over all its codes
# Codes within the window of `accounts.domain.throttle`, a quarter of an hour: of a network, and of a network for one
# address. Per network, or a stranger who asks for somebody's codes would keep them from asking for their own.
ASKED = {"net": 30, "address": 5}
# In a day, for one address. A person who mistypes, waits, tries another device stays far below the first. The second
# ends what many networks do together. After it one code an hour still leaves, whoever asks: the link in that mail
# opens for who has the mailbox. A browser that has proved the address counts for itself (`domain/devices.py`).
ASKED_A_DAY = {"net": 10, "address": 100}
SLOWLY = timedelta(hours=1)
DAY = timedelta(days=1)
TRIED_OF_NETWORK = 60
KEPT = timedelta(days=2)


def ask(
    brand: Brand, address: str, *, network: str = "", device: str = "", after: str = "", language: str = ""
) -> SignInCode:
    """A code for this address, to be sent after the commit. Raises InvalidIdentity for what is no address, TooOften.

    `device` is a browser in which this address was proved. Says nothing about whether anybody is known by it: that is
    looked up when it is sent.
    """
    normal = email(address)
    if not device and (net := throttle.network_key(network, f"my-ask-{brand.pk}")):
        count(net, ASKED["net"])
    asker = hash_of_device(device) if device else hash_of_network(network)
    count(f"my-ask:{brand.pool_id}:{asker}:{normal}", ASKED["address"])
    if until := free_at(of_day(brand, normal).filter(network=asker), ASKED_A_DAY["net"]):
        refuse(until)
    of_all = of_day(brand, normal)
    if not device and (until := free_at(of_all, ASKED_A_DAY["address"], slowly=True)):
        refuse(until)
    return SignInCode.objects.create(
        brand=brand,
        address=normal,
        network=asker,
        after=local_page(after),
        language=language,
        expires_at=in_seconds(VALID_SECONDS),
    )


def hash_of_network(address: str) -> str:
    """The same at every brand. Enough to count by; whose it was is not in the table."""
    network = throttle.network_key(address) or ""
    return salted_hmac("portal.networks", network, algorithm="sha256").hexdigest()


def hash_of_device(device: str) -> str:
    return salted_hmac("portal.devices", device, algorithm="sha256").hexdigest()


def count(key: str, limit: int) -> None:
    if throttle.count_attempt(key[:300]) > limit:
        words = _("That was often. Wait a quarter of an hour, then try again.")
        raise TooOften(words, in_seconds(settings.SIGN_IN_WINDOW_SECONDS))


def free_at(asked: QuerySet[SignInCode], most: int, *, slowly: bool = False) -> datetime | None:
    """When one more may be asked for, None for now: as soon as the last day has fewer than so many; `slowly`, an hour
    after the latest too."""
    moments = list(asked.order_by("-created_at").values_list("created_at", flat=True)[:most])
    if len(moments) < most:
        return None
    until = moments[-1] + DAY
    if slowly:
        until = min(until, moments[0] + SLOWLY)
    return until if until > now() else None


def refuse(until: datetime) -> NoReturn:
    """Says the moment as this page's zone has it, no minute too early."""
    moment = date_format(timezone.localtime(until + timedelta(seconds=59)), "DATETIME_FORMAT")
    words = _(
        "Very many codes were asked for this address in one day. Ask for the next one from %(moment)s on."
    )
    raise TooOften(words % {"moment": moment}, until)


def of_day(brand: Brand, address: str) -> QuerySet[SignInCode]:
    """Of one address, at every brand of the firm."""
    return SignInCode.objects.filter(brand__pool=brand.pool_id, address=address, created_at__gt=now() - DAY)


def local_page(path: str) -> str:
    """A page of the same host to go to afterwards; anything else is nothing."""
    is_safe = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if is_safe and len(path) <= 500 else ""


def find_page(brand: Brand, key: str) -> SignInCode | None:
    """What the page on which the code is typed is about; None for a key of nothing, or one that is too old."""
    return SignInCode.objects.filter(brand=brand, key=key, expires_at__gt=now()).first()


def enter(brand: Brand, key: str, typed: str, *, network: str = "") -> SignInCode:
    """The code is right: it is used now, and the address is proved. Raises CodeRefused, TooOften."""
    if net := throttle.network_key(network, f"my-try-{brand.pk}"):
        count(net, TRIED_OF_NETWORK)
    page = SignInCode.objects.filter(brand=brand, key=key, expires_at__gt=now(), guesses__lt=GUESSES)
    if not page.update(guesses=F("guesses") + 1):
        raise CodeRefused(_("This code is not good any more. Ask for a new one."))
    row = SignInCode.objects.get(brand=brand, key=key)
    wrong = of_day(brand, row.address).aggregate(n=Sum("guesses"))["n"] or 0
    digits = "".join(typed.split())
    is_right = constant_time_compare(code_hash(row, digits), row.code_hash or "-")
    if not is_right or wrong > WRONG_A_DAY or not use(row):
        raise CodeRefused(wrong_words(row))
    return row


def wrong_words(row: SignInCode) -> str:
    """The same, and as many tries, whether the address is known or not."""
    if row.guesses >= GUESSES:
        return _("This code is not good any more. Ask for a new one.")
    return _("This is not the code. Look at the latest mail, or open the link in it.")


def use(row: SignInCode) -> bool:
    """One of two at once wins. What was guessed before the right one does not count on."""
    good = SignInCode.objects.filter(pk=row.pk, state=State.SENT, expires_at__gt=now())
    return bool(good.update(state=State.USED, code_hash="", link_hash="", guesses=0))


def find_link(brand: Brand, token: str) -> SignInCode | None:
    """Whose link this is while it is good. Looking uses nothing: mail scanners open links."""
    codes = SignInCode.objects.filter(brand=brand, link_hash=hash_of(token), state=State.SENT)
    return codes.filter(expires_at__gt=now()).first() if token else None


def use_link(brand: Brand, token: str) -> SignInCode:
    """Raises CodeRefused."""
    row = find_link(brand, token)
    if row is None or not use(row):
        raise CodeRefused(_("This link is not good any more. Ask for a new code."))
    return row


def make_secrets(row: SignInCode) -> tuple[str, str]:
    """A new code and a new link, of which only hashes are kept. What was sent before is good no more."""
    code, token = f"{secrets.randbelow(10**6):06d}", new_token()
    row.code_hash, row.link_hash = code_hash(row, code), hash_of(token)
    row.save(update_fields=["code_hash", "link_hash"])
    return code, token


def code_hash(row: SignInCode, code: str) -> str:
    """Six digits are tried in a moment by who has the table alone: the key is not in it."""
    return salted_hmac("portal.codes", f"{row.pk}:{row.key}:{code}", algorithm="sha256").hexdigest()


def forget_old() -> int:
    """Rows hold addresses, of people we do not know too."""
    old = SignInCode.objects.filter(created_at__lt=now() - KEPT).order_by("pk").values_list("pk", flat=True)
    return SignInCode.objects.filter(pk__in=list(old[:1000])).delete()[0]
