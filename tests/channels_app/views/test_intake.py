import pytest
from django.urls import reverse

from channels_app.domain import inbound
from channels_app.models import BlockedSender, InboundRecord
from tests.factories.channels import arrive, mail

pytestmark = pytest.mark.django_db
State = InboundRecord.State


def page(name, *arguments):
    return reverse(f"channels_app:{name}", args=arguments)


def robot(connection, number=1):
    """A parked record."""
    raw = mail(f"Robot {number}", message_id=f"<{number}@r.example>", Auto_Submitted="auto-generated")
    return inbound.process_record(arrive(connection, raw).pk)


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_costs_the_same_number_of_queries(
    item_count, connection, lead, client_for, django_assert_num_queries
):
    for number in range(item_count):
        robot(connection, number)
    browser = client_for(lead)
    browser.get(page("intake"))
    with django_assert_num_queries(8):
        response = browser.get(page("intake"))
    assert response.content.decode().count("record-") == item_count


def test_list_shows_older_ones_on_the_next_page(connection, lead, client_for, monkeypatch):
    monkeypatch.setattr("channels_app.domain.listing.PAGE", 2)
    records = [robot(connection, number) for number in range(3)]
    browser = client_for(lead)
    first = browser.get(page("intake"))
    assert [row.pk for row in first.context["page"].records] == [records[2].pk, records[1].pk]
    second = browser.get(page("intake"), {"before": first.context["page"].older})
    assert [row.pk for row in second.context["page"].records] == [records[0].pk]


def test_record_shows_its_source_without_running_it(connection, lead, client_for):
    raw = mail("<script>alert(1)</script> \u202e", Auto_Submitted="auto-generated", subject="<b>x</b>")
    record = inbound.process_record(arrive(connection, raw).pk)
    response = client_for(lead).get(page("record", record.pk))
    assert "<script>alert(1)" not in response.content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in response.content.decode()


def test_raw_bytes_are_a_download(connection, lead, client_for):
    record = robot(connection)
    response = client_for(lead).get(page("raw", record.pk))
    assert b"".join(response.streaming_content) == bytes(record.raw)
    assert response["Content-Disposition"] == f'attachment; filename="contact-{record.pk}.eml"'
    assert (response["X-Content-Type-Options"], response["Content-Type"]) == (
        "nosniff",
        "application/octet-stream",
    )


def test_lead_opens_a_ticket_anyway(connection, lead, client_for):
    record = robot(connection)
    response = client_for(lead).post(page("open_anyway", record.pk))
    record.refresh_from_db()
    assert record.state == State.DONE
    assert response.url == reverse("tickets:ticket", args=[record.ticket_id])


def test_lead_runs_it_again_and_it_is_parked_again(connection, lead, client_for):
    record = robot(connection)
    client_for(lead).post(page("replay", record.pk))
    record.refresh_from_db()
    assert (record.state, record.tries) == (State.PARKED, 1)


def test_lead_blocks_the_sender_and_unblocks_again(connection, lead, client_for):
    record = robot(connection)
    browser = client_for(lead)
    browser.post(page("block", record.pk))
    record.refresh_from_db()
    blocked = BlockedSender.objects.get()
    assert (record.state, blocked.address) == (State.IGNORED, "dana@example.net")
    assert "dana@example.net" in browser.get(page("blocked")).content.decode()
    browser.post(page("unblock", blocked.pk))
    assert not BlockedSender.objects.exists()


def test_decision_comes_once(connection, lead, client_for):
    record = robot(connection)
    browser = client_for(lead)
    browser.post(page("ignore", record.pk))
    response = browser.post(page("ignore", record.pk), follow=True)
    assert "was faster" in response.content.decode()


@pytest.mark.parametrize("person", ["alice", "charlie", "nobody"])
def test_who_may_not_see_incoming_mail_gets_404(person, connection, request, client_for):
    record = robot(connection)
    browser = client_for(request.getfixturevalue(person))
    for name in ("intake", "record", "raw", "blocked"):
        arguments = [record.pk] if name in ("record", "raw") else []
        assert browser.get(page(name, *arguments)).status_code == 404
    for name in ("replay", "open_anyway", "ignore", "block"):
        assert browser.post(page(name, record.pk)).status_code == 404


def test_lead_of_another_pool_sees_nothing_of_it(connection, other_brand, client_for):
    from tests.factories.accounts import UserFactory, grant

    stranger = grant(UserFactory(), "Lead", brand=other_brand)
    record = robot(connection)
    browser = client_for(stranger)
    assert browser.get(page("intake")).context["page"].records == []
    assert browser.get(page("record", record.pk)).status_code == 404
    assert browser.post(page("block", record.pk)).status_code == 404


def test_reading_changes_nothing(connection, lead, client_for):
    record = robot(connection)
    for name in ("replay", "open_anyway", "ignore", "block"):
        assert client_for(lead).get(page(name, record.pk)).status_code == 405


def test_broken_way_out_is_told_on_the_page(connection, lead, client_for):
    connection.trouble = "535 bad credentials"
    connection.save(update_fields=["trouble"])
    assert "535 bad credentials" in client_for(lead).get(page("intake")).content.decode()
