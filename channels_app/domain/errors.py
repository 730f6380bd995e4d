"""What the verbs of this app may refuse. `str(error)` is a sentence for the person at the screen."""


class ChannelError(Exception):
    """Base of all refusals of this app."""


class EmptyInput(ChannelError):
    """There are no bytes to store."""


class TooLarge(ChannelError):
    """More bytes than the installation takes."""


class NotOpen(ChannelError):
    """The record, or the answer, is not in a state that allows this any more."""


class StillSending(ChannelError):
    """A report on an answer came before we noted that it left; the record is run again."""


class NoAddress(ChannelError):
    """What was given is no mail address."""


class AddressInUse(ChannelError):
    """Another inbox has this address."""


class NotOurs(ChannelError):
    """No inbox of ours has this address."""


class ForeignThread(ChannelError):
    """The contact on the ticket belongs to somebody else's conversation; the record is run again, on a new ticket."""


class NoSession(ChannelError):
    """No chat of this inbox has this token."""


class BadSignature(ChannelError):
    """What the site says of its visitor is not signed by it, or not now."""


class NameInUse(ChannelError):
    """Another inbox has this name, or this key."""
