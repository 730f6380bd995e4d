import re
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from journal.models import Event
from workforce.domain.holidays import fill_ahead
from workforce.domain.hours import closed_day_name, is_open
from workforce.domain.presence import heartbeat, state_of
from workforce.hours_form import read_spans
from workforce.models import AgentSettings, Hours

pytestmark = pytest.mark.django_db
DAYS = {f"day_{day}": "9-12:30, 13.00 - 17" for day in range(5)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ([], [])),
        ("9-17", ([(540, 1020)], [])),
        ("13:00 - 24:00, 8.30–12", ([(510, 720), (780, 1440)], [])),
        ("20-2:15", ([(1200, 1440)], [(0, 135)])),
    ],
)
def test_spans_are_read_as_people_write_them(text, expected):
    assert read_spans(text) == expected


@pytest.mark.parametrize("text", ["9-9", "9", "9-25", "nine to five", "9-12-13", "09:60-10"])
def test_spans_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        read_spans(text)


def test_hours_are_written_changed_and_deleted(client_for: Any, admin, pool, brand):
    client = client_for(admin)
    body = {
        "name": "Service",
        "zone": "Europe/Berlin",
        "pool": pool.pk,
        "day_6": "20 - 02:00",
    }
    assert client.post(reverse("workforce:hours_new"), body | DAYS).status_code == 302

    hours = Hours.objects.get()
    assert hours.weekly[0] == [["00:00", "02:00"], ["09:00", "12:30"], ["13:00", "17:00"]]
    assert hours.weekly[1:] == [[["09:00", "12:30"], ["13:00", "17:00"]]] * 4 + [[], [["20:00", "24:00"]]]
    url = reverse("workforce:hours_edit", args=[hours.pk])
    assert "09:00 - 12:30, 13:00 - 17:00" in client.get(url).content.decode()
    before = Hours.objects.values().get()
    for taken_back, bob_was_quicker in ((True, False), (False, True)):
        saved = client.post(url, body | DAYS | {"name": "Night", "day_6": ""}, follow=True)
        token = re.search(r'name="undo" value="([^"]+)"', saved.content.decode())
        if bob_was_quicker:
            Hours.objects.update(zone="Asia/Tokyo")
        client.post(reverse("workforce:hours_undo", args=[hours.pk]), {"undo": token[1]})
        assert (Hours.objects.values().get() == before) is taken_back
    Hours.objects.filter(pk=hours.pk).update(**before)
    wrong = client.post(url, body | DAYS | {"day_6": "nine"})
    assert (wrong.status_code, "Write times like" in wrong.content.decode()) == (422, True)
    assert client.post(reverse("workforce:hours_delete", args=[hours.pk])).status_code == 302
    assert Hours.objects.count() == 0
    names = list(
        Event.objects.filter(name__startswith="hours.").order_by("pk").values_list("name", flat=True)
    )
    assert names == ["hours.saved"] * 4 + ["hours.deleted"]


def test_hours_with_the_same_name_are_refused_in_words(client_for: Any, admin, pool, brand):
    Hours.objects.create(pool=pool, name="Service")
    body = {"name": "Service", "zone": "UTC", "pool": pool.pk}
    refused = client_for(admin).post(reverse("workforce:hours_new"), body)

    assert "have this name already" in refused.content.decode()


def special(*days: dict[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {"own-TOTAL_FORMS": len(days), "own-INITIAL_FORMS": 0}
    return body | {
        f"own-{place}-{name}": value for place, day in enumerate(days) for name, value in day.items()
    }


def test_a_new_week_leaves_the_days_before_as_they_were(client_for: Any, admin, pool, brand):
    old = [[["09:00", "17:00"]]] * 5
    hours = Hours.objects.create(pool=pool, name="Service", weekly=old)
    body = {"name": "Service", "zone": "UTC", "day_0": "10-12"}
    url = reverse("workforce:hours_edit", args=[hours.pk])
    with travel("2026-03-02T09:30:00Z"):  # a Monday
        assert client_for(admin).post(url, body).status_code == 302
        hours.refresh_from_db()
        assert [is_open(hours, moment(day)) for day in ("2026-02-23T09:30", "2026-03-02T09:30")] == [
            True,
            False,
        ]
        assert client_for(admin).post(url, body | {"day_0": "8-9", "always": "1"}).status_code == 302
    hours.refresh_from_db()
    assert (hours.earlier, is_open(hours, moment("2026-02-23T09:30"))) == ([], False)


def travel(text: str) -> Any:
    return time_machine.travel(text, tick=False)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def test_holidays_of_a_region_are_taken_some_left_out_and_next_year_follows(
    client_for: Any, admin, pool, brand
):
    client = client_for(admin)
    days = [{"on": "2026-12-24", "name": "Short", "open": "9-12", "yearly": "on"}]
    body = {"name": "S", "zone": "UTC", "pool": pool.pk, "country": "DE", "region": "BE", **DAYS}
    with travel("2026-03-02T12:00:00Z"):
        offered = client.get(
            reverse("workforce:hours_days"), {"country": "DE", "region": "BE"}
        ).content.decode()
        assert ("Women" in offered, "Good Friday" in offered) == (True, True)
        ticked = [
            key for key in re.findall(r'name="holiday" value="([^"]+)"', offered) if key != "Karfreitag"
        ]
        sent = body | special(*days) | {"shown": "DE/BE", "holiday": ticked}
        assert client.post(reverse("workforce:hours_new"), sent).status_code == 302
        hours = Hours.objects.get()
        own = {day["on"]: day for day in hours.closed_days}
        assert own["2026-05-01"]["holiday"] is True
        assert ("2026-04-03" in own, "2026-01-01" in own, "2027-12-25" in own) == (False, False, True)
        assert is_open(hours, moment("2026-12-24T11:00")) is True
        assert is_open(hours, moment("2027-12-24T13:30")) is False
        assert closed_day_name(hours, moment("2027-12-24T13:30")) == "Short"
        assert fill_ahead() == 0
    with travel("2027-01-01T00:10:00Z"):
        assert (fill_ahead(), fill_ahead()) == (1, 0)
    hours.refresh_from_db()
    on = [day["on"] for day in hours.closed_days]
    assert ("2026-05-01" in on, "2028-05-01" in on, "2028-04-14" in on) == (True, True, False)


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
