"""Office hours belong to a pool; who sets up its inboxes sets them."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.access import pools_for
from accounts.models import User
from accounts.permissions import INBOX_MANAGE
from workforce.models import Hours


def hours_for(user: User) -> QuerySet[Hours]:
    return Hours.objects.filter(pool__in=pools_for(user, INBOX_MANAGE))


def get_hours_for(user: User, pk: int) -> Hours:
    return get_object_or_404(hours_for(user), pk=pk)
