"""Tags for pages that customers open. `{% load portal %}`."""

import re

from django import template
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import Brand
from carecenter.lib import icons
from knowledge_base.domain.reading import Shown
from knowledge_base.models import Category
from portal.addresses import address
from portal.frame import Frame, frame_for
from portal.languages import is_rtl, native_name, spoken

register = template.Library()
_WORD = re.compile(r"\w{2,40}")
MOST_LIT = 12


@register.simple_tag(takes_context=True)
def help_frame(context: template.Context) -> Frame:
    """What stands around the page of the context's `brand`, which may be none; `page_language` of its words."""
    brand = context.get("brand")
    found = brand if isinstance(brand, Brand) else None
    return frame_for(context.get("request"), found, str(context.get("page_language") or ""))


@register.simple_tag
def icon_or(name: str, other: str, classes: str = "") -> SafeString:
    """An icon that somebody chose; the other one when it is not, or no longer, built."""
    try:
        return icons.svg(name or other, classes)
    except icons.IconMissing:
        return icons.svg(other, classes)


@register.simple_tag(takes_context=True)
def article_url(context: template.Context, shown: Shown) -> str:
    return address(context["brand"], "article", context["page_language"], slug=shown.slug)


@register.simple_tag(takes_context=True)
def category_url(context: template.Context, category: Category) -> str:
    return address(context["brand"], "category", context["page_language"], slug=category.slug)


@register.simple_tag(takes_context=True)
def seen_url(context: template.Context) -> str:
    return address(context["brand"], "seen")


@register.simple_tag(takes_context=True)
def category_name(context: template.Context, category: Category) -> str:
    return category.name_in(context["page_language"])


@register.simple_tag(takes_context=True)
def category_about(context: template.Context, category: Category) -> str:
    return category.about_in(context["page_language"])


@register.simple_tag
def foreign(shown: Shown) -> SafeString:
    """Says to screen readers that these words are of another language than the page."""
    return (
        format_html('lang="{}" hreflang="{}"', shown.language, shown.language)
        if shown.is_fallback
        else _NOTHING
    )


@register.simple_tag
def direction(language: str) -> SafeString:
    return mark_safe('dir="rtl"' if is_rtl(language) else 'dir="ltr"')


@register.simple_tag
def language_name(code: str) -> str:
    """In the words of the page where we have them, else as its speakers say."""
    name = translation.get_language_info(code)["name_translated"] if code in translation_codes() else ""
    return str(name) or native_name(code)


@register.simple_tag
def other_language_words(code: str) -> str:
    """Said in that language, for whoever reads it."""
    with translation.override(spoken(code)):
        return _("You may also read this page in your language:")


@register.simple_tag
def lit(text: str, *asked: str) -> SafeString:
    """The text with the words that were looked for marked, from their beginnings on."""
    words = {word.lower() for one in asked for word in _WORD.findall(one or "")}
    found = sorted(words, key=len, reverse=True)[:MOST_LIT]
    if not found:
        return escape(text)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, found))})", re.IGNORECASE)
    pieces = pattern.split(text)
    return mark_safe("".join(mark(piece, place) for place, piece in enumerate(pieces)))


def mark(piece: str, place: int) -> str:
    """Every second piece of a split is what was looked for."""
    return f"<mark>{escape(piece)}</mark>" if place % 2 else str(escape(piece))


def translation_codes() -> set[str]:
    from django.conf.locale import LANG_INFO

    return {code for code, info in LANG_INFO.items() if "name" in info}


_NOTHING = mark_safe("")
