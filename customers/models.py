"""Who writes to us: people, what they are known by, their organisations and orders."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import pools_within, scope
from accounts.models import Brand, CustomerPool, User
from accounts.permissions import CUSTOMER_VIEW, Scope
from carecenter.lib.time import now
from customers import lookups  # noqa: F401 registers ilike

is_key = RegexValidator(r"^[a-z][a-z0-9_]{0,39}\Z", _("Small letters, digits and _ only, a letter first."))


class Organisation(models.Model):
    pool = models.ForeignKey(CustomerPool, on_delete=models.PROTECT, related_name="organisations")
    name = models.CharField(max_length=200)
    domains = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    # Its people see each other's tickets in the help centre, when the address they signed in with is of its domains.
    shares_tickets = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "name"], name="organisation_once_in_pool")]

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> "CustomerQuerySet":
        """Customers of the pools in which the user may see customers."""
        return self.within(scope(user, CUSTOMER_VIEW))

    def within(self, where: Scope) -> "CustomerQuerySet":
        return self.filter(pool__in=pools_within(where))

    def living(self) -> "CustomerQuerySet":
        """Without those merged into another."""
        return self.filter(merged_into__isnull=True)


class Customer(models.Model):
    """One person, one history. A merged row stays, so that old links and numbers resolve."""

    pool = models.ForeignKey(CustomerPool, on_delete=models.PROTECT, related_name="customers")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers"
    )
    name = models.CharField(max_length=200, blank=True)
    known_by = models.CharField(
        max_length=320, blank=True, default="", db_default=""
    )  # shown while nobody told a name
    language = models.CharField(max_length=10, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    tier = models.CharField(max_length=40, blank=True)  # VIP, gold: free text of the firm
    fields = models.JSONField(default=dict, blank=True, db_default={})  # of the firm's own: see OwnField
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["pool", "-id"], name="customer_pool"),
            models.Index(fields=["organisation"], name="customer_organisation"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="customer_name_trgm"),
            GinIndex(fields=["fields"], name="customer_fields"),
        ]

    def __str__(self) -> str:
        return self.name or self.known_by or f"{_('Customer')} {self.pk}"


class Identity(models.Model):
    """An address, number or handle of a customer, and how sure we are that it is theirs.

    `value` is normalised (`customers.domain.normalise`): lower-case e-mail, E.164, handle.
    Only verified identities join people on their own.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        EXTERNAL = "external", _("Customer number")  # the id in the firm's own systems

    class Evidence(models.TextChoices):
        CLAIMED = "claimed", _("Claimed")
        VERIFIED = "verified", _("Verified")

    pool = models.ForeignKey(CustomerPool, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.CharField(max_length=320)
    display = models.CharField(max_length=320, blank=True)  # as the person wrote it
    evidence = models.CharField(max_length=10, choices=Evidence, default=Evidence.CLAIMED)
    verified_by = models.CharField(max_length=40, blank=True)  # "api", "code", "dmarc", "agent"
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["pool", "kind", "value"], name="identity_once_in_pool")
        ]
        indexes = [
            GinIndex(fields=["value"], opclasses=["gin_trgm_ops"], name="identity_value_trgm"),
            # Who has the same local part, who the same domain: prefixes of the value and of its mirror image.
            models.Index(
                "pool_id", OpClass("value", name="varchar_pattern_ops"), name="identity_value_prefix"
            ),
            models.Index(
                "pool_id", OpClass(Reverse("value"), name="text_pattern_ops"), name="identity_value_suffix"
            ),
        ]

    def __str__(self) -> str:
        return self.display or self.value

    @property
    def shown(self) -> str:
        """What a customer without a name is called: their address or number, not what the firm's systems call them."""
        return "" if self.kind == self.Kind.EXTERNAL else str(self)


class Consent(models.Model):
    """What a customer allowed or refused, and when. Never changed: the latest row of a purpose counts."""

    class Purpose(models.TextChoices):
        SURVEYS = "surveys", _("Questions about how it went")
        CALLS = "calls", _("Calls")

    class Way(models.TextChoices):
        PORTAL = "portal", _("In the help centre")
        SURVEY = "survey", _("On a survey")
        AGENT = "agent", _("Told a colleague")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    is_given = models.BooleanField()
    way = models.CharField(max_length=8, choices=Way)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["customer", "purpose", "-id"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.customer_id}"


