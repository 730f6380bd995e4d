"""The navigation of /admin-desk/."""

from typing import Any

from django import template

from accounts.administration import groups_for, may_enter
from accounts.models import User

register = template.Library()


@register.filter
def may_administer(user: object) -> bool:
    return isinstance(user, User) and may_enter(user)


@register.simple_tag(takes_context=True)
def administration(context: template.Context) -> dict[str, Any]:
    """`groups` of (label, pages), and the `current` page: the one whose address this one stands below."""
    request = context["request"]
    groups = list(groups_for(request.user))
    pages = [page for _label, pages in groups for page in pages]
    below = [page for page in pages if request.path.startswith(page.url)]
    return {"groups": groups, "current": max(below, key=lambda page: len(page.url), default=None)}
