"""Failed sign-ins: counted by address and by network, locked for a while after too many.

An attempt is counted *before* the password is looked at and given back when it was right: guesses sent at the
same moment cannot slip through between a look and a count.
"""

import datetime
import ipaddress

from django.conf import settings
from django.db import connection

from accounts.domain.errors import SignInLocked
from accounts.models import SignInThrottle, as_stored
from carecenter.lib.time import in_seconds, now

LONGEST_KEY = 300  # of its column; nobody has an address as long as that


def email_key(email: str) -> str:
    """As people are looked for: who has another's address but for ı and ſ neither locks nor frees it."""
    return f"email:{as_stored(email)}"[:LONGEST_KEY]


def network_key(address: str, kind: str = "net") -> str | None:
    """An IPv4 address, or the /64 that one IPv6 customer has. None where there is no address, as on a socket."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return f"{kind}:{ip.ipv4_mapped}"
        return f"{kind}:{ipaddress.ip_network((ip, 64), strict=False)}"
    return f"{kind}:{ip}"


def locked_until(keys: list[str]) -> datetime.datetime | None:
    """The latest moment to which one of the keys is locked, None when none is."""
    locked = SignInThrottle.objects.filter(key__in=keys, locked_until__gt=now())
    return locked.order_by("-locked_until").values_list("locked_until", flat=True).first()


def refuse_locked(keys: list[str]) -> None:
    """Raises SignInLocked with the moment to which one of the keys is locked."""
    if until := locked_until(keys):
        raise SignInLocked(until)


def limit_of(key: str) -> int:
    """How many failures the key has in a window; the last of them locks it."""
    limit: int = settings.SIGN_IN_FAILURES[key.partition(":")[0]]
    return limit


def count_attempt(key: str) -> int:
    """Count one attempt and return how many there are in the window. One statement: concurrent ones add up."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_signinthrottle AS t (key, failures, first_at)
            VALUES (%(key)s, 1, %(present)s)
            ON CONFLICT (key) DO UPDATE SET
                failures = CASE WHEN t.first_at < %(window)s THEN 1 ELSE t.failures + 1 END,
                first_at = CASE WHEN t.first_at < %(window)s THEN %(present)s ELSE t.first_at END
            RETURNING failures
            """,
            {"key": key, "present": now(), "window": in_seconds(-settings.SIGN_IN_WINDOW_SECONDS)},
        )
        (failures,) = cursor.fetchone()
    return int(failures)


def lock(key: str) -> bool:
    """Lock the key for a while; True for the one attempt that did it. The count starts afresh after the lock."""
    until = in_seconds(settings.SIGN_IN_LOCK_SECONDS)
    unlocked = SignInThrottle.objects.filter(key=key).exclude(locked_until__gt=now())
    return unlocked.update(locked_until=until, failures=0, first_at=until) == 1


def count_request(network: str, kind: str) -> None:
    """One more of what anybody may ask for. Raises SignInLocked for a network that asks for too many."""
    if key := network_key(network, kind):
        count_up(key)


def count_up(key: str) -> None:
    """Raises SignInLocked when it is too often."""
    refuse_locked([key])
    if count_attempt(key) > limit_of(key):
        lock(key)
        refuse_locked([key])


def give_back(network: str, kind: str) -> None:
    """What was asked for led to a sign-in: an office whose people all come at nine is no flood."""
    if key := network_key(network, kind):
        take_back(key)


def take_back(key: str) -> None:
    """The attempt was right: it does not count. Earlier failures of the network still do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_signinthrottle SET failures = GREATEST(failures - 1, 0) WHERE key = %s", [key]
        )


def forget(key: str) -> None:
    """The attempt was right: the address has no failures."""
    SignInThrottle.objects.filter(key=key).delete()


def sweep() -> int:
    """Drop rows that mean nothing any more. Returns how many."""
    old = in_seconds(-max(settings.SIGN_IN_WINDOW_SECONDS, settings.SIGN_IN_LOCK_SECONDS) * 2)
    ids = list(
        SignInThrottle.objects.filter(first_at__lt=old).order_by("pk").values_list("pk", flat=True)[:1000]
    )
    dropped, _ = SignInThrottle.objects.filter(pk__in=ids).exclude(locked_until__gt=now()).delete()
    return dropped
