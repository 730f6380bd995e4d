"""Names of what this app records in the journal."""

from typing import Final

SIGNED_IN: Final = "user.signed_in"  # data: how
SIGNED_OUT: Final = "user.signed_out"  # data: everywhere
LOCKED_OUT: Final = "user.locked_out"  # data: by ("email", "net" or "code")
PASSWORD_CHANGED: Final = "user.password_changed"  # noqa: S105  a name
INVITED: Final = "user.invited"
INVITATION_ACCEPTED: Final = "user.invitation_accepted"
GRANTS_CHANGED: Final = "user.grants_changed"
DEACTIVATED: Final = "user.deactivated"
ACTIVATED: Final = "user.activated"
FACTOR_ADDED: Final = "user.factor_added"  # data: kind ("authenticator" or "passkey")
FACTOR_REMOVED: Final = "user.factor_removed"  # data: kind
FACTORS_RESET: Final = "user.factors_reset"  # by somebody else
PASSKEY_COPIED: Final = "user.passkey_copied"  # its counter went back: two devices hold it
RECOVERY_CODES_MADE: Final = "user.recovery_codes_made"
RECOVERY_CODE_USED: Final = "user.recovery_code_used"  # data: left
EMAIL_CHANGED: Final = "user.email_changed"
OIDC_LINKED: Final = "user.oidc_linked"  # data: created
ROLE_CREATED: Final = "role.created"  # subject: role:<id>; data: added
ROLE_CHANGED: Final = "role.changed"  # data: added, taken (codes)
ROLE_RENAMED: Final = "role.renamed"
ROLE_DELETED: Final = "role.deleted"
ROLE_FACTOR_CHANGED: Final = "role.second_factor_changed"  # subject: role:<id>; data: required
MAIL_QUEUED: Final = "account_mail.queued"  # subject: account_mail:<id>
TOKEN_CREATED: Final = "api_token.created"  # noqa: S105
TOKEN_REVOKED: Final = "api_token.revoked"  # noqa: S105
REACTION_REPLAYED: Final = "reaction.replayed"  # subject: reaction:<id>
BRAND_CREATED: Final = "brand.created"  # subject: brand:<id>
BRAND_CHANGED: Final = "brand.changed"  # data: fields
BRAND_ARCHIVED: Final = "brand.archived"
BRAND_RESTORED: Final = "brand.restored"
BRAND_DELETED: Final = "brand.deleted"


def user_subject(user_id: int) -> str:
    return f"user:{user_id}"


def id_of(subject: str) -> int:
    """The number in "user:5"."""
    return int(subject.partition(":")[2])
