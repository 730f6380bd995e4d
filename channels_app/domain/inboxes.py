"""Open a new entrance: a mail address that becomes tickets of a brand."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Brand, CustomerPool, Team
from carecenter.lib.kinds import Capability, kinds_that
from channels_app.domain.addresses import base_address
from channels_app.domain.errors import AddressInUse, NoAddress
from channels_app.models import Connection, InboxAddress
from tickets.models import Inbox

# The kind that lives at a mail address.
MAIL = kinds_that(Capability.ADDRESSES)[0]


@dataclass(frozen=True)
class NewInbox:
    """`pool` is whose customers write here: brands of one firm share a pool, clients of an outsourcer never do."""

    brand: str
    address: str
    pool: str = ""
    team: str = ""
    name: str = ""
    key: str = ""
    language: str = "en"
    zone: str = "UTC"


def open_mail_inbox(wanted: NewInbox) -> Inbox:
    """Create the inbox, and its pool, brand and team where they do not exist yet.

    Raises NoAddress for what is no mail address, AddressInUse for one that another inbox has, ValidationError for a
    time zone or a key that is none.
    """
    address = base_address(wanted.address)
    try:
        validate_email(address)
    except ValidationError:
        raise NoAddress(_("%(address)s is not an e-mail address.") % {"address": wanted.address}) from None
    with transaction.atomic():
        if InboxAddress.objects.filter(address=address).exists():
            raise AddressInUse(_("%(address)s belongs to another inbox already.") % {"address": address})
        brand = brand_of(wanted)
        inbox = Inbox(
            brand=brand,
            name=wanted.name or address,
            key=wanted.key or slugify(address.replace("@", "-at-").replace(".", "-"))[:60],
            kind=MAIL,
            default_team=team_of(wanted, brand),
        )
        inbox.full_clean()
        inbox.save(force_insert=True)
        connection = Connection.objects.create(inbox=inbox, from_name=brand.name)
        InboxAddress.objects.create(connection=connection, address=address)
    return inbox


def brand_of(wanted: NewInbox) -> Brand:
    found = Brand.objects.filter(name=wanted.brand).first()
    if found is not None:
        return found
    pool, _created = CustomerPool.objects.get_or_create(name=wanted.pool or wanted.brand)
    brand = Brand(
        pool=pool,
        name=wanted.brand,
        slug=slugify(wanted.brand)[:60],
        language=wanted.language,
        zone=wanted.zone,
    )
    brand.full_clean()
    brand.save(force_insert=True)
    return brand


def team_of(wanted: NewInbox, brand: Brand) -> Team | None:
    if not wanted.team:
        return None
    team, _created = Team.objects.get_or_create(pool=brand.pool, name=wanted.team)
    return team
