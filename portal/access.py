"""Who may take everything along: who sees all of it anyway, in every brand of the firm."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import brands_for, scope
from accounts.models import Brand, CustomerPool, User
from accounts.permissions import BRANDS_MANAGE, CUSTOMER_VIEW, JOURNAL_READ, TICKET_VIEW
from portal.models import PoolExport
from tickets.models import Inbox

NEEDED = (BRANDS_MANAGE, CUSTOMER_VIEW, JOURNAL_READ, TICKET_VIEW)


def whole_pools_for(user: User) -> QuerySet[CustomerPool]:
    """Pools with brands in all of which the user has every right that is needed, of all teams."""
    pools = CustomerPool.objects.filter(brands__isnull=False)
    for where in (scope(user, code) for code in NEEDED):
        if not where.everywhere:
            others = Brand.objects.exclude(pk__in=where.brands)
            pools = pools.exclude(pk__in=others.order_by().values("pool"))
    return pools.distinct().order_by("name", "pk")


def inboxes_for(user: User) -> QuerySet[Inbox]:
    """Whose retention the user may set."""
    brands = brands_for(user, BRANDS_MANAGE)
    return (
        Inbox.objects.filter(brand__in=brands)
        .select_related("brand", "retention")
        .order_by("brand__name", "name")
    )


def exports_for(user: User) -> QuerySet[PoolExport]:
    pools = whole_pools_for(user).order_by().values("pk")
    return PoolExport.objects.filter(pool__in=pools).select_related("pool", "asked_by", "blob")


def get_export_for(user: User, token: str) -> PoolExport:
    """Raises Http404."""
    found = exports_for(user).filter(token=token).first()
    if found is None:
        raise Http404
    return found
