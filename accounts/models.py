"""Who may sign in and to what: pools, brands, people, teams, roles, grants, tokens."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.permissions import ROLE_TITLES
from accounts.web_sessions import SessionStore
from carecenter.lib.time import now
from carecenter.lib.zones import is_zone


class CustomerPool(models.Model):
    """Whose customers they are. Two clients of an outsourcer are two pools and never share a person."""

    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class BrandQuerySet(models.QuerySet["Brand"]):
    def in_use(self) -> "BrandQuerySet":
        """For what is begun anew; what is there already keeps its brand."""
        return self.filter(archived_at__isnull=True)


class Brand(models.Model):
    """What a customer knows: a name, a look, inboxes, a language.

    An archived one keeps its tickets and takes what still comes in; its help centre is closed, and nothing new is
    begun for it.
    """

    pool = models.ForeignKey(CustomerPool, on_delete=models.PROTECT, related_name="brands")
    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    color = models.CharField(max_length=7, default="#3f51d9")
    language = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=64, default="UTC", validators=[is_zone])
    public_base_url = models.URLField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def search(self, words: str) -> "UserQuerySet":
        """People whose name or address holds every word."""
        found = self
        for word in words.split()[:5]:
            found = found.filter(models.Q(name__icontains=word) | models.Q(email__icontains=word))
        return found

    def with_grants(self) -> "UserQuerySet":
        return self.prefetch_related(models.Prefetch("grants", Grant.objects.to_show()))


def as_stored(email: str) -> str:
    """An address as every person has it, and as it is looked for: capitals of the database make ı and ſ equal to I
    and S, which are other people's."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=as_stored(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=as_stored(username or ""))


class User(AbstractBaseUser):
    """A person of the staff. Signs in by e-mail address; what they may do is in their grants."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, blank=True)
    zone = models.CharField(max_length=64, blank=True, validators=[is_zone])
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.SYSTEM)
    signature = models.TextField(blank=True)
    shortcuts = models.BooleanField(default=True)  # single-key shortcuts can be switched off (WCAG 2.1.4)
    is_active = models.BooleanField(default=True)
    session_generation = models.PositiveIntegerField(default=0)  # raised to end every session of the user
    created_at = models.DateTimeField(default=now)

    objects = UserManager.from_queryset(UserQuerySet)()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own hook: a session is good while this stays the same. A new password or generation ends it."""
        value = f"{self.password}:{self.session_generation}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class LivingTeams(models.Manager["Team"]):
    def get_queryset(self) -> models.QuerySet["Team"]:
        return super().get_queryset().filter(ended_at__isnull=True)


class Team(models.Model):
    """People who share a queue. A team works for the brands of one pool.

    One that has ended is nowhere to be seen or chosen; its row goes when nothing names it any more.
    """

    pool = models.ForeignKey(CustomerPool, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    members = models.ManyToManyField(User, related_name="teams", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LivingTeams()
    with_ended = models.Manager["Team"]()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "name"],
                name="team_name_once_in_pool",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A named set of permission codes (`accounts.permissions`). Code asks for codes, never for a role's name."""

    name = models.CharField(max_length=60, unique=True)
    permissions = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    second_factor = models.BooleanField(default=False)  # whoever has the role must have one

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The name to show: translated for the roles the product ships with."""
        return str(ROLE_TITLES.get(self.name, self.name))


class GrantQuerySet(models.QuerySet["Grant"]):
    def to_show(self) -> "GrantQuerySet":
        """With what a page says about a grant, in a fixed order."""
        return self.select_related("role", "brand", "team").order_by(
            "role_id", "brand__name", "team__name", "pk"
        )


class Grant(models.Model):
    """This user has this role, for one brand or all, for one team's work or all."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "brand", "team"], name="grant_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.brand or '*'} {self.team or '*'}"


class ApiToken(models.Model):
    """A bearer token: acts as its user, within its scopes. Only the hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, unique=True)  # sha256 of the token
    scopes = ArrayField(models.CharField(max_length=60), default=list)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"


class Authenticator(models.Model):
    """The app on somebody's telephone that shows codes. Its secret is sealed; it is kept only once a code fitted."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="authenticator")
    sealed = models.TextField()
    last_step = models.BigIntegerField(default=0)  # of the latest code that was used: no code works twice
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"authenticator of {self.user_id}"


class RecoveryCode(models.Model):
    """Lets somebody in once who has lost their second factor. Only a keyed hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class WebSession(AbstractBaseSession):
    """A browser in which somebody has signed in, or is about to. Written by its store alone."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="web_sessions")
    device = models.CharField(max_length=300, blank=True)  # as the browser calls itself
    used_at = models.DateTimeField(null=True)  # within five minutes

    def __str__(self) -> str:
        return f"session of {self.user_id}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class Passkey(models.Model):
    """A key pair of somebody's device for one host of ours; the public half is here, and can be read by anybody."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    rp_id = models.CharField(max_length=253)  # the host it was made for: it works nowhere else
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()  # WebAuthn's attested credential data: the id and the public key
    sign_count = models.BigIntegerField(default=0)  # 0 for ever where the device does not count
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.name


class OidcIdentity(models.Model):
    """Who somebody is at the organisation's own sign-in: the issuer's number for them, never their address."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="oidc_identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="oidc_identity_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="oidc_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.pk}"


class SignInThrottle(models.Model):
    """Failed sign-ins of one address, one network or one person's codes; locked for a while after too many."""

    key = models.CharField(max_length=300, unique=True)  # "email:…", "net:…", "code:…", "reset:…"
    failures = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(default=now)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class AccountMail(models.Model):
    """A reset, an invitation or a notice to be mailed. The link is made when it is sent: the row holds no secret.

    A reset is a row for every address that was typed, known or not, so that asking takes equally long; whether
    the address is known is looked up by the sender.
    """

    class Kind(models.TextChoices):
        RESET = "reset", _("Password reset")
        INVITATION = "invitation", _("Invitation")
        FACTOR_RESET = "factor_reset", _("Second factor taken away")
        NEW_ADDRESS = "new_address", _("Confirm a new address")
        ADDRESS_LEFT = "address_left", _("Address changed")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        IGNORED = "ignored", _("Not needed")
        FAILED = "failed", _("Failed")
        BOUNCED = "bounced", _("Returned")

    kind = models.CharField(max_length=12, choices=Kind)
    address = models.EmailField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)  # where it is not whose address it is
    message_id = models.CharField(max_length=200, blank=True, db_default="")  # of the latest try
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], name="account_mail_waiting", condition=models.Q(state="queued")
            ),
            models.Index(fields=["address", "kind", "created_at"], name="account_mail_recent"),
            models.Index(fields=["message_id"], name="account_mail_id", condition=~models.Q(message_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
