"""What is set for an organisation: its mail domains, and whether its people see each other's tickets."""

import re
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from customers.domain.errors import CustomerError
from customers.models import Organisation
from journal.actors import user_actor
from journal.domain.recording import record

DOMAIN = re.compile(r"(?=.{4,255}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
MOST = 50


def domain_of(written: str) -> str:
    """As addresses keep it: lower case, in its ASCII form, without an @. Raises CustomerError."""
    name = written.strip().lower().lstrip("@").rstrip(".")
    try:
        name = name.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not DOMAIN.fullmatch(name):
        raise CustomerError(_("%(name)s is not a domain.") % {"name": written.strip()[:80]})
    return name


def change_organisation(
    organisation: Organisation, *, domains: Iterable[str], shares_tickets: bool, actor: User
) -> list[str]:
    """Names of what changed. Raises CustomerError for what is no domain, and for sharing without any."""
    wanted = list(dict.fromkeys(domain_of(one) for one in domains))[:MOST]
    if shares_tickets and not wanted:
        raise CustomerError(
            _("Name the mail domains first: only who signs in from one of them sees the tickets.")
        )
    with transaction.atomic():
        row = Organisation.objects.select_for_update().get(pk=organisation.pk)
        values = {"domains": wanted, "shares_tickets": shares_tickets}
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if changed:
            for name in changed:
                setattr(row, name, values[name])
            row.save(update_fields=changed)
            record(
                "organisation.changed",
                actor=user_actor(actor.pk),
                subject=f"organisation:{row.pk}",
                fields=changed,
                shares_tickets=shares_tickets,
            )
    return changed
