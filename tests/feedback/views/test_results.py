import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import Answer
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.tickets import InboxFactory

RESULTS = "/desk/feedback/"


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def rows_of(response):
    content = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(content)))


def test_page_says_figure_interval_count_and_rate(client_for, lead, answered):
    for score in [5] * 20 + [4] * 4 + [1] * 6:
        answered(score)
    page = text(client_for(lead).get(RESULTS))
    assert "80%" in page
    assert "Likely within 63–90%" in page
    assert "30 answers" in page
    assert "100% of 30 asked" in page


def test_page_without_answers_says_so(client_for, lead):
    page = text(client_for(lead).get(RESULTS))
    assert "Nobody was asked in this period" in page


def test_few_answers_are_marked(client_for, lead, answered):
    answered(5)
    page = text(client_for(lead).get(RESULTS))
    assert "Fewer than 20 answers: chance moves it." in page
    assert "data-small" in page


def test_figures_are_everybodys_only_for_who_may_read_them(client_for, alice, charlie, nobody, answered):
    answered(5, "All good")
    for user in (alice, charlie, nobody):
        for name in ("results", "answers", "answers_csv", "figures_csv"):
            assert client_for(user).get(reverse(f"feedback:{name}")).status_code == 404


def test_my_page_has_my_answers_and_nobody_elses_name(client_for, alice, bob, answered):
    answered(5, "Alice was quick")
    answered(1, "Bob was slow", agent=bob)
    page = text(client_for(alice).get("/desk/feedback/mine/"))
    assert "Alice was quick" in page
    assert "Bob was slow" not in page
    assert "Bob Brown" not in page
    listed = text(client_for(alice).get("/desk/feedback/mine/answers/"))
    assert "Alice was quick" in listed
    assert "Bob was slow" not in listed


def test_queries_are_the_same_for_one_and_many(client_for, lead, brand, answered):
    client = client_for(lead)
    counts = {}
    for path in (RESULTS, f"{RESULTS}?by=inbox", "/desk/feedback/answers/", "/desk/feedback/mine/"):
        counts[path] = []
    for _ in range(2):
        for _ in range(3):
            answered(
                5,
                "Good",
                agent=UserFactory(),
                inbox=InboxFactory(brand=brand),
                team=TeamFactory(pool=brand.pool),
            )
        for path, found in counts.items():
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                text(client.get(path))
            found.append(len(queries))
    assert {path: few == many for path, (few, many) in counts.items()} == dict.fromkeys(counts, True), counts


def test_drill_down_lists_exactly_what_is_counted(client_for, lead, bob, answered):
    for score in (5, 5, 4, 1):
        answered(score, f"scored {score}")
    answered(5, "scored for Bob", agent=bob)
    listed = text(client_for(lead).get("/desk/feedback/answers/?measure=csat&score=5"))
    assert (listed.count("scored 5"), listed.count("scored for Bob"), listed.count("scored 1")) == (2, 1, 0)
    of_bob = text(client_for(lead).get(f"/desk/feedback/answers/?measure=csat&agent={bob.pk}"))
    assert (of_bob.count("scored 5"), of_bob.count("scored for Bob")) == (0, 1)


def test_comments_are_found_by_words_and_paged(client_for, lead, answered, monkeypatch):
    monkeypatch.setattr("feedback.domain.answer_lists.PAGE", 2)
    for number in range(5):
        answered(5, f"Kettle {number}")
    answered(5, "Lamp")
    answered(5)
    client, seen, path = client_for(lead), [], "/desk/feedback/answers/?q=kettle&comments=1"
    while path:
        response = client.get(path)
        page = text(response)
        seen += [number for number in range(5) if f"Kettle {number}" in page]
        assert "Lamp" not in page
        older = response.context["page"].older
        path = (
            f"/desk/feedback/answers/?q=kettle&comments=1&after={older.replace('+', '%2B')}" if older else ""
        )
    assert seen == [3, 4, 1, 2, 0]


@pytest.mark.parametrize(
    "query",
    [
        "span=days&first=nonsense&last=9999-99-99",
        "brand=abc&team=-1&agent=99999999999999999999",
        "measure=fax&by=zodiac&score=eleven",
        "q=%00%F0%9F%98%80" + "x" * 3000,
        "after=2026~1&span=0",
        "agent=123456",
    ],
)
def test_nonsense_in_the_query_is_left_out(client_for, lead, answered, query):
    answered(5, "Good")
    for name in ("results", "answers"):
        text(client_for(lead).get(f"{reverse(f'feedback:{name}')}?{query}"))


def test_a_foreign_agents_name_is_not_told_by_their_number(client_for, lead, charlie, answered):
    answered(5)
    assert "Charlie" not in text(client_for(lead).get(f"{RESULTS}?agent={charlie.pk}"))


def test_answers_come_as_a_harmless_file(client_for, lead, ticket, answered):
    answered(2, '=HYPERLINK("http://evil.example")', ticket=ticket)
    response = client_for(lead).get("/desk/feedback/answers.csv")
    (row,) = rows_of(response)
    assert row["comment"] == '\'=HYPERLINK("http://evil.example")'
    assert (row["score"], row["agent"], row["ticket"], row["measure"]) == (
        "2", "Alice Adams", str(ticket.number), "csat",
    )  # fmt: skip
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="feedback-answers-')


def test_file_has_what_the_list_has(client_for, lead, bob, answered):
    for score in (5, 5, 1):
        answered(score, "for Alice")
    answered(3, "for Bob", agent=bob)
    path = "/desk/feedback/answers.csv"
    assert len(rows_of(client_for(lead).get(path))) == 4
    assert [row["comment"] for row in rows_of(client_for(lead).get(f"{path}?agent={bob.pk}"))] == ["for Bob"]
    assert len(rows_of(client_for(lead).get(f"{path}?measure=csat&score=5"))) == 2


def test_figures_come_as_a_file(client_for, lead, answered):
    for score in (5, 4, 1, 2):
        answered(score)
    (row,) = rows_of(client_for(lead).get("/desk/feedback/figures.csv?by=agent"))
    assert (row["name"], row["value"], row["n"], row["asked"], row["answered"]) == (
        "Alice Adams", "50.0", "4", "4", "4",
    )  # fmt: skip


def test_hostile_comment_is_shown_as_text(client_for, lead, answered):
    answered(1, "<script>alert(1)</script>")
    for name in ("results", "answers"):
        page = text(client_for(lead).get(reverse(f"feedback:{name}")))
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_an_answer_of_an_erased_person_is_still_counted(client_for, lead, answered):
    answer = answered(5)
    invitation = answer.invitation
    type(invitation).objects.filter(pk=invitation.pk).update(customer=None, ticket=None)
    Answer.objects.filter(pk=answer.pk).update(comment="")
    assert "1 answer" in text(client_for(lead).get(RESULTS))
    assert "The ticket is deleted" in text(client_for(lead).get("/desk/feedback/answers/"))
    assert rows_of(client_for(lead).get("/desk/feedback/answers.csv"))[0]["ticket"] == ""
