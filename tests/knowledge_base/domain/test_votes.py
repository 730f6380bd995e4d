""" "Did this solve it?" """

from accounts.models import Brand
from journal.models import Event
from knowledge_base.domain import votes
from knowledge_base.models import Vote, VoteReason
from tests.factories.articles import article


def said() -> list[tuple[bool, str, str]]:
    return list(Vote.objects.values_list("helped", "reason", "comment"))


def events() -> list[dict[str, object]]:
    rows = Event.objects.filter(name="article.voted").order_by("pk")
    return [{name: row.data.get(name) for name in ("helped", "reason")} for row in rows]


def test_last_word_of_a_visitor_counts(brand: Brand) -> None:
    made = article(brand, "Returns")
    votes.vote(made, "v1", helped=True, language="en")
    votes.vote(made, "v1", helped=False, language="en", reason=VoteReason.UNCLEAR, comment="  Which label? ")

    assert said() == [(False, "unclear", "Which label?")]


def test_same_vote_again_changes_nothing(brand: Brand) -> None:
    made = article(brand, "Returns")
    for _ in range(3):
        votes.vote(made, "v1", helped=True, language="en")

    assert (said(), len(events())) == ([(True, "", "")], 1)


def test_reason_and_comment_belong_to_a_no(brand: Brand) -> None:
    votes.vote(article(brand, "Returns"), "v1", helped=True, language="en", reason="wrong", comment="great")

    assert said() == [(True, "", "")]


def test_unknown_reason_and_long_comment_are_cut(brand: Brand) -> None:
    votes.vote(
        article(brand, "Returns"), "v1", helped=False, language="en", reason="hack", comment="x\x00" * 9000
    )

    ((helped, reason, comment),) = said()
    assert (helped, reason, len(comment), "\x00" in comment) == (False, "", 1000, False)


def test_journal_has_the_answer_and_no_words(brand: Brand) -> None:
    made = article(brand, "Returns")
    votes.vote(made, "v1", helped=False, language="en", reason="wrong", comment="I am Dana")
    votes.take_back(made, "v1")

    assert events() == [{"helped": "no", "reason": "wrong"}, {"helped": "", "reason": ""}]
    assert "Dana" not in str(list(Event.objects.values_list("data", flat=True)))


def test_vote_is_taken_back_once(brand: Brand) -> None:
    made = article(brand, "Returns")
    votes.vote(made, "v1", helped=True, language="en")

    assert (votes.take_back(made, "v1"), votes.take_back(made, "v1"), said()) == (True, False, [])
