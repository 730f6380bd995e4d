"""What every template may use: icons, initials, one way to write times and sizes. Loaded as a builtin."""

import datetime as dt
import functools
import zlib
from collections.abc import Sequence
from html import escape
from typing import Any, Protocol
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.template.defaultfilters import date as format_date
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import catalog

from accounts.access import has, scope
from accounts.models import User
from carecenter.lib import icons
from carecenter.lib.catalogue_words import once_a_language
from carecenter.lib.time import now

register = template.Library()
AVATAR_TONES = 6
WEEK = dt.timedelta(days=7)
VARIANTS = 256  # of one {% fixed %}; then it starts anew


class Value(Protocol):
    """What a fixed part depends on beside the language: an expression of the template, as a rule."""

    def resolve(self, context: template.Context, /) -> Any: ...


class FixedNode(template.Node):
    """Keeps what it rendered, by the language's catalogue and the values given; see `fixed`."""

    def __init__(self, nodelist: template.NodeList, values: Sequence[Value]) -> None:
        self.nodelist, self.values = nodelist, values
        self.kept: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = (catalog(), *(value.resolve(context) for value in self.values))
        found = self.kept.get(key)
        if found is None:
            found = self.nodelist.render(context)
            if len(self.kept) >= VARIANTS:
                self.kept.clear()
            self.kept[key] = found
        return found


@register.tag
def fixed(parser: template.base.Parser, token: template.base.Token) -> FixedNode:
    """`{% fixed value … %}…{% endfixed %}`: markup of nothing but language and values, rendered once for each."""
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist, values)


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


@once_a_language
def ago_units() -> tuple[str, str, str, str]:
    """The words of the short time: now, minutes, hours, days. The page's script uses the same."""
    return _("now"), _("m"), _("h"), _("d")


@register.simple_tag
def ago_words() -> str:
    return "|".join(ago_units())


@functools.lru_cache(maxsize=4096)
def written(local: dt.datetime, form: str, words: object) -> str:
    """A moment in the words of a catalogue. `local` is without zone and seconds: what is shown depends on neither."""
    return format_date(local, form)


def plain(local: dt.datetime) -> dt.datetime:
    return local.replace(second=0, microsecond=0, tzinfo=None)


def full_date(local: dt.datetime) -> str:
    return written(plain(local), "DATETIME_FORMAT", catalog())


def short_time(moment: dt.datetime) -> str:
    """Like "2 m", "3 h", "5 d" within a week, then the day; a year only when it is another one."""
    present = now()
    seconds = (present - moment).total_seconds()
    if seconds < 0 or seconds >= 7 * 86400:
        local = timezone.localtime(moment)
        form = _("j M") if local.year == timezone.localtime(present).year else _("j M Y")
        return written(dt.datetime.combine(local.date(), dt.time.min), form, catalog())
    just_now, minutes, hours, days = ago_units()
    if seconds < 60:
        return just_now
    if seconds < 3600:
        return f"{int(seconds // 60)} {minutes}"
    if seconds < 86400:
        return f"{int(seconds // 3600)} {hours}"
    return f"{int(seconds // 86400)} {days}"


def time_element(
    moment: dt.datetime, local: dt.datetime, classes: str, shown: str, more: str = ""
) -> SafeString:
    """The full date on hover; all of it escaped here, `more` is ours."""
    return mark_safe(
        f'<time datetime="{moment.isoformat()}" title="{escape(full_date(local))}" class="{escape(classes)}"{more}>'
        f"{escape(shown)}</time>"
    )


@register.simple_tag
def ago(moment: dt.datetime | None, classes: str = "") -> SafeString | str:
    """The one way to show when: short words, the full date on hover and for screen readers' title."""
    if moment is None:
        return ""
    recent = dt.timedelta(0) <= now() - moment < WEEK
    local = timezone.localtime(moment)
    return time_element(moment, local, classes, short_time(moment), " data-ago" if recent else "")


@register.simple_tag
def clock(moment: dt.datetime | None, classes: str = "") -> SafeString | str:
    """A moment inside a conversation: the time today, day and time before."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    shown = day_and_time(plain(local), timezone.localtime(now()).date(), catalog())
    return time_element(moment, local, classes, shown)


@functools.lru_cache(maxsize=4096)
def day_and_time(local: dt.datetime, today: dt.date, words: object) -> str:
    """The time alone today; in the words of a catalogue."""
    time = f"{local:%H:%M}"
    if local.date() == today:
        return time
    if local.date() == today - dt.timedelta(days=1):
        return _("Yesterday, %(time)s") % {"time": time}
    form = _("j M, H:i") if local.year == today.year else _("j M Y, H:i")
    return written(local, form, words)


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


@register.filter
def may_everywhere(user: object, code: str) -> bool:
    """Has the user this permission for every brand and team?"""
    return isinstance(user, User) and scope(user, code).everywhere
