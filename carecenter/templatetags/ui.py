"""What every template may use: icons, initials, one way to write times and sizes. Loaded as a builtin."""

import datetime as dt
import zlib
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.template.defaultfilters import date as format_date
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import User
from carecenter.lib import icons
from carecenter.lib.time import now

register = template.Library()
AVATAR_TONES = 6


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    return icons.svg(name, classes, label)


@register.filter
def initials(name: object) -> str:
    """Two letters for an avatar: of first and last word, or the first two of a single one."""
    words = [
        word for word in str(name or "").replace("@", " ").split() if word[0].isalnum() or word[0] == "+"
    ]
    if not words:
        return "?"
    return words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]


@register.filter
def tone(name: object) -> int:
    """The same person always gets the same colour: 1 to 6."""
    return zlib.crc32(str(name or "").encode()) % AVATAR_TONES + 1


def ago_units() -> list[str]:
    """The words of the short time: now, minutes, hours, days. The page's script uses the same."""
    return [_("now"), _("m"), _("h"), _("d")]


@register.simple_tag
def ago_words() -> str:
    return "|".join(ago_units())


def short_time(moment: dt.datetime) -> str:
    """Like "2 m", "3 h", "5 d" within a week, then the day; a year only when it is another one."""
    seconds = (now() - moment).total_seconds()
    just_now, minutes, hours, days = ago_units()
    if seconds < 0 or seconds >= 7 * 86400:
        local = timezone.localtime(moment)
        return format_date(local, _("j M") if local.year == timezone.localtime(now()).year else _("j M Y"))
    if seconds < 60:
        return just_now
    if seconds < 3600:
        return f"{int(seconds // 60)} {minutes}"
    if seconds < 86400:
        return f"{int(seconds // 3600)} {hours}"
    return f"{int(seconds // 86400)} {days}"


@register.simple_tag
def ago(moment: dt.datetime | None, classes: str = "") -> SafeString | str:
    """The one way to show when: short words, the full date on hover and for screen readers' title."""
    if moment is None:
        return ""
    recent = dt.timedelta(0) <= now() - moment < dt.timedelta(days=7)
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}" class="{}"{}>{}</time>',
        moment.isoformat(),
        format_date(local, "DATETIME_FORMAT"),
        classes,
        SafeString(" data-ago") if recent else "",
        short_time(moment),
    )


@register.simple_tag
def clock(moment: dt.datetime | None, classes: str = "") -> SafeString | str:
    """A moment inside a conversation: the time today, day and time before."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    today = timezone.localtime(now())
    if local.date() == today.date():
        shown = format_date(local, "H:i")
    elif local.date() == today.date() - dt.timedelta(days=1):
        shown = _("Yesterday, %(time)s") % {"time": format_date(local, "H:i")}
    else:
        shown = format_date(local, _("j M, H:i") if local.year == today.year else _("j M Y, H:i"))
    return format_html(
        '<time datetime="{}" title="{}" class="{}">{}</time>',
        moment.isoformat(),
        format_date(local, "DATETIME_FORMAT"),
        classes,
        shown,
    )


@register.filter
def size(number: int) -> str:
    return filesizeformat(number)


@register.filter
def many(number: int, limit: int = 1000) -> str:
    """A bounded count: exact below the limit, "1,000+" from there on."""
    return f"{limit:,}+" if number >= limit else f"{number:,}"


@register.filter
def kind_of_field(field: BoundField) -> str:
    """Which markup a form field needs: check, radios, checks, select, textarea, hidden or input."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    for kind, classes in (
        ("checks", CheckboxSelectMultiple),
        ("radios", RadioSelect),
        ("check", CheckboxInput),
        ("textarea", Textarea),
        ("select", Select),
    ):
        if isinstance(widget, classes):
            return kind
    return "input"


@register.simple_tag
def widget(field: BoundField, classes: str = "") -> SafeString:
    """The field's control with our classes and the links screen readers need between it, its hint and its errors."""
    described = [f"{field.id_for_label}_hint"] if field.help_text else []
    attrs: dict[str, Any] = {"class": f"{field.field.widget.attrs.get('class', '')} {classes}".strip()}
    if field.errors:
        described.append(f"{field.id_for_label}_errors")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """This page's query string with some values changed; an empty value removes its key."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{urlencode(list(params.lists()), doseq=True)}" if params else "?"


@register.filter
def may(user: object, code: str) -> bool:
    """Has the user this permission anywhere? For what the page offers; the view decides."""
    return isinstance(user, User) and has(user, code)
