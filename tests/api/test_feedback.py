import pytest

from accounts.permissions import FEEDBACK_FOLLOW_UP, FEEDBACK_READ
from feedback.models import Answer, FollowUp
from journal.models import Event
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory


@pytest.fixture
def answers(brand, ticket, alice, bob, clock):
    """The first the oldest: a bad one about alice, a good one about bob."""
    survey = SurveyFactory(brand=brand)
    bad = AnswerFactory(
        invitation=InvitationFactory(survey=survey, ticket=ticket, agent=alice), score=1, comment="Too late"
    )
    clock.shift(60)
    good = AnswerFactory(invitation=InvitationFactory(survey=survey, agent=bob), comment="Thanks")
    return bad, good


@pytest.fixture
def follow_up(answers, alice):
    return FollowUpFactory(answer=answers[0], owner=alice)


def ids(response):
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_answers_are_listed_the_latest_first_and_narrowed(api, lead, alice, ticket, dana, answers):
    bad, good = answers
    client = api(lead)
    expected = {
        "": [good.pk, bad.pk],
        f"agent={alice.pk}": [bad.pk],
        f"ticket={ticket.pk}": [bad.pk],
        f"customer={dana.pk}": [bad.pk],
        "score=5&measure=csat": [good.pk],
        "measure=nps": [],
        "q=late": [bad.pk],
        "since=2026-03-02T09:01:00Z": [good.pk],
        "before=2026-03-02T10:01:00%2B01:00": [bad.pk],
    }
    assert {query: ids(client.get(f"answers/?{query}")) for query in expected} == expected


def test_answers_go_on_where_a_page_ended(api, lead, answers):
    client = api(lead)
    first = client.get("answers/?limit=1").json()
    assert [row["id"] for row in client.get(first["next"]).json()["results"]] == [answers[0].pk]


def test_answers_need_the_permission_to_read_everybodys(api, alice, lead, answers):
    assert api(alice).get("answers/").status_code == 403
    assert api(lead, FEEDBACK_FOLLOW_UP).get("answers/").status_code == 403
    assert api(lead, FEEDBACK_READ).get(f"answers/{answers[0].pk}/").json()["comment"] == "Too late"


def test_follow_ups_are_worked_off_by_the_verbs_of_the_desk(api, alice, bob, follow_up):
    client, path = api(alice), f"follow-ups/{follow_up.pk}/"
    assert client.post(f"{path}step/", {"step": "listen"}).json()["listened_at"]
    assert client.post(f"{path}step/", {"step": "listen", "done": False}).json()["listened_at"] is None
    assert client.post(f"{path}note/", {"note": "Called her"}).json()["note"] == "Called her"
    assert client.post(f"{path}owner/", {"owner": bob.pk}).json()["owner"] == bob.pk
    assert client.post(f"{path}take/").status_code == 409
    ended = client.post(f"{path}end/", {"outcome": "put_right", "note": "New one sent"}).json()
    assert (ended["outcome"], ended["note"], ended["ended_by"]) == ("put_right", "New one sent", alice.pk)
    assert client.post(f"{path}end/", {"outcome": "put_right"}).status_code == 409
    assert client.post(f"{path}reopen/").json()["ended_at"] is None
    names = set(Event.objects.filter(name__startswith="follow_up").values_list("name", flat=True))
    assert names == {"follow_up.changed", "follow_up.ended"}


def test_follow_ups_refuse_what_is_none(api, alice, charlie, follow_up):
    client, path = api(alice), f"follow-ups/{follow_up.pk}/"
    for verb, body in {
        "end": {"outcome": "forgotten"},
        "step": {"step": "shout"},
        "owner": {"owner": charlie.pk},
        "note": {"note": 5},
    }.items():
        assert client.post(f"{path}{verb}/", body).status_code == 400, verb
    assert client.post(f"{path}end/", {}).status_code == 400
    assert FollowUp.objects.get().is_open


def test_follow_ups_are_listed_and_narrowed(api, alice, charlie, answers, follow_up):
    ended = FollowUpFactory(
        answer=answers[1], ended_at=Answer.objects.first().answered_at, outcome="explained"
    )
    client = api(alice)
    expected = {
        "": [ended.pk, follow_up.pk],
        "state=open": [follow_up.pk],
        "state=ended": [ended.pk],
        f"owner={alice.pk}": [follow_up.pk],
        f"answer={answers[1].pk}": [ended.pk],
    }
    assert {query: ids(client.get(f"follow-ups/?{query}")) for query in expected} == expected
    assert ids(api(charlie).get("follow-ups/")) == []
