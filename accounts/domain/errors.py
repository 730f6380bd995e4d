"""What can be wrong when people sign in or are managed."""

import datetime


class AccountError(Exception):
    """Base of all errors of this app."""


class SignInRefused(AccountError):
    """Wrong address or password, or a person who is no longer active: never said which."""


class SignInLocked(AccountError):
    """Too many failures of this address or network. The password is not even looked at."""

    def __init__(self, until: datetime.datetime) -> None:
        super().__init__("locked")
        self.until = until


class InvitedOften(AccountError):
    """The person was sent several invitations just now."""


class LinkInvalid(AccountError):
    """A mailed link that is forged, used, too old, or belongs to somebody who is no longer active."""


class AddressTaken(AccountError):
    """There is a person with this address."""


class OutOfScope(AccountError):
    """The actor would give, or take away, more than they have themselves."""


class LastAdmin(AccountError):
    """Nobody would be left who may manage people everywhere."""


class RoleTaken(AccountError):
    """Another role has this name."""


class RoleInUse(AccountError):
    """Somebody has the role."""


class RoleFixed(AccountError):
    """A shipped role keeps its name, and Admin what it may."""


class RoleChanged(AccountError):
    """Somebody else changed the role since the page was shown."""


class NotYourself(AccountError):
    """People do not deactivate themselves."""


class GrantMismatch(AccountError):
    """A team works for the brands of its own pool only."""


class CodeWrong(AccountError):
    """Not the code of this moment, one that was used already, or no recovery code that is left."""


class FactorNeeded(AccountError):
    """A role of the person asks for a second factor: the last one is not taken away."""


class OidcUnreachable(AccountError):
    """The organisation's sign-in does not answer, or not as OpenID Connect says."""


class OidcRefused(AccountError):
    """`code`: answer (forged, too old, or not to our question), address (not confirmed, or of another domain), unknown
    (nobody here has it, and nobody is made), factor (our own has to be shown) or inactive."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PasskeyRefused(AccountError):
    """An answer that does not fit what was asked, a key nobody knows, or one whose counter went back."""


class BrandTaken(AccountError):
    """Another brand has this name, or this slug."""


class BrandInUse(AccountError):
    """Rows belong to the brand: it is archived, never deleted."""


class TeamTaken(AccountError):
    """Another team of the pool has this name."""
