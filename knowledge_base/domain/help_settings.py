"""What is set for a brand's help."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Brand
from journal.domain.recording import record
from knowledge_base.models import HelpSettings


def settings_of(brand: Brand) -> HelpSettings:
    """As saved, else the defaults, in a row that is not stored."""
    saved = HelpSettings.objects.select_related("logo", "logo_dark").filter(brand=brand).first()
    if saved is None:
        return HelpSettings(brand=brand)
    saved.brand = brand
    return saved


def settings_of_all(brand_ids: Iterable[int]) -> list[HelpSettings]:
    """Of each of these brands, by name; one query."""
    brands = Brand.objects.filter(pk__in=list(brand_ids)).select_related("help_settings").order_by("name")
    return [getattr(brand, "help_settings", None) or HelpSettings(brand=brand) for brand in brands]


@transaction.atomic
def save_held_out(brand: Brand, percent: int, *, actor: str) -> HelpSettings:
    """From the next visitor on: who has been here before stays in their arm."""
    saved, _made = HelpSettings.objects.update_or_create(brand=brand, defaults={"held_out": percent})
    record("help.settings_saved", actor=actor, brand_id=brand.pk, held_out=percent)
    return saved
