"""Dashboards on paper: the page's own numbers as text that can be searched, whatever the names are like."""

import io
import re
from email import message_from_bytes, policy

import pytest
from pypdf import PdfReader

from carecenter.lib.time import now
from insights import tasks
from insights.domain import board_mails
from insights.models import Board, BoardMail
from insights.paper.content import Number, Paper, Part
from insights.paper.document import pdf
from tests.factories.accounts import UserFactory, grant
from tests.insights.conftest import count_all
from tests.insights.history import generate
from tickets.models import Ticket

DAYS = "span=days&first=2026-03-01&last=2026-05-30"


def pages(content: bytes) -> list[str]:
    assert content.startswith(b"%PDF-")
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


@pytest.fixture
def history(brand):
    generate(brand, seed=21, steps=25)
    count_all()
    return Ticket.objects.filter(brand=brand, merged_into__isnull=True).count()


@pytest.fixture
def board(admin):
    tiles = [
        {"id": "a", "what": "metric:created", "query": DAYS},
        {"id": "b", "what": "chart:flow", "query": DAYS},
        {"id": "c", "what": "metric:solved", "query": "kind=pigeon"},
    ]
    return Board.objects.create(owner=admin, name="Утро: Übersicht", tiles=tiles)


def test_numbers_on_paper_are_those_of_the_page(client_for, admin, brand, history):
    client = client_for(admin)
    response = client.get(f"/insights/numbers.pdf?{DAYS}&brand={brand.pk}")
    page = client.get(f"/insights/?{DAYS}&brand={brand.pk}").content.decode()
    text = " ".join(pages(response.content))
    values = [one.strip() for one in re.findall(r'class="number-value"><a[^>]*>([^<]+)<', page)]

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="numbers-2026-03-01-2026-05-30.pdf"'
    assert len(values) > 10
    assert [one for one in values if one not in text] == []
    assert f"New tickets {history}" in text
    assert f"Brand {brand.name} Period 1 Mar 2026" in text
    assert "Compared with 30 Nov 2025" in text
    assert "As of" in text
    assert "In and out" in text
    assert re.search(r"Page 1 of \d", text)


def test_board_on_paper_is_for_who_may_see_it_and_as_they_see_it(client_for, board, history):
    path = f"/insights/boards/{board.pk}/pdf/"
    found = " ".join(pages(client_for(board.owner).get(path).content))

    assert found.startswith("Утро: Übersicht Brand")
    assert f"{history}" in found.partition("New tickets")[2]
    assert "What this tile counts is not there any more" in found
    assert client_for(grant(UserFactory(), "Admin")).get(path).status_code == 404


def test_mail_brings_the_paper_to_who_wants_it(client_for, board, history, monkeypatch):
    sent = []
    monkeypatch.setattr("carecenter.lib.mailer.keep", sent.append)
    client = client_for(board.owner)
    for wish in ({}, {"with_pdf": "1"}):
        client.post(f"/insights/boards/{board.pk}/mail/", {"every": "day", "hour": "7", **wish})
        assert board_mails.due() == []
        BoardMail.objects.update(next_at=now())
        tasks.mail_boards()
    without, with_it = (
        list(message_from_bytes(raw, policy=policy.default).iter_attachments()) for raw in sent
    )
    [paper] = with_it

    assert without == []
    assert (paper.get_content_type(), paper.get_filename()) == (
        "application/pdf",
        f"dashboard-{board.pk}.pdf",
    )
    assert "Утро: Übersicht" in pages(paper.get_content())[0]


def test_no_name_is_too_long_or_too_odd_for_a_page():
    odd = ["W" * 400, "=cmd()|" * 30, "Zeile\none\x00\ud800 ende", "", "Γειά 汉字 😀"]
    numbers = [Number(name=one, value=one or "–", line=one, about=one, change=one, before=one) for one in odd]
    made = Paper("Ö" * 300, "x" * 300, "en", [(one, one * 3) for one in odd], [Part(odd[0], numbers * 12)])
    found = pages(pdf(made))

    assert len(found) == 4
    assert [page for number, page in enumerate(found, 1) if f"Page {number} of 4" not in page] == []
