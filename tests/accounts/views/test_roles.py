"""The table of what each role may."""

import re

import pytest
from django.urls import reverse

from accounts import permissions as may
from accounts.access import has
from accounts.domain import roles
from accounts.domain.errors import OutOfScope
from accounts.models import Grant, Role, User
from journal.models import Event
from tests.factories.accounts import UserFactory, confirmed, role

PAGE = reverse("accounts:roles")


@pytest.fixture
def browser(admin, client_for):
    for name in may.ROLES:
        role(name)
    return confirmed(client_for(admin))


def form_of(browser) -> dict[str, list[str]]:
    """What the page would send unchanged."""
    page = browser.get(PAGE).content.decode()
    boxes = re.findall(r'name="may" value="([^"]+)" checked +>', page)
    return {"seen": re.findall(r'name="seen" value="([^"]+)"', page), "may": boxes}


def last_change() -> Event:
    return Event.objects.filter(name="role.changed").latest("pk")


def test_every_permission_stands_in_one_group():
    listed = [code for _title, codes in may.GROUPS for code in codes]
    assert sorted(listed) == sorted(may.CODES)


def test_boxes_are_what_the_roles_may_and_sent_back_change_nothing(browser):
    sent = form_of(browser)
    agent = Role.objects.get(name="Agent")
    assert {one for one in sent["may"] if one.startswith(f"{agent.pk}:")} == {
        f"{agent.pk}:{code}" for code in may.AGENT
    }
    browser.post(PAGE, sent)
    assert not Event.objects.filter(name="role.changed").exists()
    assert set(Role.objects.get(name="Admin").permissions) == set(may.CODES)  # its boxes are not sent


def test_a_box_gives_and_takes_at_once(browser, alice):
    agent = Role.objects.get(name="Agent")
    sent = form_of(browser)
    sent["may"].remove(f"{agent.pk}:{may.TICKET_NOTE}")
    sent["may"].append(f"{agent.pk}:{may.INSIGHTS_VIEW}")
    page = browser.post(PAGE, sent, follow=True).content.decode()

    assert "Saved: Agent." in page
    fresh = User.objects.get(pk=alice.pk)
    assert (has(fresh, may.INSIGHTS_VIEW), has(fresh, may.TICKET_NOTE)) == (True, False)
    assert last_change().data == {"added": [may.INSIGHTS_VIEW], "taken": [may.TICKET_NOTE]}
    browser.post(PAGE, sent)  # what was seen is no longer so
    assert Event.objects.filter(name="role.changed").count() == 1


def test_sockets_of_who_has_the_role_close(browser, alice, charlie, lead, monkeypatch, after_commit):
    told: list[str] = []
    monkeypatch.setattr(
        "accounts.handlers.push_all", lambda facts: told.extend(group for group, _fact in facts)
    )
    agent = Role.objects.get(name="Agent")
    sent = form_of(browser)
    sent["may"].append(f"{agent.pk}:{may.INSIGHTS_VIEW}")
    with after_commit():
        browser.post(PAGE, sent)
    assert sorted(told) == sorted([f"user-{alice.pk}", f"user-{charlie.pk}"])


def test_two_who_change_it_are_not_lost_to_each_other(browser):
    agent = Role.objects.get(name="Agent")
    sent = form_of(browser)
    Role.objects.filter(pk=agent.pk).update(permissions=[may.TICKET_VIEW])
    page = browser.post(PAGE, sent, follow=True).content.decode()
    assert "Somebody else changed this role meanwhile" in page
    assert Role.objects.get(pk=agent.pk).permissions == [may.TICKET_VIEW]


def test_admin_keeps_everything(browser, admin):
    chief = Role.objects.get(name="Admin")
    sent = form_of(browser)
    sent["may"] += [f"{chief.pk}:{may.TICKET_VIEW}", f"{'9' * 5000}:{may.TICKET_VIEW}"]
    sent["seen"] = [f"{chief.pk}:{roles.seen(chief)}"]
    page = browser.post(PAGE, sent, follow=True).content.decode()
    assert "Admin may always do everything" in page
    assert set(Role.objects.get(pk=chief.pk).permissions) == set(may.CODES)


def test_role_of_ones_own(browser, alice):
    page = browser.post(reverse("accounts:role_make"), {"name": "agent"}).content.decode()
    assert "Another role has this name." in page
    like = Role.objects.get(name="Lead").pk
    browser.post(reverse("accounts:role_make"), {"name": "Night shift", "like": like})
    made = Role.objects.get(name="Night shift")
    assert set(made.permissions) == set(may.LEAD)
    browser.post(reverse("accounts:role_rename", args=[made.pk]), {"name": "Late shift"})
    given = Grant.objects.create(user=alice, role=made)
    delete = reverse("accounts:role_delete", args=[made.pk])
    assert "Take it away from them first" in browser.post(delete, follow=True).content.decode()
    given.delete()
    browser.post(delete)
    assert not Role.objects.filter(pk=made.pk).exists()
    names = list(
        Event.objects.filter(subject=f"role:{made.pk}").order_by("pk").values_list("name", flat=True)
    )
    assert names == ["role.created", "role.renamed", "role.deleted"]
    shipped = Role.objects.get(name="Lead")
    for name in ("role_rename", "role_delete"):
        browser.post(reverse(f"accounts:{name}", args=[shipped.pk]), {"name": "Boss"})
    assert Role.objects.filter(name="Lead").exists()


def test_nobody_gives_a_role_what_they_may_not_do(db):
    helper = UserFactory()
    Grant.objects.create(user=helper, role=role("Hirer", (may.USERS_MANAGE, may.TICKET_VIEW)))
    agent = role("Agent")
    with pytest.raises(OutOfScope):
        roles.set_permissions({agent.pk: (roles.seen(agent), [*may.AGENT, may.JOURNAL_READ])}, actor=helper)
    with pytest.raises(OutOfScope):
        roles.make_role("Chief", may.CODES, actor=helper)
    roles.make_role("Reader", [may.TICKET_VIEW], actor=helper)


def test_it_is_for_who_manages_people_everywhere_and_has_just_shown_it(admin, brand, client_for):
    other = UserFactory()
    Grant.objects.create(user=other, role=role("Admin"), brand=brand)
    assert client_for(other).get(PAGE).status_code == 404
    stale = client_for(admin).post(PAGE, {"seen": []})
    assert stale.status_code == 302
    assert reverse("accounts:confirm") in stale.url
