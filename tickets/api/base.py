"""What the ticket endpoints share: what the verbs refuse, and who may."""

from accounts.access import has
from accounts.api.needs import missing
from accounts.models import User
from carecenter.api.views import EndpointSet
from tickets.domain.errors import AlreadyTaken, Empty, NoRecipient, NotAllowed, TooLate
from tickets.domain.uploads import TooManyWaiting, TooMuch
from tickets.models import Ticket


class TicketEndpointSet(EndpointSet):
    refusals = {
        TooManyWaiting: (409, "too-many-waiting"),
        TooMuch: (413, "too-large"),
        AlreadyTaken: (409, "already-taken"),
        NotAllowed: (409, "not-allowed"),
        TooLate: (409, "too-late"),
        NoRecipient: (409, "no-recipient"),
        Empty: (400, "empty"),
    }


def need_here(user: User, code: str, ticket: Ticket) -> None:
    """Problem 403 when the user may see this ticket, but not do this with it."""
    if not has(user, code, brand_id=ticket.brand_id, team_id=ticket.team_id):
        raise missing(code)
