"""What a verb of this app refused, in words: for the screen and for the API."""

from django.utils.translation import gettext as _

from accounts.domain.errors import (
    AccountError,
    AddressTaken,
    BrandInUse,
    BrandTaken,
    FactorNeeded,
    GrantMismatch,
    InvitedOften,
    LastAdmin,
    NotYourself,
    OutOfScope,
    RoleChanged,
    RoleFixed,
    RoleInUse,
    RoleTaken,
    TeamTaken,
)


def said(error: AccountError) -> str:
    """What went wrong, for who tried."""
    texts = {
        AddressTaken: _("There is a person with this address already."),
        OutOfScope: _("You can only give or take what you may do yourself, in the same brands and teams."),
        GrantMismatch: _("This team does not work for this brand."),
        InvitedOften: _("They were sent several invitations just now. Try again in 15 minutes."),
        LastAdmin: _("Somebody must be left who may manage people everywhere."),
        FactorNeeded: _("Set up a second factor for yourself first."),
        NotYourself: _("You cannot deactivate yourself."),
        BrandTaken: _("Another brand has this name, or this short name in addresses."),
        BrandInUse: _("Something belongs to this brand by now. It can be archived."),
        RoleTaken: _("Another role has this name."),
        RoleInUse: _("Somebody has this role. Take it away from them first."),
        RoleFixed: _("This role keeps its name, and Admin may always do everything."),
        RoleChanged: _("Somebody else changed this role meanwhile. Look again at what it may."),
        TeamTaken: _("Another team has this name."),
    }
    return texts[type(error)]
