"""Links that are mailed: signed, expiring, good once. They are made from the user's state and stored nowhere.

A link dies with its first use, because it is signed over the password it replaces; it dies too when the person is
deactivated or signed out everywhere.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.domain.errors import LinkInvalid
from accounts.models import AccountMail, User

Kind = AccountMail.Kind
NAMES = {
    Kind.RESET: "accounts:reset_confirm",
    Kind.INVITATION: "accounts:accept_invitation",
    Kind.NEW_ADDRESS: "accounts:new_email",
}


def seconds_valid(kind: Kind) -> int:
    seconds: int = settings.INVITATION_SECONDS if kind == Kind.INVITATION else settings.PASSWORD_RESET_TIMEOUT
    return seconds


def token_for(user: User, kind: Kind, *, address: str = "") -> str:
    """`address`: the new one that the link confirms, where it does."""
    parts = [user.pk, state_of(user, kind), *([address] if kind == Kind.NEW_ADDRESS else [])]
    return signing.dumps(parts, salt=f"accounts.links.{kind}")


def link_for(user: User, kind: Kind, *, address: str = "") -> str:
    """The full address. It starts with our own setting: a forged Host header must not aim our mails."""
    base: str = settings.PUBLIC_BASE_URL
    return base.rstrip("/") + reverse(NAMES[kind], args=[token_for(user, kind, address=address)])


def user_of_link(kind: Kind, token: str) -> User:
    """Whose link this is. LinkInvalid for one that is forged, used, too old, or of somebody not active."""
    try:
        pk, state, *_address = signing.loads(
            token, salt=f"accounts.links.{kind}", max_age=seconds_valid(kind)
        )
        user = User.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, User.DoesNotExist):
        raise LinkInvalid from None
    if not constant_time_compare(state, state_of(user, kind)):
        raise LinkInvalid
    return user


def address_of_link(token: str) -> str:
    """The new address that a link of that kind confirms; `user_of_link` says whether it is good."""
    address: str = signing.loads(token, salt=f"accounts.links.{Kind.NEW_ADDRESS}")[2]
    return address


def state_of(user: User, kind: Kind) -> str:
    """What a link is signed over. A hash of the password's hash: the link itself gives nothing away."""
    state = f"{user.pk}:{user.password}:{user.email}:{user.session_generation}"
    return salted_hmac(f"accounts.links.{kind}.state", state, algorithm="sha256").hexdigest()[:32]
