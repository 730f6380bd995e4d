"""A table of people: looked at, then invited."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AccountMail, Grant, User
from accounts.people_table import MOST_ROWS, BadTable, lines_of
from tests.factories.accounts import UserFactory, confirmed, role

PAGE = reverse("accounts:people_import")
TABLE = """\
Name;E-Mail;Rolle;Marke;Team;Sprache
Eve Adler;Eve@example.com;agent;Nordlicht Home;Service;de
Adam Ford;adam@example.com;Lead;nordlicht-home;;
Bob again;bob@example.com;Agent;;;
Eve twice;eve@example.com;Agent;;;
Who;who@example.com;Boss;;;
Where;where@example.com;Agent;Elsewhere;;
;noname@example.com;Agent;;;
No address;nowhere;Agent;;;
No role;role@example.com;;;;
"""


@pytest.fixture
def browser(admin, client_for):
    return confirmed(client_for(admin))


def test_nothing_is_sent_before_it_was_looked_at(browser, brand, team, bob):
    role("Lead")
    file = SimpleUploadedFile("people.csv", TABLE.encode("cp1252"))
    page = browser.post(PAGE, {"file": file})
    lines = {line.number: line for line in page.context["lines"]}
    assert {number for number, line in lines.items() if line.wanted} == {2, 3}
    text = page.content.decode()
    for problem in (
        "address already",
        "“Boss” is not known here",
        "“Elsewhere” is not",
        "The role is missing",
    ):
        assert problem in text
    assert "Send 2 invitations" in text
    assert not User.objects.filter(email="eve@example.com").exists()

    page = browser.post(PAGE, {"text": page.context["text"], "send": "yes"})
    eve = User.objects.get(email="eve@example.com")
    grant = Grant.objects.get(user=eve)
    assert (eve.name, eve.language, grant.role.name) == ("Eve Adler", "de", "Agent")
    assert (grant.brand, grant.team) == (brand, team)
    assert AccountMail.objects.filter(address__in=["eve@example.com", "adam@example.com"]).count() == 2
    assert "2 invitations are on their way." in page.content.decode()
    assert User.objects.filter(email="bob@example.com").count() == 1
    again = browser.post(PAGE, {"text": TABLE})
    assert again.context["ready"] == 0
    assert "Send" not in again.content.decode().partition("</table>")[2].partition("</form>")[0]


def test_nobody_gives_more_than_they_have(brand, other_brand, client_for):
    lead = UserFactory()
    Grant.objects.create(user=lead, role=role("Hirer", ("users.manage", "ticket.view")), brand=brand)
    role("Admin")
    table = f"name,email,role,brand\nA,a@example.com,Admin,{brand.name}\nB,b@example.com,Hirer,{other_brand.name}\n"
    table += f"C,c@example.com,Hirer,{brand.name}\nD,d@example.com,Hirer,\n"
    page = confirmed(client_for(lead)).post(PAGE, {"text": table, "send": "yes"})
    assert [bool(line.wanted) for line in page.context["lines"]] == [False, False, True, False]
    assert User.objects.filter(email="c@example.com").exists()
    assert not User.objects.filter(email__in=["a@example.com", "b@example.com", "d@example.com"]).exists()


@pytest.mark.parametrize(
    "table",
    [
        "",
        "name,email,role\n\n",
        "name,email\nEve,eve@example.com\n",
        'name,email,role\n"Eve,' + "x" * 140_000,
        "\x00\x01",
    ],
    ids=["empty", "nobody", "columns", "endless", "bytes"],
)
def test_what_is_no_table_is_said(browser, table):
    file = SimpleUploadedFile("people.csv", table.encode())
    page = browser.post(PAGE, {"file": file})
    assert page.status_code == 422
    assert page.context["lines"] == []


def test_a_table_has_an_end():
    table = "name\temail\trole\n" + "A\ta@example.com\tAgent\n" * (MOST_ROWS + 1)
    with pytest.raises(BadTable):
        list(lines_of(table))
    assert len(list(lines_of(table.rpartition("A\ta@")[0]))) == MOST_ROWS


def test_it_asks_who_one_is(admin, client_for):
    assert reverse("accounts:confirm") in client_for(admin).post(PAGE, {"text": TABLE}).url
