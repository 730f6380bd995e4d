"""What the palette offers wherever it is shown."""

from django import template

from tickets.domain.lists import View

register = template.Library()


@register.simple_tag
def built_in_views() -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in View.choices]
