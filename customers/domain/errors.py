"""What can go wrong with customers; the message is a sentence for the person at the screen."""


class CustomerError(Exception):
    """Base of all errors of this app's verbs. `str()` is translated and may be shown."""


class BadFields(CustomerError):
    """Values that the firm's own fields do not take. `problems` says which, by key."""

    def __init__(self, message: str, problems: dict[str, str]) -> None:
        super().__init__(message)
        self.problems = problems


class InvalidIdentity(CustomerError):
    """Not an e-mail address, phone number or customer number we could ever meet again."""


class IdentityTaken(CustomerError):
    """The address belongs to somebody else of the pool; `customer_id` says to whom."""

    def __init__(self, message: str, customer_id: int) -> None:
        super().__init__(message)
        self.customer_id = customer_id


class CannotMerge(CustomerError):
    """Same row, other pool, or one of them is merged away already."""


class CannotUndo(CustomerError):
    """Undone already, or a later merge stands on it."""


class InvalidRow(CustomerError):
    """A row of a bulk call is not usable; `index` is its place, from 0. Nothing of the call was stored."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


class StaleVersion(CustomerError):
    """Somebody else changed the customer since this form was opened."""
