"""What accounts say about how far an installation is set up."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import people_for, scope
from accounts.models import User
from accounts.permissions import USERS_MANAGE
from carecenter.lib.steps import Step


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
