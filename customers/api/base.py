"""What the customer endpoints share: what the verbs refuse, and in which pool one may write."""

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.access import pools_for
from accounts.api.needs import missing, need
from accounts.models import CustomerPool, User
from accounts.permissions import CUSTOMER_EDIT
from carecenter.api.views import EndpointSet, invalid
from customers.domain.errors import BadFields, CustomerError, IdentityTaken, InvalidIdentity, InvalidRow
from customers.models import Customer


class CustomerEndpointSet(EndpointSet):
    refusals = {
        InvalidIdentity: (400, "invalid-identity"),
        InvalidRow: (400, "invalid"),
        IdentityTaken: (409, "identity-taken"),
        CustomerError: (409, "not-allowed"),
    }

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, BadFields):
            problems = {key: [text] for key, text in exc.problems.items()}
            return super().handle_exception(ValidationError({"fields": problems}))
        return super().handle_exception(exc)


def pool_to_write(user: User, pk: int | None) -> CustomerPool:
    """The pool asked for, or the only one the user may write in. Raises PermissionDenied, ValidationError."""
    need(user, CUSTOMER_EDIT)
    pools = pools_for(user, CUSTOMER_EDIT)
    if pk is not None:
        pool = pools.filter(pk=pk).first()
        if pool is None:
            raise invalid("pool", "There is none with this id.")
        return pool
    found = list(pools.order_by("pk")[:2])
    if len(found) != 1:
        raise invalid("pool", "You work in several: say which.")
    return found[0]


def need_edit(user: User, customer: Customer) -> None:
    """Problem 403 for a customer the user may see but not change."""
    if not pools_for(user, CUSTOMER_EDIT).filter(pk=customer.pool_id).exists():
        raise missing(CUSTOMER_EDIT)
