"""Change the e-mail address one signs in with: by a link mailed to the new one, with word to the old."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.domain import events, mails, throttle
from accounts.domain.errors import AddressTaken
from accounts.domain.links import Kind, address_of_link, user_of_link
from accounts.models import User, as_stored
from journal.actors import user_actor
from journal.domain.recording import record

LONGEST = 254


def refuse_lookalike(address: str) -> None:
    """For a new address. Raises ValidationError where capitals make it equal to another, as ı and ſ do."""
    if address.upper().lower() != address.lower():
        raise ValidationError(_("This address has letters that can be taken for others. Choose another one."))


def refuse_long(address: str) -> None:
    """Raises ValidationError for one that is too long as it is stored: small letters may be more than capitals (İ)."""
    if len(as_stored(address)) > LONGEST:
        raise ValidationError(_("This e-mail address is too long."))


def ask_change(user: User, address: str) -> None:
    """Mail the link. Nothing changes yet, and nothing says whether somebody here has the address.

    SignInLocked for who asks for too many: anybody's mailbox could be flooded.
    """
    throttle.count_up(f"address:{user.pk}")
    mails.queue(Kind.NEW_ADDRESS, address, user=user)


def change_address(token: str) -> User:
    """Use the link. Raises LinkInvalid, and AddressTaken when somebody has the address by now."""
    user = user_of_link(Kind.NEW_ADDRESS, token)
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            user = user_of_link(Kind.NEW_ADDRESS, token)
            old, user.email = user.email, address_of_link(token)
            user.save(update_fields=["email"])
            record(events.EMAIL_CHANGED, actor=user_actor(user.pk), subject=events.user_subject(user.pk))
            mails.queue(Kind.ADDRESS_LEFT, old, user=user)
    except IntegrityError:
        raise AddressTaken from None
    return user
