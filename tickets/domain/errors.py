"""What the verbs of this app may refuse. `str(error)` is a sentence for the agent, saying what to do."""


class TicketError(Exception):
    """Base of all refusals of this app."""


class AlreadyTaken(TicketError):
    """Somebody else took the ticket first. `assignee` is who."""

    def __init__(self, message: str, *, assignee: str) -> None:
        super().__init__(message)
        self.assignee = assignee


class NotAllowed(TicketError):
    """The state does not allow this move."""


class Empty(TicketError):
    """There is nothing to send."""


class NoRecipient(TicketError):
    """The customer has no address this inbox can write to."""


class BadAddress(TicketError):
    """What was typed is no mail address."""


class TooLate(TicketError):
    """The answer has left already."""


class CannotMerge(NotAllowed):
    """These two cannot become one ticket."""


class CannotUndo(NotAllowed):
    """What was done before cannot be taken back any more."""


class Merged(NotAllowed):
    """The ticket was merged meanwhile. `into` is the key of the one it went into."""

    def __init__(self, message: str, *, into: int) -> None:
        super().__init__(message)
        self.into = into
