"""Tags for pages that customers open. `{% load portal %}`."""

from django import template
from django.utils.safestring import SafeString

from accounts.models import Brand
from carecenter.lib import icons
from portal.frame import Frame, frame_for

register = template.Library()


@register.simple_tag(takes_context=True)
def help_frame(context: template.Context) -> Frame:
    """What stands around the page of the context's `brand`, which may be none; `page_language` of its words."""
    brand = context.get("brand")
    return frame_for(
        context.get("request"), brand if isinstance(brand, Brand) else None, context.get("page_language", "")
    )


@register.simple_tag
def icon_or(name: str, other: str, classes: str = "") -> SafeString:
    """An icon that somebody chose; the other one when it is not, or no longer, built."""
    try:
        return icons.svg(name or other, classes)
    except icons.IconMissing:
        return icons.svg(other, classes)
