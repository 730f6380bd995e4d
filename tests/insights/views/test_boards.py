"""Dashboards of one's own: tiles, order, sharing, undo, and the mail of the morning."""

import datetime as dt
from email import message_from_bytes

import pytest

from carecenter.lib.time import now
from insights import tasks
from insights.board_letter import letter
from insights.domain import board_mails
from insights.models import Board, BoardMail
from knowledge_base.models import Step, Visit
from tests.factories.accounts import BrandFactory, TeamFactory, UserFactory, grant
from tests.insights.conftest import count_all
from tests.insights.history import generate
from tickets.models import Ticket

LOST = "What this tile counts is not there any more, or not yours."


@pytest.fixture
def board(admin):
    return Board.objects.create(owner=admin, name="Mornings")


def order(board) -> list[str]:
    return [tile["what"] for tile in Board.objects.get(pk=board.pk).tiles]


def test_tiles_are_added_moved_and_removed(client_for, admin, board):
    client, path = client_for(admin), f"/insights/boards/{board.pk}/"
    for what in ("metric:solved", "chart:flow", "metric:luck", "metric:reopened"):
        client.post(f"{path}tiles/", {"what": what, "span": "7", "brand": "", "kind": "email"})
    last = Board.objects.get(pk=board.pk).tiles[-1]

    assert order(board) == ["metric:solved", "chart:flow", "metric:reopened"]
    assert last["query"] == "span=7&kind=email"
    client.post(f"{path}tiles/{last['id']}/move/", {"to": "0"})
    assert order(board) == ["metric:reopened", "metric:solved", "chart:flow"]
    client.post(f"{path}tiles/{last['id']}/remove/")
    assert order(board) == ["metric:solved", "chart:flow"]
    assert 'data-kind="flow"' in client.get(path).content.decode()


def test_tile_shows_what_the_numbers_page_shows_with_its_filters(client_for, admin, board, brand):
    board.tiles = [
        {
            "id": "a",
            "what": "metric:created",
            "query": f"span=days&first=2026-03-01&last=2026-05-30&brand={brand.pk}",
        }
    ]
    board.save(update_fields=["tiles"])
    generate(brand, seed=21, steps=25)
    count_all()
    there = Ticket.objects.filter(brand=brand, merged_into__isnull=True).count()

    assert f">{there}<span" in client_for(admin).get(f"/insights/boards/{board.pk}/").content.decode()


def test_tile_shows_what_visitors_found_and_says_why_not(client_for, admin, board, brand):
    visit = Visit.objects.create(
        brand=brand, visitor="v" * 64, arm="shown", share=0, began_at=now(), last_at=now()
    )
    Step.objects.create(visit=visit, name="searched", at=now(), count=0)
    board.tiles = [
        {"id": "a", "what": "metric:search_failed", "query": "span=7"},
        {"id": "b", "what": "metric:search_failed", "query": "span=7&kind=email"},
    ]
    board.save(update_fields=["tiles"])
    page = client_for(admin).get(f"/insights/boards/{board.pk}/").content.decode()

    assert page.count("1 of 1") == 2  # on the card, and in its explanation
    assert page.count("Visitors are counted for whole brands") == 1
    assert 'value="metric:search_contained"' in page


def test_tile_whose_filter_is_gone_or_not_yours_shows_no_other_number(client_for, brand):
    """Neither on the page nor in the mail; what has its filters yet is shown."""
    other, team = BrandFactory(), TeamFactory(pool=brand.pool)
    user = grant(UserFactory(), "Admin", brand=brand)
    queries = [f"brand={other.pk}", f"team={team.pk}", "kind=pigeon", f"brand={brand.pk}"]
    tiles = [
        {"id": f"t{place}", "what": "metric:solved", "query": query} for place, query in enumerate(queries)
    ]
    board = Board.objects.create(owner=user, name="Mornings", tiles=tiles)
    team.delete()
    html = client_for(user).get(f"/insights/boards/{board.pk}/").content.decode()
    mail = letter(BoardMail(board=board, user=user))

    assert html.count(LOST) == 3
    assert html.count('class="number-value"') == 1
    assert mail.body.count(LOST) == mail.alternatives[0].content.count(LOST) == 3


def test_shared_board_is_seen_and_not_changed_by_the_team(client_for, admin, board, brand):
    team, colleague = TeamFactory(pool=brand.pool), grant(UserFactory(), "Admin")
    path = f"/insights/boards/{board.pk}/"
    assert client_for(colleague).get(path).status_code == 404
    team.members.add(colleague)
    client_for(admin).post(f"{path}change/", {"name": "Ours", "team": team.pk})

    assert "Ours" in client_for(colleague).get(path).content.decode()
    assert client_for(colleague).post(f"{path}delete/").status_code == 404
    assert client_for(colleague).post(f"{path}tiles/", {"what": "metric:solved"}).status_code == 404


def test_deleted_board_can_be_brought_back_for_a_day(client_for, admin, board):
    client = client_for(admin)
    client.post(f"/insights/boards/{board.pk}/delete/")
    assert client.get(f"/insights/boards/{board.pk}/").status_code == 404
    client.post(f"/insights/boards/{board.pk}/restore/")
    assert client.get(f"/insights/boards/{board.pk}/").status_code == 200
    Board.objects.update(deleted_at=now() - dt.timedelta(days=2))
    assert client.post(f"/insights/boards/{board.pk}/restore/").status_code == 404


@pytest.mark.parametrize(
    ("every", "after", "leaves"),
    [
        ("day", "2026-03-28T06:30", "2026-03-29T05:00"),  # the clocks of Berlin change in between
        ("week", "2026-03-23T06:30", "2026-03-30T05:00"),
        ("month", "2026-03-31T00:00", "2026-04-01T05:00"),
    ],
)
def test_mail_leaves_by_the_persons_own_clock(every, after, leaves):
    user = UserFactory.build(zone="Europe/Berlin")
    moments = [dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) for text in (after, leaves)]

    assert board_mails.following(user, every, 7, moments[0]) == moments[1]


def test_mail_leaves_once_with_numbers_and_link_and_not_for_who_may_no_more(admin, board, monkeypatch):
    sent = []
    monkeypatch.setattr("carecenter.lib.mailer.keep", sent.append)
    board.tiles = [
        {"id": "a", "what": "metric:solved", "query": "span=30"},
        {"id": "b", "what": "chart:flow", "query": ""},
    ]
    board.save(update_fields=["tiles"])
    board_mails.set_mail(board, admin, every="day", hour=7)
    BoardMail.objects.update(next_at=now() - dt.timedelta(minutes=1))
    tasks.mail_boards()
    tasks.mail_boards()
    letter = message_from_bytes(sent[0])
    text = letter.get_payload(0).get_payload(decode=True).decode()

    assert len(sent) == 1
    assert (letter["To"], letter["Subject"]) == (admin.email, "Mornings")
    assert f"/insights/boards/{board.pk}/" in text
    assert BoardMail.objects.get().next_at > now()
    admin.grants.all().delete()
    BoardMail.objects.update(next_at=now() - dt.timedelta(minutes=1))
    tasks.mail_boards()
    assert (len(sent), BoardMail.objects.count()) == (1, 0)
