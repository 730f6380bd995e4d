"""A brand's look on the pages of customers: one colour, and what follows from it."""

from dataclasses import dataclass
from urllib.parse import quote

from accounts.models import Brand
from carecenter.lib.colours import DEFAULT, readable_on, safe_colour, text_on

# What links and small words stand on at worst: the brand's own tint of the page, by day and by night.
LIGHT_GROUND = "#ece7df"
DARK_GROUND = "#34302a"
SIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="{}"/>'
    '<text x="16" y="22.5" font-family="sans-serif" font-size="18" font-weight="700" text-anchor="middle" fill="{}">'
    "{}</text></svg>"
)


@dataclass(frozen=True)
class Look:
    """The variables of help.css, made of colours we wrote ourselves, whatever was stored."""

    name: str
    colour: str
    on_colour: str
    link_light: str
    link_dark: str

    @property
    def initial(self) -> str:
        return next((letter for letter in self.name if letter.isalnum()), "?").upper()

    @property
    def icon(self) -> str:
        """The sign for the browser's tab, as an address that carries its own picture."""
        initial = self.initial if self.initial.isascii() else "?"
        return "data:image/svg+xml," + quote(SIGN.format(self.colour, self.on_colour, initial))


def look_of(brand: Brand | None) -> Look:
    """Of no brand: while the database is away, a page still has to look like one."""
    colour = safe_colour(brand.color if brand else DEFAULT)
    return Look(
        name=brand.name if brand else "",
        colour=colour,
        on_colour=text_on(colour),
        link_light=readable_on(colour, LIGHT_GROUND),
        link_dark=readable_on(colour, DARK_GROUND),
    )
