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
NAMES = {Kind.RESET: "accounts:reset_confirm", Kind.INVITATION: "accounts:accept_invitation"}


def seconds_valid(kind: Kind) -> int:
    seconds: int = settings.INVITATION_SECONDS if kind == Kind.INVITATION else settings.PASSWORD_RESET_TIMEOUT
    return seconds


def token_for(user: User, kind: Kind) -> str:
    return signing.dumps([user.pk, state_of(user, kind)], salt=f"accounts.links.{kind}")


def link_for(user: User, kind: Kind) -> str:
    """The full address. It starts with our own setting: a forged Host header must not aim our mails."""
    base: str = settings.PUBLIC_BASE_URL
    return base.rstrip("/") + reverse(NAMES[kind], args=[token_for(user, kind)])


def user_of_link(kind: Kind, token: str) -> User:
    """Whose link this is. LinkInvalid for one that is forged, used, too old, or of somebody not active."""
    try:
        pk, state = signing.loads(token, salt=f"accounts.links.{kind}", max_age=seconds_valid(kind))
        user = User.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, User.DoesNotExist):
        raise LinkInvalid from None
    if not constant_time_compare(state, state_of(user, kind)):
        raise LinkInvalid
    return user


def state_of(user: User, kind: Kind) -> str:
    """What a link is signed over. A hash of the password's hash: the link itself gives nothing away."""
    state = f"{user.pk}:{user.password}:{user.email}:{user.session_generation}"
    return salted_hmac(f"accounts.links.{kind}.state", state, algorithm="sha256").hexdigest()[:32]
