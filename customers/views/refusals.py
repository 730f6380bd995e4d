"""How a page says no."""

from django.core.exceptions import PermissionDenied


def refuse_without(allowed: bool) -> None:
    """403 for somebody who may see the customer, but not do this. (Who may not see it got 404 before.)"""
    if not allowed:
        raise PermissionDenied
