"""What can be wrong about surveys and answers. The message is for the person in front of the screen."""


class FeedbackError(Exception):
    pass


class NotAllowed(FeedbackError):
    """The rules forbid it."""


class NotValid(FeedbackError):
    """What was given is no answer to what was asked."""


class TooLate(FeedbackError):
    """The time to answer, or to change the answer, is over."""


class Gone(FeedbackError):
    """What the question was about does not exist any more."""
