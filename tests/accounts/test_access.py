import pytest

from accounts.access import brands_for, grants_of, has, limit_to_token, people_for, pools_for, scope, teams_of
from accounts.models import Grant, User
from accounts.permissions import CODES, TICKET_REPLY, TICKET_VIEW, USERS_MANAGE, Scope
from tests.factories.accounts import UserFactory, grant, role


def test_scope_of_a_brand_grant_is_the_brand(alice, brand, second_brand):
    assert scope(alice, TICKET_VIEW) == Scope(brands=frozenset({brand.pk}))
    assert has(alice, TICKET_VIEW, brand_id=brand.pk)
    assert not has(alice, TICKET_VIEW, brand_id=second_brand.pk)


def test_scope_of_a_team_grant_is_the_teams_work(brand, team):
    user = grant(UserFactory(), "Agent", brand=brand, team=team)

    assert has(user, TICKET_VIEW, brand_id=brand.pk, team_id=team.pk)
    assert not has(user, TICKET_VIEW, brand_id=brand.pk)


def test_scope_of_somebody_not_active_is_nothing(admin):
    admin.is_active = False

    assert not scope(admin, TICKET_VIEW)


def test_scopes_of_two_grants_add_up(alice, second_brand, brand):
    grant(alice, "Agent", brand=second_brand)

    assert scope(alice, TICKET_VIEW).brands == {brand.pk, second_brand.pk}


def test_token_takes_away_and_never_gives(alice, brand):
    limited = limit_to_token(alice, [TICKET_VIEW, USERS_MANAGE])

    assert has(limited, TICKET_VIEW, brand_id=brand.pk)
    assert not has(limited, TICKET_REPLY, brand_id=brand.pk)
    assert not has(limited, USERS_MANAGE)


def test_grants_are_read_once_a_user_object(alice, django_assert_num_queries):
    user = User.objects.get(pk=alice.pk)
    with django_assert_num_queries(1):
        for code in CODES:
            scope(user, code)
    assert len(grants_of(user)) == 1


def test_teams_come_with_the_grants_and_change_with_the_next_request(
    alice, team, brand, client_for, django_assert_num_queries
):
    team.members.add(alice)
    user = User.objects.get(pk=alice.pk)
    with django_assert_num_queries(1):
        assert (teams_of(user), len(grants_of(user))) == ([team.pk], 1)
    at = client_for(alice)
    assert at.get("/desk/?view=all").context["page"].tickets == []
    team.members.remove(alice)
    Grant.objects.filter(user=alice).update(brand=None, team=team)
    later = at.get("/desk/?view=all").wsgi_request.user
    assert (teams_of(later), scope(later, TICKET_VIEW).pairs) == ([], {(None, team.pk)})


def test_brands_and_pools_of_a_team_grant_over_all_brands(team, brand, second_brand, other_brand, pool):
    user = UserFactory()
    Grant.objects.create(user=user, role=role("Agent"), team=team)

    assert set(brands_for(user, TICKET_VIEW)) == {brand, second_brand}
    assert list(pools_for(user, TICKET_VIEW)) == [pool]


@pytest.mark.parametrize(("who", "seen"), [("admin", 5), ("brand_admin", 3), ("alice", 0)])
def test_people_for(who, seen, admin, alice, charlie, lead, brand, request):
    brand_admin = grant(UserFactory(), "Admin", brand=brand)
    user = {"admin": admin, "brand_admin": brand_admin, "alice": alice}[who]

    assert people_for(user).count() == seen
