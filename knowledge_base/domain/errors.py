"""What the verbs of this app may refuse. `str(error)` is a sentence for the author, saying what to do."""

from knowledge_base.models import Text


class ArticleError(Exception):
    """Base of all refusals of this app."""


class StaleDraft(ArticleError):
    """Somebody else saved the draft since this one was opened. `current` is the text as it is now."""

    def __init__(self, message: str, *, current: Text) -> None:
        super().__init__(message)
        self.current = current


class NotAllowed(ArticleError):
    """The state does not allow this move."""


class Incomplete(NotAllowed):
    """There is no title or nothing below it: nothing to publish."""


class AddressTaken(ArticleError):
    """Another article or category of the brand has this address."""


class NotEmpty(NotAllowed):
    """The category still holds articles or other categories."""


class BadPicture(ArticleError):
    """Not a picture, or too large a one."""