class Order(models.Model):
    """What a customer bought, as the shop tells us. Money in minor units of its currency."""

    class Status(models.TextChoices):
        PLACED = "placed", _("Placed")
        PAID = "paid", _("Paid")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        REFUNDED = "refunded", _("Refunded")
        CANCELLED = "cancelled", _("Cancelled")

    pool = models.ForeignKey(CustomerPool, on_delete=models.PROTECT)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    number = models.CharField(max_length=80)  # the shop's own number: the key of an upsert
    status = models.CharField(max_length=12, choices=Status, default=Status.PLACED)
    total_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="EUR")
    placed_at = models.DateTimeField()
    items = models.JSONField(default=list, blank=True)  # [{"name", "sku", "quantity", "price_minor"}]
    url = models.URLField(max_length=500, blank=True)  # the order in the shop's own back office
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "number"], name="order_once_in_pool")]
        indexes = [models.Index(fields=["customer", "-placed_at"], name="order_customer")]

    def __str__(self) -> str:
        return self.number


class CustomerNote(models.Model):
    """What colleagues should know about this person. Never shown to customers."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT)
    text = models.TextField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="customer_note")]

    def __str__(self) -> str:
        return self.text[:40]


class JoinProposal(models.Model):
    """Two customers who may be one person, with the evidence. A person decides; we never join on a claim."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        JOINED = "joined", _("Joined")
        DISMISSED = "dismissed", _("Not the same person")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="proposals")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    # customer_id < other_id always, so that a pair has one row.
    reasons = models.JSONField(
        default=list
    )  # codes with ids: [{"code": "same_name"}, {"code": "same_phone", …}]
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "other"], name="proposal_once"),
            models.CheckConstraint(
                condition=models.Q(customer__lt=models.F("other")), name="proposal_ordered"
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="proposal_open", condition=models.Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.customer_id} + {self.other_id}"


class Merge(models.Model):
    """A join that was made, with what is needed to take it back."""

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)  # model label -> ids that went from `gone` to `kept`
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    made_at = models.DateTimeField(default=now)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class OwnField(models.Model):
    """A field that a firm makes for itself: of tickets, of all brands of a pool or of one; or of customers.

    `names` and `helps` say it in other languages: {"de": "Grund"}. `choices`: [{"code", "name", "names"}], with
    "gone" for one that is offered no more, so that its tickets still name it. `conditions`: [{"field": key,
    "values": [codes]}]; it is asked only while all of them hold. Never deleted: a retired one is asked no more.
    """

    class About(models.TextChoices):
        TICKET = "ticket", _("Tickets")
        CUSTOMER = "customer", _("Customers")

    class Kind(models.TextChoices):
        TEXT = "text", _("Short text")
        LONG = "long", _("Long text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One of a list")
        CHOICES = "choices", _("Several of a list")

    class Required(models.TextChoices):
        NEVER = "never", _("Never")
        SENDING = "sending", _("When the customer sends the form")
        SOLVING = "solving", _("Before the ticket is solved")

    pool = models.ForeignKey(CustomerPool, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    about = models.CharField(max_length=8, choices=About, default=About.TICKET, db_default=About.TICKET)
    key = models.CharField(max_length=40, validators=[is_key])
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=80)
    names = models.JSONField(default=dict, blank=True)
    help = models.CharField(max_length=300, blank=True)
    helps = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=list, blank=True)
    required = models.CharField(max_length=8, choices=Required, default=Required.NEVER)
    is_public = models.BooleanField(default=False)  # the form asks for it, and My tickets shows it
    conditions = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["pool", "position", "id"], name="own_field_pool")]
        constraints = [models.UniqueConstraint(fields=["pool", "key"], name="own_field_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """In the language of the page."""
        return said_in(self.names) or self.name

    @property
    def hint(self) -> str:
        return said_in(self.helps) or self.help

    @property
    def is_listed(self) -> bool:
        """Its values are codes: of a list, or yes and no."""
        return self.kind in (self.Kind.CHOICE, self.Kind.CHOICES, self.Kind.YES_NO)

    def options(self, *, gone: bool = False) -> list[tuple[str, str]]:
        """(code, words) of what may be chosen, in order; with `gone` also what was once."""
        if self.kind == self.Kind.YES_NO:
            return [("yes", str(_("Yes"))), ("no", str(_("No")))]
        return [
            (choice["code"], said_in(choice.get("names", {})) or choice["name"])
            for choice in self.choices
            if gone or not choice.get("gone")
        ]


def said_in(names: dict[str, Any]) -> str:
    return str(names.get((get_language() or "en").partition("-")[0], "") or "")
