"""Folded templates say what they said before, in each language and at each host, and do less for it."""

from typing import Any

import pytest
from django.template import Context, engines
from django.template.loader import get_template
from django.urls import NoReverseMatch, clear_url_caches, get_resolver, set_urlconf
from django.utils import translation

from carecenter.folding import PlaceNode, fold
from carecenter.templatetags.ui import FixedNode

SOURCE = """{% url 'tickets:desk' as here %}<a href="{% url 'tickets:desk' %}">{% icon "x" %}{% trans "Tickets" %}</a>
{% if many %}{% trans "Team" %}{% for one in many %}{% trans "Status" %} {{ one }}{% endfor %}
{% else %}{% trans "Priority" %}{% endif %}
{% trans many as shown %}{% with a=here %}{% trans "Brand" %}{{ a }}{% icon name %}{% endwith %}{{ shown|safe }}"""


def template_of(source: str) -> Any:
    made: Any = engines["django"].from_string(source)
    return made.template


def rendered(template: Any, **values: object) -> str:
    shown: str = template.render(Context({"name": "x", "many": "", **values}))
    return shown


@pytest.mark.parametrize("many", ["", "ab"], ids=["without", "with"])
def test_says_the_same_in_every_language(many: str) -> None:
    plain, folded = (template_of(SOURCE) for _ in range(2))
    fold(folded.nodelist)
    for language in ("en", "de", "en"):
        with translation.override(language):
            assert rendered(folded, many=many) == rendered(plain, many=many)
    assert "Team" in rendered(folded, many="ab")


def test_address_is_that_of_the_host() -> None:
    folded = template_of("{% url 'tickets:desk' as a %}{{ a }} {% url 'tickets:desk' %}")
    fold(folded.nodelist)
    try:
        assert rendered(folded) == "/desk/ /desk/"
        set_urlconf("tests.elsewhere")
        assert rendered(folded) == "/elsewhere/desk/ /elsewhere/desk/"
    finally:
        set_urlconf(None)
        clear_url_caches()


@pytest.mark.parametrize("value", [7, 0, -1, "7", None], ids=["number", "nought", "minus", "text", "nothing"])
def test_address_with_a_value_is_as_unfolded(value: object) -> None:
    plain, folded = (template_of("{% url 'tickets:ticket' one %}") for _ in range(2))
    fold(folded.nodelist)
    assert type(folded.nodelist[0]) is PlaceNode
    for _ in range(2):
        assert said_by(folded, value) == said_by(plain, value)
    assert said_by(folded, 8) == "/desk/tickets/8/"


def said_by(template: Any, value: object) -> str:
    try:
        return rendered(template, one=value)
    except NoReverseMatch:
        return "no address"


def test_address_with_a_value_is_that_of_the_host() -> None:
    folded = template_of("{% url 'tickets:ticket' 7 %}")
    fold(folded.nodelist)
    try:
        assert rendered(folded) == "/desk/tickets/7/"
        set_urlconf("tests.elsewhere")
        assert rendered(folded) == "/elsewhere/desk/tickets/7/"
    finally:
        set_urlconf(None)
        clear_url_caches()


def test_pages_are_folded() -> None:
    nodes = get_template("tickets/_head.html").template.nodelist.get_nodes_by_type(FixedNode)  # type: ignore[attr-defined]
    assert len(nodes) > 5


def test_a_name_means_one_address() -> None:
    """Addresses without arguments are kept by the name alone: no app may be there twice."""
    assert all(len(places) == 1 for places in get_resolver().app_dict.values())
