"""Who a session is of."""

from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from carecenter.lib.statements import Given, Statement


class Backend(ModelBackend):
    """Django's own, with the question that every page begins with written and planned once."""

    def get_user(self, user_id: Any) -> User | None:
        user = _by_key().first(pk=int(user_id))
        return user if user is not None and self.user_can_authenticate(user) else None


@cache
def _by_key() -> Statement[User]:
    return Statement(User.objects.filter(pk=Given("pk")))
