"""What the verbs of this app may refuse. `str(error)` is a sentence for the person at the screen."""


class WebhookError(Exception):
    """Base of all refusals of this app."""


class BadAddress(WebhookError):
    """Nothing can be sent there."""


class UnknownEvent(WebhookError):
    """No event has this name."""


class NotYours(WebhookError):
    """The webhook would tell of brands beyond the actor's reach."""


class StillWaiting(WebhookError):
    """It is on its way already."""
