"""What the customers' pages may refuse. `str(error)` is a sentence for the customer, saying what to do."""

from datetime import datetime


class PortalError(Exception):
    """Base of all refusals of this app."""


class TooOften(PortalError):
    """Asked or tried too often; it says so to known and unknown addresses alike."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class CodeRefused(PortalError):
    """Wrong, used, too old, or of an address that nobody is known by: never said which."""


class NotPossible(PortalError):
    """The ticket or the request is not in a state that allows it."""


class NotFresh(PortalError):
    """The sign-in is too long ago for this."""
