"""throw-away"""
import io, pytest
from django.db import transaction
from channels_app.domain import inbound, outbox, ways_out
from channels_app.domain.addresses import reply_address
from channels_app.domain.appending import is_vouched_for, Item
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.kinds.base import InboundEvent, ConnectionBroken, Sent
from channels_app.models import InboundRecord, Connection
from tests.factories.channels import arrive, mail
from tests.factories.accounts import grant, UserFactory, TeamFactory
from tests.factories.tickets import TicketFactory, InboxFactory, MessageFactory
from tickets.domain.replies import queue_reply, take_back
from tickets.domain.status import change_status
from tickets.domain import delivery
from tickets.models import *
pytestmark = pytest.mark.django_db
S = InboundRecord.State

def run(c, raw, to=""):
    return inbound.process_record(arrive(c, raw, to=to).pk)

def test_reply_to_hijack(connection, alice):
    t = run(connection, mail()).ticket
    r = run(connection, mail("also this", message_id="<evil@x>", subject=f"Re: [#{t.number}]", reply_to="mallory@evil.test"))
    assert r.ticket_id == t.pk
    m = queue_reply(t, actor=alice, html="Your card is 1234")
    print(m.to)
    assert m.to[0]["address"] == "dana@example.net"

def test_took_back_hides_new_mail(connection, alice, clock):
    t = run(connection, mail()).ticket
    queue_reply(t, actor=alice, html="x", then="solved"); clock.shift(60)
    Message.objects.filter(direction="out").update(delivery="sent")
    m = queue_reply(t, actor=alice, html="one more thing")
    clock.shift(3)
    run(connection, mail("It is broken again!", message_id="<2@x>", in_reply_to="<first@example.net>", references="<first@example.net>"))
    t.refresh_from_db(); assert t.waiting_since and t.status == "open"
    take_back(m.pk, actor=alice)
    t.refresh_from_db()
    print(t.status, t.waiting_since)
    assert t.status == "open" and t.waiting_since is not None

def test_took_back_after_closed(connection, alice, bob):
    t = run(connection, mail()).ticket
    m = queue_reply(t, actor=alice, html="x", then="solved")
    change_status(t, "closed", actor=bob)
    take_back(m.pk, actor=alice)
    t.refresh_from_db(); print(t.status)

def test_take_back_outbound_contact(connection, alice, clock):
    t = run(connection, mail()).ticket
    queue_reply(t, actor=alice, html="x"); clock.shift(60); Message.objects.filter(direction="out").update(delivery="sent")
    m = queue_reply(t, actor=alice, html="y"); take_back(m.pk, actor=alice)
    print(list(Contact.objects.values("direction", "ended_at", "holder", "queued_at")))
    assert not Contact.objects.filter(ended_at__isnull=True).exists()

def test_duplicate_of_other_sender(connection):
    run(connection, mail("", message_id="<scan@device>"))
    r = run(connection, mail("", message_id="<scan@device>", from_="x", **{"from": "Zoe <zoe@example.org>"}))
    print(r.state, r.reason); assert r.state == S.DONE

def test_vouched_quoted(connection):
    connection.config = {"authserv_id": "mx.firm.test"}
    ev = InboundEvent(sender_address="ceo@bank.test", headers={"authentication-results": 'mx.firm.test; dmarc=none header.from=bank.test; spf=pass smtp.mailfrom="a; dmarc=pass header.from=bank.test ; b"@evil.test'})
    assert not is_vouched_for(Item(connection, ev, "", "ceo@bank.test", frozenset()))
def test_vouched_comment(connection):
    connection.config = {"authserv_id": "mx.firm.test"}
    ev = InboundEvent(sender_address="ceo@bank.test", headers={"authentication-results": 'mx.firm.test; dmarc=fail header.from=bank.test (x; dmarc=pass header.from=bank.test )'})
    assert not is_vouched_for(Item(connection, ev, "", "ceo@bank.test", frozenset()))

@pytest.mark.parametrize("bad", ["a\udcff@x.test", "a\x00@x.test"])
def test_envelope_surrogate(connection, bad):
    store_raw([connection], keep_bytes(io.BytesIO(mail())), envelope={"from": bad, "to": []})

def test_double_reply(connection, alice):
    t = run(connection, mail()).ticket
    queue_reply(t, actor=alice, html="<p>same</p>"); queue_reply(t, actor=alice, html="<p>same</p>")
    assert Message.objects.filter(direction="out").count() == 1

def test_stale_sender(connection, alice, clock, monkeypatch):
    t = run(connection, mail()).ticket
    m = queue_reply(t, actor=alice, html="a"); clock.shift(11)
    sent = []
    class Slow:
        def submit(self, *a):
            clock.shift(400); outbox.expire_claim(m.pk); delivery.send_again(m.pk, actor=alice)
            assert delivery.claim(m.pk)  # another sender is at it
            raise ConnectionRefusedError
    monkeypatch.setattr(ways_out, "way_out", lambda: ({}, Slow()))
    outbox.deliver_message(m.pk); m.refresh_from_db()
    print(m.delivery); assert m.delivery == "sending"

