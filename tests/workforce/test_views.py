from typing import Any

import pytest
from django.urls import reverse

from journal.models import Event
from workforce.domain.presence import heartbeat, state_of
from workforce.forms import read_closed, read_spans
from workforce.models import AgentSettings, Hours

pytestmark = pytest.mark.django_db
DAYS = {f"day_{day}": "9-12:30, 13.00 - 17" for day in range(5)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("9-17", [["09:00", "17:00"]]),
        ("13:00 - 24:00, 8.30–12", [["08:30", "12:00"], ["13:00", "24:00"]]),
    ],
)
def test_spans_are_read_as_people_write_them(text, expected):
    assert read_spans(text) == expected


@pytest.mark.parametrize("text", ["17-9", "9", "9-25", "9-12, 11-13", "nine to five", "9-12-13", "09:60-10"])
def test_spans_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        read_spans(text)


def test_closed_days_are_read_once_and_in_order():
    text = "2026-12-26 Boxing Day\n2026-12-25 Christmas Day\n\n2026-12-26 Second Christmas Day"
    assert read_closed(text) == [
        {"on": "2026-12-25", "name": "Christmas Day"},
        {"on": "2026-12-26", "name": "Second Christmas Day"},
    ]


def test_hours_are_written_changed_and_deleted(client_for: Any, admin, pool, brand):
    client = client_for(admin)
    body = {
        "name": "Service",
        "zone": "Europe/Berlin",
        "pool": pool.pk,
        "closed_days": "2026-12-25 Christmas",
    }
    assert client.post(reverse("workforce:hours_new"), body | DAYS).status_code == 302

    hours = Hours.objects.get()
    assert hours.weekly == [[["09:00", "12:30"], ["13:00", "17:00"]]] * 5 + [[], []]
    url = reverse("workforce:hours_edit", args=[hours.pk])
    assert "09:00 - 12:30, 13:00 - 17:00" in client.get(url).content.decode()
    wrong = client.post(url, body | DAYS | {"day_6": "17-9"})
    assert (wrong.status_code, "Write times like" in wrong.content.decode()) == (422, True)
    assert client.post(reverse("workforce:hours_delete", args=[hours.pk])).status_code == 302
    assert Hours.objects.count() == 0
    names = list(
        Event.objects.filter(name__startswith="hours.").order_by("pk").values_list("name", flat=True)
    )
    assert names == ["hours.saved", "hours.deleted"]


def test_hours_with_the_same_name_are_refused_in_words(client_for: Any, admin, pool, brand):
    Hours.objects.create(pool=pool, name="Service")
    body = {"name": "Service", "zone": "UTC", "pool": pool.pk}
    refused = client_for(admin).post(reverse("workforce:hours_new"), body)

    assert "have this name already" in refused.content.decode()


def test_presence_is_set_by_oneself_and_nothing_else_is_taken(client_for: Any, alice):
    client = client_for(alice)
    heartbeat(alice.pk)

    assert client.post(reverse("workforce:presence"), {"state": "away"}).status_code == 204
    assert state_of(alice) == "away"
    assert client.post(reverse("workforce:presence"), {"state": "offline"}).status_code == 400
    assert client.get(reverse("workforce:presence")).status_code == 405
    assert client.get(reverse("workforce:me")).json()["state"] == "away"


def test_alerts_are_kept(client_for: Any, alice):
    client = client_for(alice)
    assert client.get(reverse("workforce:me")).json()["sounds"] == ["chat_waiting", "chat_line"]

    body = {"sounds": ["assigned"], "notices": ["chat_line"], "most_chats": 5}
    assert client.post(reverse("workforce:alerts"), body).status_code == 302
    kept = AgentSettings.objects.get()
    assert (kept.sounds, kept.notices, kept.most_chats) == (["assigned"], ["chat_line"], 5)
    wrong = client.post(reverse("workforce:alerts"), body | {"most_chats": 99})
    assert wrong.status_code == 422
