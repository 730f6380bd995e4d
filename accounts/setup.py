"""What accounts say about how far an installation is set up."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import brands_to_manage, people_for, scope
from accounts.models import User
from accounts.permissions import BRANDS_MANAGE, USERS_MANAGE
from carecenter.lib.steps import Step


def brand(user: User) -> Step | None:
    if not scope(user, BRANDS_MANAGE):
        return None
    first = brands_to_manage(user).in_use().order_by("pk").first()
    return Step(
        code="brand",
        title=_("Name your brand"),
        text=_("What customers know you by. Inboxes, articles and tickets belong to it."),
        is_done=first is not None,
        url=reverse("accounts:brands") if first else reverse("accounts:brand_new"),
        action=_("Begin"),
        fact=first.name if first else "",
    )


def colleague(user: User) -> Step | None:
    if not scope(user, USERS_MANAGE):
        return None
    others = people_for(user).filter(is_active=True).exclude(pk=user.pk)[:100].count()
    return Step(
        code="colleague",
        title=_("Invite a colleague"),
        text=_("They get a mail with a link, set a password and are in."),
        is_done=others > 0,
        url=reverse("accounts:people") if others else reverse("accounts:invite"),
        action=_("Invite"),
        fact=ngettext("%(count)s colleague besides you.", "%(count)s colleagues besides you.", others)
        % {"count": others},
    )