def test_long_message_id(connection):
    long = "<" + "a" * 800 + "@x.test>"
    raw = b"From: d@example.net\r\nMessage-ID: " + long.encode() + b"\r\nSubject: x\r\n\r\nhello\r\n"
    a = run(connection, raw); b = run(connection, b"Received: y\r\n" + raw); c = run(connection, raw + b"other")
    print(a.state, b.state, b.reason, c.state, c.error[-300:], len(a.message.external_id))
    assert (a.state, b.state, c.state) == (S.DONE, S.IGNORED, S.DONE)

def test_team_limited_new(client_for, brand, connection, pool, dana):
    team = TeamFactory(pool=pool); other = TeamFactory(pool=pool)
    u = grant(UserFactory(), "Agent", brand=brand, team=team)
    r = client_for(u).post("/desk/new/", {"kind": "internal", "brand": brand.pk, "subject": "s", "text": "t", "team": other.pk})
    print(r.status_code, r.get("Location"), Ticket.objects.values("team", "brand"))
    assert not Ticket.objects.exists()

def test_odd_numbers(client_for, alice, lead, brand, connection, dana):
    c = client_for(lead); n = "9" * 5000
    run(connection, mail())
    t = Ticket.objects.get()
    bad = []
    for url in (f"/desk/rows/?ids={n}", f"/desk/rows/?ids=99999999999999999999", f"/desk/intake/?before={n}", "/desk/intake/?before=99999999999999999999999", "/desk/?after=0001-01-01T00:00:00%2B23:59~1", "/desk/?view=waiting&after=9999-12-31T23:59:59-12:00~1", "/desk/?q=%00a", f"/desk/customers/?q=%00ab", f"/desk/customers/?before={n}", "/desk/?q=" + "²", "/desk/?q=%F0%9D%9F%99", f"/desk/{t.pk}/?since=²", f"/desk/customers/{dana.pk}/timeline/?after=0001-01-01T00:00:00%2B23:59~1", "/accounts/people/?q=%00", "/desk/new/find/?who=%00ab", f"/desk/{t.pk}/live/?since={n}", "/desk/new/?customer=²²", "/desk/9999999999999999999999/", "/desk/files/%00/", "/accounts/sign-in/?next=%00", "/accounts/reset/%00/"):
        try: r = c.get(url); print(r.status_code, url[:70])
        except Exception as e: bad.append((url[:70], repr(e)[:120]))
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse
    for what, url, data in (("attach", reverse("tickets:attach", args=[t.pk]), {"audience": "public", "file": SimpleUploadedFile("a.txt", b"x")}),
        ("subject", reverse("tickets:subject", args=[t.pk]), {"to": "a\x00b"}), ("status", reverse("tickets:status", args=[t.pk]), {"to": "\x00"}),
        ("assign", reverse("tickets:assign", args=[t.pk]), {"to": "9"*18}), ("tag", reverse("tickets:tag", args=[t.pk]), {"tag": "\x00a"*99}),("prio", reverse("tickets:priority", args=[t.pk]), {"to": "99"}),
        ("draft", reverse("tickets:draft", args=[t.pk]), {"audience": "public", "html": "a\x00\ud800b".encode("utf-8","surrogatepass")}), ("write", reverse("tickets:write", args=[t.pk]), {"audience": "public", "html": "a\x00b"}),
        ("subject long", reverse("tickets:subject", args=[t.pk]), {"to": "ä" * 100000}),
        ("new", "/desk/new/", {"kind": "internal", "brand": brand.pk, "subject": "\x00s", "text": "t"})):
        try: r = c.post(url, data); print(r.status_code, what)
        except Exception as e: bad.append((what, repr(e)[:160]))
    raw = b'--B\r\nContent-Disposition: form-data; name="audience"\r\n\r\npublic\r\n--B\r\nContent-Disposition: form-data; name="file"; filename="a\x00b\r\n.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n--B--\r\n'
    try: print(c.post(reverse("tickets:attach", args=[t.pk]), raw, content_type="multipart/form-data; boundary=B").status_code)
    except Exception as e: bad.append(("nul name", repr(e)[:160]))
    raw = raw.replace(b'a\x00b\r\n.txt', b"a&#0;b&#10;c%00%0a.txt")
    try: r = c.post(reverse("tickets:attach", args=[t.pk]), raw, content_type="multipart/form-data; boundary=B"); print(r.status_code, Attachment.objects.last().name.__repr__())
    except Exception as e: bad.append(("nul entity", repr(e)[:160]))
    print(bad); assert not bad

def test_settle_garbage(client_for, alice, connection):
    t = run(connection, mail()).ticket
    m = queue_reply(t, actor=alice, html="a"); Message.objects.filter(pk=m.pk).update(delivery="unconfirmed", next_try_at=None)
    from django.urls import reverse
    client_for(alice).post(reverse("tickets:settle", args=[m.pk]), {"outcome": "arived"}); m.refresh_from_db()
    assert m.delivery == "unconfirmed"

def test_throttle_unicode(client, brand):
    grant(UserFactory(email="alisik@example.com"), "Agent", brand=brand)
    codes = [client.post("/accounts/sign-in/", {"email": e, "password": "wrong"}).status_code for e in ["alisik@example.com"] * 5 + ["aliſik@example.com", "alısik@example.com"]]
    print(codes)
    r = client.post("/accounts/sign-in/", {"email": "aliſik@example.com", "password": "correct horse battery"}); print(r.status_code, r.get("Location"))
    assert r.status_code == 429
