"""How a brand's help centre looks and greets: its colour, its words, the links at its foot, its own address, and
whether mails lead there."""

from dataclasses import dataclass, field

from django.db import transaction

from accounts.domain.brands import change_brand
from accounts.models import Brand
from journal.domain.recording import record
from knowledge_base.models import HelpSettings


@dataclass(frozen=True)
class Look:
    """As somebody wants it; `headings` and `greetings` by language, empty ones are our own words."""

    color: str
    public_base_url: str = ""
    site_url: str = ""
    headings: dict[str, str] = field(default_factory=dict)
    greetings: dict[str, str] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)
    mail_links: bool = True


@transaction.atomic
def save_look(brand: Brand, look: Look, *, actor: str) -> HelpSettings:
    """From the next page on. Event: help.settings_saved with the names of what was given, never the words."""
    brand = Brand.objects.select_for_update().get(pk=brand.pk)
    changed = change_brand(brand, color=look.color, public_base_url=look.public_base_url)
    values = {
        "headings": {code: words for code, words in look.headings.items() if words},
        "greetings": {code: words for code, words in look.greetings.items() if words},
        "site_url": look.site_url,
        "links": look.links,
        "mail_links": look.mail_links,
    }
    saved, _made = HelpSettings.objects.update_or_create(brand=brand, defaults=values)
    record("help.settings_saved", actor=actor, brand_id=brand.pk, brand=changed, fields=sorted(values))
    return saved
