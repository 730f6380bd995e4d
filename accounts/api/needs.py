"""The permission an endpoint needs: asked first, so that a token without the scope hears so, wherever it looks."""

from rest_framework.exceptions import PermissionDenied

from accounts.access import may_administer, scope
from accounts.models import User
from accounts.permissions import ADMIN_SCOPE


def need(user: User, code: str) -> None:
    """Problem 403 when the user, within the token's scopes, has the permission nowhere."""
    if not scope(user, code):
        raise missing(code)


def need_admin(user: User, code: str) -> None:
    """Problem 403 also for a token without the scope that administration needs beside the permission."""
    if not may_administer(user):
        raise missing(ADMIN_SCOPE)
    need(user, code)


def missing(code: str) -> PermissionDenied:
    return PermissionDenied(f"You or this token lack {code} here.")
