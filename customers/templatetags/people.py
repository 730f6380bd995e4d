"""How customers' things are written: money, phone numbers, languages, icons."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from customers.domain.normalise import show_phone
from customers.models import Identity, Order

register = template.Library()
FITS = 24  # characters: an address of as many stands in one line

# Currencies whose minor unit is not a hundredth (ISO 4217).
WHOLE = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
EXPONENTS = dict.fromkeys(WHOLE, 0) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
ICONS = {Identity.Kind.EMAIL: "mail", Identity.Kind.PHONE: "phone", Identity.Kind.EXTERNAL: "id"}
GIVEN_BY_US = "visitor:"
TONES = {
    Order.Status.PLACED: "neutral",
    Order.Status.PAID: "neutral",
    Order.Status.SHIPPED: "blue",
    Order.Status.DELIVERED: "green",
    Order.Status.RETURNED: "amber",
    Order.Status.REFUNDED: "amber",
    Order.Status.CANCELLED: "red",
}


@register.filter
def money(minor: int, currency: str) -> str:
    """4990 and EUR as the reader writes it: €49.90, or 49,90 € in German. Nothing in it breaks at a line's end."""
    places = EXPONENTS.get(currency, 2)
    size = Decimal(abs(minor)).scaleb(-places)
    amount = number_format(size, decimal_pos=places, use_l10n=True, force_grouping=True)
    sign = SIGNS.get(currency, f"{currency}\u00a0")
    # Translators: the order in which money is written; the space that stands between, if any, must not break.
    written = _("%(currency)s%(amount)s") % {"currency": sign, "amount": amount}
    return ("-" if minor < 0 else "") + written.replace(" ", "\u00a0").strip()


@register.filter
def written(identity: Identity) -> str:
    """An identity as people write it: phone numbers in groups, addresses as their owner wrote them."""
    return (
        show_phone(identity.value)
        if identity.kind == Identity.Kind.PHONE
        else identity.display or identity.value
    )


@register.filter
def breakable(text: str) -> SafeString | str:
    """A long address may go on in the next line behind its @ and its dots, not in the middle of a word."""
    if len(text) <= FITS:
        return text
    return format_html_join("", "{}<wbr>", ((part,) for part in re.split(r"(?<=[@.])", text) if part))


@register.filter
def worth_reading(identities: Iterable[Identity]) -> list[Identity]:
    """Without the numbers that the chat gave anonymous visitors: they tell people nothing."""
    return [
        one
        for one in identities
        if not (one.kind == Identity.Kind.EXTERNAL and one.value.startswith(GIVEN_BY_US))
    ]


@register.filter
def kind_icon(kind: str) -> str:
    return ICONS[Identity.Kind(kind)]


@register.filter
def order_tone(status: str) -> str:
    return TONES[Order.Status(status)]


@register.filter
def language_name(code: str) -> str:
    """Its name in the reader's language, or the code when nobody knows it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
