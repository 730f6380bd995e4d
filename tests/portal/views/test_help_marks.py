"""Votes with and without a script, and what the page's script tells."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand
from knowledge_base.models import Article, Miss, Step, StepName, Visibility, Vote
from tests.factories.articles import article

HOME = "/help/nordlicht-home/"
OWN = {"origin": "http://testserver"}


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def made(brand: Brand) -> Article:
    return article(brand, "Returns", "<p>Sixty days to send it back.</p>")


def vote(visitor: Client, made: Article, **said: str) -> Any:
    return visitor.post(f"{HOME}articles/{made.slug}/vote/", said)


def steps() -> list[str]:
    return list(Step.objects.order_by("pk").values_list("name", flat=True))


def test_vote_without_a_script_leads_back_to_the_page(visitor: Client, made: Article) -> None:
    answer = vote(visitor, made, said="yes")

    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}articles/{made.slug}/#solved")
    assert "Good to hear" in visitor.get(f"{HOME}articles/{made.slug}/").content.decode()
    assert (Vote.objects.get().helped, steps()) == (True, [StepName.SOLVED])


def test_no_asks_why_and_keeps_the_answer(visitor: Client, made: Article) -> None:
    vote(visitor, made, said="no")
    asked = visitor.get(f"{HOME}articles/{made.slug}/").content.decode()
    vote(visitor, made, said="no", reason="unclear", comment="Which label?")
    thanked = visitor.get(f"{HOME}articles/{made.slug}/").content.decode()

    assert ("What is missing?" in asked, "we will look at this page again" in thanked) == (True, True)
    kept = Vote.objects.get()
    assert (kept.helped, kept.reason, kept.comment) == (False, "unclear", "Which label?")
    assert steps() == [StepName.NOT_SOLVED]


def test_vote_can_be_taken_back(visitor: Client, made: Article) -> None:
    vote(visitor, made, said="yes")
    vote(visitor, made, said="nothing")

    assert Vote.objects.count() == 0
    assert "Did this solve it?" in visitor.get(f"{HOME}articles/{made.slug}/").content.decode()


def test_script_gets_the_part_alone(visitor: Client, made: Article) -> None:
    answer = visitor.post(f"{HOME}articles/{made.slug}/vote/", {"said": "no"}, headers={"x-part": "vote"})
    html = answer.content.decode()

    assert (answer.status_code, "<html" in html, "What is missing?" in html) == (200, False, True)


def test_visitor_of_another_browser_has_an_own_vote(made: Article) -> None:
    vote(Client(), made, said="yes")
    vote(Client(), made, said="no")

    assert sorted(Vote.objects.values_list("helped", flat=True)) == [False, True]


def test_looking_at_a_vote_changes_nothing(visitor: Client, made: Article) -> None:
    assert visitor.get(f"{HOME}articles/{made.slug}/vote/?said=yes").status_code == 405
    assert Vote.objects.count() == 0


def test_vote_from_another_site_is_refused(made: Article) -> None:
    visitor = Client(enforce_csrf_checks=True)

    assert vote(visitor, made, said="yes").status_code == 403
    assert Vote.objects.count() == 0


def test_hidden_article_takes_no_votes(visitor: Client, brand: Brand) -> None:
    hidden = article(brand, "Inside", visibility=Visibility.INTERNAL)

    assert vote(visitor, hidden, said="yes").status_code == 404


def test_machine_that_votes_on_and_on_is_not_counted(made: Article, settings: Any) -> None:
    settings.HELP_MARKS_PER_MINUTE = 3
    for _ in range(6):
        vote(Client(), made, said="yes")

    assert Vote.objects.count() == 3


def test_reading_is_told_by_the_script(visitor: Client, made: Article) -> None:
    answer = visitor.post(f"{HOME}seen/", {"article": made.slug}, headers=OWN)

    assert (answer.status_code, steps()) == (204, [StepName.READ])
    assert Step.objects.get().article_id == made.pk


def test_reading_is_not_told_by_other_sites_or_by_nobody(visitor: Client, made: Article) -> None:
    visitor.post(f"{HOME}seen/", {"article": made.slug}, headers={"origin": "https://evil.example"})
    visitor.post(f"{HOME}seen/", {"article": made.slug}, headers={"sec-fetch-site": "cross-site"})
    visitor.post(f"{HOME}seen/", {"article": made.slug})

    assert steps() == []


def test_search_that_finds_nothing_becomes_a_miss(visitor: Client, made: Article) -> None:
    visitor.post(f"{HOME}seen/", {"asked": "lend a canoe", "language": "en"}, headers=OWN)

    assert list(Miss.objects.values_list("words", "count")) == [("lend a canoe", 1)]
    assert steps() == [StepName.SEARCHED]


def test_search_that_only_guesses_becomes_a_miss_too(
    visitor: Client, made: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge_base.domain.ranking.is_said", lambda _one: False)
    visitor.post(f"{HOME}seen/", {"asked": "returns", "language": "en"}, headers=OWN)

    assert (Miss.objects.get().words, Step.objects.get().count) == ("returns", 1)


def test_search_that_finds_something_is_no_miss(visitor: Client, made: Article) -> None:
    visitor.post(f"{HOME}seen/", {"asked": "returns", "language": "en"}, headers=OWN)

    assert (Miss.objects.count(), Step.objects.get().count) == (0, 1)


@pytest.mark.parametrize("language", ["xx<script>", "zz-" + "z" * 400, ""])
def test_strange_language_breaks_nothing(visitor: Client, made: Article, language: str) -> None:
    answer = visitor.post(f"{HOME}seen/", {"asked": "returns", "language": language}, headers=OWN)

    assert answer.status_code == 204
