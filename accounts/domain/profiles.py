"""What people set for themselves."""

from django.db import transaction

from accounts.models import User

FIELDS = ("name", "language", "zone", "theme", "shortcuts")


def update_profile(user: User, **values: object) -> User:
    """Store the given ones of FIELDS. TypeError for any other."""
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"not a field of the profile: {', '.join(sorted(unknown))}")
    for field, value in values.items():
        setattr(user, field, value)
    with transaction.atomic():
        user.save(update_fields=list(values))
    return user
