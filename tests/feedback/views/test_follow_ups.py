import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.domain import follow_ups as verbs
from feedback.models import FollowUp, Invitation, Survey
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory

LIST = "/desk/feedback/follow-ups/"


def address(name, follow_up):
    return reverse(f"feedback:{name}", args=[follow_up.pk])


def test_page_shows_what_was_said_why_and_the_four_steps(client_for, alice, follow_up, bad, ticket):
    verbs.react_to(bad.pk)
    page = client_for(alice).get(address("follow_up", follow_up)).content.decode()
    assert "The kettle is broken again" in page
    assert "Read as angry because of" in page
    assert reverse("tickets:ticket", args=[ticket.pk]) in page  # the conversation is one click away
    for title in ("Listen", "Acknowledge", "Fix", "Make good"):
        assert f">{title}</span>" in page


def test_a_step_is_ticked_and_taken_back_by_the_same_button(client_for, alice, follow_up):
    client = client_for(alice)
    response = client.post(address("step", follow_up), {"step": "listen", "done": "yes"}, follow=True)
    follow_up.refresh_from_db()
    assert follow_up.listened_at is not None
    assert 'aria-checked="true"' in response.content.decode()
    client.post(address("step", follow_up), {"step": "listen", "done": "no"})
    follow_up.refresh_from_db()
    assert follow_up.listened_at is None


def test_it_ends_with_an_outcome_and_says_what_is_missing(client_for, alice, follow_up):
    client = client_for(alice)
    refused = client.post(address("end", follow_up), {"note": "Sent a new one"})
    assert refused.status_code == 409
    assert "Choose what came of it." in refused.content.decode()
    client.post(address("end", follow_up), {"note": "Sent a new one", "outcome": "put_right"})
    follow_up.refresh_from_db()
    assert (follow_up.outcome, follow_up.note, follow_up.ended_by) == ("put_right", "Sent a new one", alice)
    page = client.get(address("follow_up", follow_up)).content.decode()
    assert "Put right" in page
    assert "Open it again" in page
    client.post(address("reopen", follow_up))
    follow_up.refresh_from_db()
    assert follow_up.is_open


def test_it_is_taken_given_and_given_back(client_for, alice, bob, charlie, bad):
    follow_up = FollowUpFactory(answer=bad)
    client_for(bob).post(address("take", follow_up))
    assert FollowUp.objects.get(pk=follow_up.pk).owner == bob
    refused = client_for(alice).post(address("take", follow_up))
    assert refused.status_code == 409
    assert "Bob Brown took this before you." in refused.content.decode()
    assert client_for(alice).post(address("owner", follow_up), {"owner": charlie.pk}).status_code == 409
    client_for(alice).post(address("owner", follow_up), {"owner": alice.pk})
    assert FollowUp.objects.get(pk=follow_up.pk).owner == alice
    client_for(alice).post(address("owner", follow_up), {"owner": ""})
    assert FollowUp.objects.get(pk=follow_up.pk).owner is None


def test_number_in_the_navigation_is_of_those_that_are_mine(client_for, alice, bob, lead, follow_up):
    def waiting(user):
        return client_for(user).get(reverse("feedback:waiting")).json()["waiting"]

    assert [waiting(user) for user in (alice, bob, lead)] == [1, 0, 0]
    FollowUp.objects.update(owner=None)
    assert waiting(bob) == 1  # nobody of the team has it yet
    verbs.end(follow_up, "put_right", actor=alice)
    assert waiting(alice) == 0


@pytest.mark.parametrize("name", ["step", "note", "owner", "take", "end", "reopen"])
def test_looking_changes_nothing(client_for, alice, follow_up, name):
    assert client_for(alice).get(address(name, follow_up)).status_code == 405


def test_another_pools_agent_sees_none(client_for, charlie, follow_up):
    client = client_for(charlie)
    assert client.get(address("follow_up", follow_up)).status_code == 404
    assert client.post(address("end", follow_up), {"outcome": "explained"}).status_code == 404
    assert "kettle" not in client.get(f"{LIST}?view=all").content.decode()


def test_list_costs_the_same_for_one_and_many(client_for, alice, survey, follow_up):
    client = client_for(alice)
    counts = []
    for _ in range(2):
        client.get(f"{LIST}?view=all")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{LIST}?view=all").status_code == 200
        counts.append(len(queries))
        for _ in range(3):
            FollowUpFactory(answer=AnswerFactory(invitation=InvitationFactory(survey=survey)), owner=alice)
    assert counts[0] == counts[1]


def test_what_the_customer_says_to_the_second_question_is_shown(client_for, alice, follow_up, brand):
    verbs.end(follow_up, "put_right", actor=alice)
    second = InvitationFactory(
        survey=SurveyFactory(brand=brand, measure="settled"), ticket=follow_up.ticket, follow_up=follow_up
    )
    client = client_for(alice)
    assert "has not answered yet" in client.get(address("follow_up", follow_up)).content.decode()
    AnswerFactory(invitation=second, score=0, comment="Still cold")
    page = client.get(address("follow_up", follow_up)).content.decode()
    assert "No, not settled" in page
    assert "Still cold" in page


def test_answers_to_own_questions_are_shown_by_their_words(client_for, alice, follow_up, bad):
    words = {"en": "Which product?"}
    option = {"key": "kettle", "words": {"en": "A kettle"}}
    question = {"key": "what", "type": "choice", "words": words, "options": [option]}
    Survey.objects.filter(pk=bad.invitation.survey_id).update(questions=[question])
    type(bad).objects.filter(pk=bad.pk).update(more={"what": "kettle"})
    page = client_for(alice).get(address("follow_up", follow_up)).content.decode()
    assert "Which product?" in page
    assert "A kettle" in page


def test_it_outlives_customer_and_ticket(client_for, alice, follow_up, bad):
    Invitation.objects.filter(pk=bad.invitation_id).update(customer=None, ticket=None)
    FollowUp.objects.filter(pk=follow_up.pk).update(ticket=None)
    assert client_for(alice).get(address("follow_up", follow_up)).status_code == 200
    assert "A customer whose data are deleted" in client_for(alice).get(LIST).content.decode()
