"""What the verbs of this app may refuse. `str(error)` is a sentence for the person, saying what to do."""


class WorkforceError(Exception):
    """Base of all refusals of this app."""


class NameTaken(WorkforceError):
    """Another one of the same pool has this name."""


class ChangedSince(WorkforceError):
    """What is to be put back is not as it was left."""
