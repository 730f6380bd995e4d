"""What stands around every page that customers open: the brand's sign and look, and the ways to a person."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Brand
from carecenter.lib.time import now
from knowledge_base.domain.help_settings import settings_of
from knowledge_base.domain.logos import Sign, sign_of
from knowledge_base.models import HelpSettings
from portal.addresses import address, address_of
from portal.domain.looks import Look, look_of
from portal.domain.ways import Ways, ways_to
from workforce.domain.opening import Opening, opening_of

AWAY = (OperationalError, InterfaceError)


@dataclass(frozen=True)
class Frame:
    """Addresses are "" for what a brand does not have."""

    look: Look
    home: str = ""
    search: str = ""
    suggest: str = ""
    seen: str = ""
    write: str = ""
    chat_key: str = ""
    opening: Opening | None = None
    mine: str = ""
    site: str = ""
    links: tuple[dict[str, str], ...] = ()
    heading: str = ""
    greeting: str = ""
    sign: Sign | None = None

    @property
    def site_name(self) -> str:
        """What is read for the brand's own pages: their host."""
        return urlsplit(self.site).netloc.removeprefix("www.")

    @property
    def name(self) -> str:
        return self.look.name

    @property
    def colour(self) -> str:
        return self.look.colour

    @property
    def initial(self) -> str:
        return self.look.initial

    @property
    def icon(self) -> str:
        return self.look.icon


def frame_of(brand: Brand | None, language: str = "") -> Frame:
    """Without a brand, or while the database is away, only the look."""
    look = look_of(brand)
    if brand is None:
        return Frame(look)
    ways = ways_or_none(brand)
    saved = saved_or_none(brand)
    words = language or brand.language
    return Frame(
        look=look,
        home=address(brand, "home", language),
        search=address(brand, "search", language),
        suggest=address(brand, "suggest", language),
        seen=address(brand, "seen"),
        write=reverse("page:form", args=[ways.form]) if ways.form else "",
        chat_key=ways.chat,
        opening=opening_of(ways.hours, now()),
        mine=address_of(brand, "my:tickets"),
        site=saved.site_url,
        links=tuple(saved.links),
        heading=saved.headings.get(words, ""),
        greeting=saved.greetings.get(words, ""),
        sign=sign_of(saved),
    )


def ways_or_none(brand: Brand) -> Ways:
    try:
        with transaction.atomic():
            return ways_to(brand)
    except AWAY:
        return Ways()


def saved_or_none(brand: Brand) -> HelpSettings:
    try:
        with transaction.atomic():
            return settings_of(brand)
    except AWAY:
        return HelpSettings(brand=brand)


def frame_for(request: HttpRequest | None, brand: Brand | None, language: str = "") -> Frame:
    """Made once for a request."""
    kept: Frame | None = getattr(request, "help_frame", None)
    if kept is None:
        kept = frame_of(brand, language)
        if request is not None:
            request.help_frame = kept  # type: ignore[attr-defined]
    return kept
