"""A customer does not want to be asked any more."""

from customers.domain.consent import set_consents
from customers.models import Consent
from feedback.models import Invitation


def refuse_surveys(invitation: Invitation) -> bool:
    """Keep their word; False when it was known, or nobody is left whose word it could be."""
    if invitation.customer is None:
        return False
    wanted: dict[str, bool] = {Consent.Purpose.SURVEYS: False}
    return bool(set_consents(invitation.customer, wanted, way=Consent.Way.SURVEY))
