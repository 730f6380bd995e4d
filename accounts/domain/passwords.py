"""Set a password: by a mailed link, or by the person themselves."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import translation

from accounts.domain import events, mails, throttle
from accounts.domain.links import Kind, user_of_link
from accounts.models import User
from journal.actors import user_actor
from journal.domain.recording import record


def ask_reset(address: str, *, network: str = "") -> None:
    """Queue the mail with the link. The same work for every address, so that nobody learns who is known.

    SignInLocked for a network that asks for too many: the form is open to everybody.
    """
    throttle.count_request(network, "reset")
    mails.queue(Kind.RESET, address)


def reset_password(token: str, password: str) -> User:
    """Use a reset link. LinkInvalid when another request used it first."""
    return _by_link(Kind.RESET, token, password, event=events.PASSWORD_CHANGED)


def accept_invitation(token: str, password: str, *, name: str, zone: str = "") -> User:
    """Use an invitation: the person says their name and sets their first password."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    fields = {"name": name, "zone": zone, "language": language}
    return _by_link(Kind.INVITATION, token, password, event=events.INVITATION_ACCEPTED, fields=fields)


def change_password(user: User, password: str) -> None:
    """The signed-in person sets a new one; their other sessions end. ValidationError for a weak one."""
    validate_password(password, user)
    with transaction.atomic():
        _set(user, password)
        record(events.PASSWORD_CHANGED, actor=user_actor(user.pk), subject=events.user_subject(user.pk))


def _by_link(
    kind: Kind, token: str, password: str, *, event: str, fields: dict[str, str] | None = None
) -> User:
    """Look at the link again under a lock on its user: of two requests with one link the second is refused."""
    user = user_of_link(kind, token)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        user = user_of_link(kind, token)
        for field, value in (fields or {}).items():
            setattr(user, field, value)
        validate_password(password, user)
        _set(user, password, *(fields or {}))
        record(event, actor=user_actor(user.pk), subject=events.user_subject(user.pk))
    throttle.forget(throttle.email_key(user.email))  # whoever reads the mailbox need not wait
    return user


def _set(user: User, password: str, *fields: str) -> None:
    mails.drop_changes(User.objects.filter(pk=user.pk))
    user.set_password(password)
    user.save(update_fields=["password", *fields])
