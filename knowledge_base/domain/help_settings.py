"""What is set for a brand's help."""

from django.db import transaction

from accounts.models import Brand
from journal.domain.recording import record
from knowledge_base.models import HelpSettings


def settings_of(brand: Brand) -> HelpSettings:
    """As saved, else the defaults, in a row that is not stored."""
    return HelpSettings.objects.filter(brand=brand).first() or HelpSettings(brand=brand)


@transaction.atomic
def save_held_out(brand: Brand, percent: int, *, actor: str) -> HelpSettings:
    """From the next visitor on: who has been here before stays in their arm."""
    saved, _made = HelpSettings.objects.update_or_create(brand=brand, defaults={"held_out": percent})
    record("help.settings_saved", actor=actor, brand_id=brand.pk, held_out=percent)
    return saved
