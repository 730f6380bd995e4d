"""Who is signed in at a brand's help centre. A customer's session has nothing to do with a colleague's."""

from django.http import HttpRequest

from accounts.models import Brand
from customers.models import Customer
from knowledge_base.models import Visibility
from portal.domain.sessions import Me, cookie_name, me_of


def me_at(request: HttpRequest, brand: Brand) -> Me | None:
    """The session behind the brand's cookie, read once a request."""
    kept: dict[int, Me | None] = request.__dict__.setdefault("_portal_me", {})
    if brand.pk not in kept:
        kept[brand.pk] = me_of(brand, request.COOKIES.get(cookie_name(brand), ""))
    return kept[brand.pk]


def customer_of(request: HttpRequest, brand: Brand) -> Customer | None:
    """The customer who has signed in at this brand, as the row that stands for the person today."""
    me = me_at(request, brand)
    return me.customer if me is not None else None


def visibilities_of(request: HttpRequest, brand: Brand) -> tuple[str, ...]:
    """Which articles they may read. Never the internal ones, whoever else is signed in at this browser."""
    if me_at(request, brand) is None:
        return (Visibility.PUBLIC,)
    return (Visibility.PUBLIC, Visibility.SIGNED_IN)
