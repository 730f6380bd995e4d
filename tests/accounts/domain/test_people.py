import threading

import pytest
from django.db import connection
from django.urls import reverse

from accounts.domain import events, people
from accounts.domain.errors import AddressTaken, GrantMismatch, LastAdmin, NotYourself, OutOfScope
from accounts.domain.people import Wanted
from accounts.models import AccountMail, Grant, User
from journal.models import Event
from tests.factories.accounts import UserFactory, grant, role


@pytest.fixture
def brand_admin(brand):
    """Manages people, for one brand only."""
    return grant(UserFactory(name="Brenda"), "Admin", brand=brand)


def agent_for(**place):
    return Wanted(role=role("Agent"), **place)


def test_invite_creates_the_person_the_grant_and_the_mail(admin, brand, team):
    user = people.invite(
        " New@Example.com", name="Nina", wanted=agent_for(brand=brand, team=team), actor=admin
    )

    assert (user.email, user.has_usable_password()) == ("new@example.com", False)
    assert list(user.grants.values_list("role__name", "brand", "team")) == [("Agent", brand.pk, team.pk)]
    assert list(user.teams.all()) == [team]
    assert AccountMail.objects.get().address == "new@example.com"
    names = set(Event.objects.values_list("name", flat=True))
    assert names == {events.INVITED, events.GRANTS_CHANGED, events.MAIL_QUEUED}


def test_invite_of_a_known_address_is_refused(admin, alice):
    with pytest.raises(AddressTaken):
        people.invite("ALICE@example.com", name="A", wanted=agent_for(), actor=admin)


def test_invite_out_of_reach_leaves_nobody_behind(brand_admin):
    with pytest.raises(OutOfScope):
        people.invite("new@example.com", name="N", wanted=agent_for(), actor=brand_admin)

    assert not User.objects.filter(email="new@example.com").exists()


def test_give_within_the_own_brand_is_allowed(brand_admin, brand, team, alice):
    people.give(alice, Wanted(role=role("Lead"), brand=brand, team=team), actor=brand_admin)

    assert alice.grants.count() == 2


@pytest.mark.parametrize("place", ["everywhere", "second_brand", "other_brand", "other_team"])
def test_give_beyond_the_own_reach_is_refused(place, brand_admin, alice, request):
    where = {} if place == "everywhere" else {place.split("_")[1]: request.getfixturevalue(place)}

    with pytest.raises(OutOfScope):
        people.give(alice, agent_for(**where), actor=brand_admin)


def test_give_of_a_role_with_more_than_the_own_is_refused(brand, alice):
    helper = UserFactory(name="Helga")
    Grant.objects.create(user=helper, role=role("Inviter", ("users.manage", "ticket.view")), brand=brand)

    with pytest.raises(OutOfScope):
        people.give(alice, Wanted(role=role("Admin"), brand=brand), actor=helper)
    viewer = Wanted(role=role("Viewer", ("ticket.view",)), brand=brand)
    assert people.give(alice, viewer, actor=helper).role.name == "Viewer"


def test_give_without_managing_people_is_refused(lead, alice, brand):
    with pytest.raises(OutOfScope):
        people.give(alice, agent_for(brand=brand), actor=lead)


def test_give_of_a_brand_and_a_team_of_two_pools_is_refused(admin, alice, brand, other_team):
    with pytest.raises(GrantMismatch):
        people.give(alice, agent_for(brand=brand, team=other_team), actor=admin)


def test_give_twice_is_one_grant_and_one_event(admin, alice, second_brand):
    for _ in range(2):
        people.give(alice, agent_for(brand=second_brand), actor=admin)

    assert alice.grants.count() == 2
    (told,) = Event.objects.filter(name=events.GRANTS_CHANGED)
    assert told.data["is_given"] is True
    assert set(told.data) == {"is_given", "role", "of_brand", "of_team"}


def test_take_back_of_a_grant_out_of_reach_is_refused(brand_admin, charlie):
    with pytest.raises(OutOfScope):
        people.take_back(charlie.grants.get(), actor=brand_admin)


def test_take_back_is_recorded(admin, alice):
    people.take_back(alice.grants.get(), actor=admin)

    assert not alice.grants.exists()
    event = Event.objects.get()
    assert (event.name, event.subject, event.actor) == (
        events.GRANTS_CHANGED,
        f"user:{alice.pk}",
        f"user:{admin.pk}",
    )


def test_last_admin_keeps_the_grant(admin, brand_admin):
    with pytest.raises(LastAdmin):
        people.take_back(admin.grants.get(), actor=admin)

    assert admin.grants.exists()


def test_two_admins_cannot_remove_each_other_at_once(transactional_db):
    ann, ben = (grant(UserFactory(), "Admin") for _ in range(2))
    outcomes = []

    def remove(one, other):
        try:
            people.take_back(other.grants.get(), actor=User.objects.get(pk=one.pk))
            outcomes.append("removed")
        except LastAdmin:
            outcomes.append("kept")
        except OutOfScope:
            outcomes.append("kept")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((ann, ben), (ben, ann))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["kept", "removed"]
    assert Grant.objects.filter(role__name="Admin").count() == 1


def test_deactivate_ends_sessions_and_is_recorded(admin, alice):
    before = alice.get_session_auth_hash()

    people.deactivate(alice, actor=admin)

    alice.refresh_from_db()
    assert (alice.is_active, alice.get_session_auth_hash() == before) == (False, False)
    assert Event.objects.get().name == events.DEACTIVATED


def test_deactivate_of_oneself_is_refused(admin):
    with pytest.raises(NotYourself):
        people.deactivate(admin, actor=admin)


def test_deactivate_of_somebody_with_more_is_refused(brand_admin, admin):
    with pytest.raises(OutOfScope):
        people.deactivate(admin, actor=brand_admin)


def test_activate_gives_the_grants_back(admin, alice):
    people.deactivate(alice, actor=admin)
    people.activate(alice, actor=admin)

    alice.refresh_from_db()
    assert alice.is_active
    assert alice.grants.count() == 1


def test_invite_again_mails_only_who_has_no_password(admin, alice):
    people.invite_again(alice, actor=admin)
    assert not AccountMail.objects.exists()

    alice.set_unusable_password()
    alice.save(update_fields=["password"])
    people.invite_again(alice, actor=admin)
    assert AccountMail.objects.get().kind == "invitation"


def test_nobody_is_flooded_with_invitations(client_for, admin, bob):
    bob.set_unusable_password()
    bob.save(update_fields=["password"])
    people.invite_again(bob, actor=admin)
    browser = client_for(admin)
    for _again in range(3):
        page = browser.post(reverse("accounts:invite_again", args=[bob.pk]), follow=True)

    assert "Try again in 15 minutes" in page.content.decode()
    assert AccountMail.objects.count() == 3
