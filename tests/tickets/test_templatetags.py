import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from accounts.models import User
from carecenter.lib import icons
from carecenter.lib.catalogue_words import once_a_language
from carecenter.lib.kinds import kind_choices, kind_of
from customers.models import Customer
from tickets.models import Ticket
from tickets.templatetags import desk
from tickets.templatetags.message_bodies import links


@pytest.mark.parametrize(
    "names",
    [{code: kind_of(code).icon for code, _label in kind_choices()}, desk.STATUS_ICONS, desk.DELIVERY_ICONS],
)
def test_icons_chosen_in_python_are_built(names: dict[str, str]) -> None:
    for name in names.values():
        assert icons.svg(name).startswith("<svg")


def test_links_escapes_all_but_the_links() -> None:
    shown = links('see https://a.example/?x=1&y=2 <b onclick="x">')
    assert 'href="https://a.example/?x=1&amp;y=2"' in shown
    assert "&lt;b onclick=" in shown
    assert "referrerpolicy" in shown
    assert links("javascript:alert(1)") == "javascript:alert(1)"


def test_a_row_escapes_what_people_wrote(db: None) -> None:
    hostile = '<img src=x onerror="x()">&'
    ticket = Ticket(pk=7, subject=hostile, preview=hostile, assignee=User(name=hostile))
    ticket.customer = Customer(name=hostile)
    page = Template("{% load desk_rows %}{% ticket_rows tickets %}")
    shown = page.render(Context({"tickets": [ticket], "list_query": "?q=a&b=\"<'", "open_pk": 7}))
    assert "<img" not in shown
    assert shown.count("&lt;img src=x onerror=&quot;x()&quot;&gt;&amp;") == 4
    assert 'href="/desk/tickets/7/?q=a&amp;b=&quot;&lt;&#x27;"' in shown
    assert 'aria-current="true"' in shown


def test_fixed_markup_is_rendered_once_for_each_value_and_language() -> None:
    page = Template("{% fixed one %}{{ one }} {{ two }} {% trans 'Tickets' %}{% endfixed %}")
    assert page.render(Context({"one": 1, "two": 1})) == "1 1 Tickets"
    assert page.render(Context({"one": 1, "two": 2})) == "1 1 Tickets"
    assert page.render(Context({"one": 2, "two": 2})) == "2 2 Tickets"
    with translation.override("de"):
        assert page.render(Context({"one": 1, "two": 3})) == "1 3 Tickets"


def test_words_are_looked_up_once_in_each_language() -> None:
    asked = []

    @once_a_language
    def words() -> str:
        asked.append(gettext("Tickets"))
        return gettext("Customers")

    assert [words(), words()] == ["Customers", "Customers"]
    with translation.override("de"):
        assert [words(), words()] == ["Kunden", "Kunden"]
    assert (words(), len(asked)) == ("Customers", 2)


def test_a_label_that_is_markup_is_no_other_labels_picture() -> None:
    """The same text twice: once trusted, once of somebody."""
    assert "<b>" in icons.svg("clock", "", mark_safe("<b>"))
    assert "<b>" not in icons.svg("clock", "", "<b>")
