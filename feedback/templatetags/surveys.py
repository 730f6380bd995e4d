"""Rules of surveys in words. `{% load surveys %}`."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carecenter.lib.kinds import kind_of
from feedback.models import SurveyRule, Trigger

register = template.Library()


@register.simple_tag
def rule_words(rule: SurveyRule) -> str:
    """ "1 hour after the ticket is solved"."""
    if rule.trigger == Trigger.SOLVED:
        if not rule.delay_seconds:
            return _("As soon as the ticket is solved")
        return _("%(delay)s after the ticket is solved") % {"delay": delay(rule.delay_seconds)}
    if not rule.delay_seconds:
        return _("As soon as the conversation ends")
    return _("%(delay)s after the conversation ends") % {"delay": delay(rule.delay_seconds)}


def delay(seconds: int) -> str:
    """In the largest unit that fits evenly."""
    if seconds % 86400 == 0:
        days = seconds // 86400
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    if seconds % 3600 == 0:
        hours = seconds // 3600
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
    minutes = seconds // 60
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}


@register.filter
def limits(rule: SurveyRule) -> list[str]:
    """What the rule is narrowed to."""
    found = [str(kind_of(code).label) for code in rule.kinds]
    if rule.inbox is not None:
        found.append(rule.inbox.name)
    if rule.team is not None:
        found.append(rule.team.name)
    found += [f"#{tag}" for tag in rule.tags]
    return found + [code.upper() for code in rule.languages]
