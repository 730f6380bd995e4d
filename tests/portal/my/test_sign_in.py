"""The customers' door: a code by mail, or the link beside it; the same words for everybody."""

import datetime as dt

import pytest
from django.test import Client

from accounts.domain.throttle import network_key
from accounts.models import SignInThrottle
from customers.models import Identity
from journal.models import Event
from portal import tasks
from portal.domain import codes, mails
from portal.domain.sessions import cookie_name, me_of, open_session
from portal.models import PortalSession, SignInCode
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.portal.my.conftest import DANA, code_in, link_in, text_of

pytestmark = pytest.mark.django_db
DOOR = "/help/nordlicht-home/my/sign-in/"
HOME = "/help/nordlicht-home/my/"


@pytest.fixture
def asked(client, brand, dana, mails):
    """The page for Dana's code, and the mail."""
    page = client.post(DOOR, {"email": " Dana@Example.net "}).url
    return page, mails()[-1]


def test_code_of_the_mail_signs_in(client, brand, dana, asked):
    page, mail = asked
    assert mail["To"] == DANA
    assert mail["From"].startswith("Nordlicht Home <")
    response = client.post(page, {"code": code_in(mail)})
    assert (response.status_code, response.url) == (302, HOME)
    cookie = response.cookies[cookie_name(brand)]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert client.get(HOME).status_code == 200
    # It should know nothing of it at the desk
    assert client.get("/desk/").status_code == 302
    assert Event.objects.filter(name="portal.signed_in", customer_id=dana.pk).count() == 1


def test_code_is_good_once(client, asked):
    page, mail = asked
    client.post(page, {"code": code_in(mail)})
    again = Client().post(page, {"code": code_in(mail)})
    assert again.status_code == 422
    assert PortalSession.objects.count() == 1


def test_neither_code_nor_link_nor_session_is_stored(client, asked):
    page, mail = asked
    row = SignInCode.objects.get()
    code = code_in(mail).replace(" ", "")
    token = link_in(mail).rstrip("/").rpartition("/")[2]
    kept = "".join(str(value) for value in SignInCode.objects.values_list().get())
    assert code not in kept.replace(row.key, "").replace(row.code_hash, "").replace(row.link_hash, "")
    assert token not in kept
    client.post(page, {"code": code})
    assert client.cookies[cookie_name(row.brand)].value not in str(PortalSession.objects.values_list().get())


def test_wrong_code_is_refused_five_times_then_the_right_one_too(client, asked):
    page, mail = asked
    right = code_in(mail).replace(" ", "")
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(5):
        assert client.post(page, {"code": wrong}).status_code == 422
    assert client.post(page, {"code": right}).status_code == 422
    assert not PortalSession.objects.exists()


def test_unknown_address_is_told_the_same(client, brand, dana, mails):
    known = client.post(DOOR, {"email": DANA})
    unknown = client.post(DOOR, {"email": "nobody@example.net"})
    pages = [client.get(one.url).content.decode() for one in (known, unknown)]

    def plain(page):
        import re

        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        return page.replace(DANA, "X").replace("nobody@example.net", "X")

    assert (known.status_code, plain(pages[0])) == (unknown.status_code, plain(pages[1]))
    assert len(mails()) == 1
    # It should say the same about a wrong code, as often
    for _ in range(6):
        tried = [client.post(one.url, {"code": "000000"}) for one in (known, unknown)]
        assert tried[0].status_code == tried[1].status_code
        assert plain(tried[0].content.decode()) == plain(tried[1].content.decode())


def test_page_of_another_does_not_take_the_code(client, brand, dana, asked):
    """Who did not ask has no page to guess on, and a code is good on its own page only."""
    _page, mail = asked
    other = client.post(DOOR, {"email": "nobody@example.net"}).url
    assert client.post(other, {"code": code_in(mail)}).status_code == 422
    assert client.post(f"{DOOR}code/{'a' * 26}/", {"code": code_in(mail)}).status_code == 302
    assert not PortalSession.objects.exists()


def test_code_of_one_brand_opens_no_other(client, second_brand, asked):
    page, mail = asked
    elsewhere = page.replace("nordlicht-home", "nordlicht-garden")
    assert client.post(elsewhere, {"code": code_in(mail)}).url.endswith("/nordlicht-garden/my/sign-in/")
    link = link_in(mail).replace("nordlicht-home", "nordlicht-garden")
    assert client.post(link).status_code == 410
    assert not PortalSession.objects.exists()


def test_link_needs_the_button(client, asked):
    _page, mail = asked
    link = link_in(mail)
    for method in (client.get, client.head, client.get):
        assert method(link).status_code == 200
    assert not PortalSession.objects.exists()
    assert client.post(link).url == HOME
    assert client.post(link).status_code == 410
    assert PortalSession.objects.count() == 1


def test_code_is_dead_after_a_quarter_of_an_hour(clock, client, asked):
    page, mail = asked
    clock.shift(901)
    assert client.post(page, {"code": code_in(mail)}).status_code == 302
    assert client.get(link_in(mail)).status_code == 410
    assert not PortalSession.objects.exists()


def test_so_many_codes_of_one_address(client, brand, dana, mails):
    for _ in range(5):
        assert client.post(DOOR, {"email": DANA}).status_code == 302
    assert client.post(DOOR, {"email": DANA.upper()}).status_code == 429
    # It should not tell by that who is known
    for _ in range(5):
        assert client.post(DOOR, {"email": "nobody@example.net"}).status_code == 302
    assert client.post(DOOR, {"email": "nobody@example.net"}).status_code == 429
    assert len(mails()) == 5


def test_so_many_codes_of_one_network(client, brand, dana, monkeypatch):
    monkeypatch.setitem(codes.ASKED, "net", 3)
    asked = [client.post(DOOR, {"email": f"a{n}@example.net"}).status_code for n in range(4)]
    assert asked == [302, 302, 302, 429]
    key = network_key("127.0.0.1", f"my-ask-{brand.pk}")
    assert SignInThrottle.objects.get(key=key).failures == 4


def test_network_is_kept_as_a_hash_only(brand, dana):
    row = codes.ask(brand, DANA, network="203.0.113.7")
    assert row.network
    assert "203.0.113" not in str(SignInCode.objects.values_list().get(pk=row.pk))


def test_who_guesses_all_day_is_stopped_and_the_link_still_opens(clock, client, brand, dana, mails):
    for _ in range(4):
        page = client.post(DOOR, {"email": DANA}).url
        for _ in range(5):
            client.post(page, {"code": "abc"})
        clock.shift(1000)
    page = client.post(DOOR, {"email": DANA}).url
    assert client.post(page, {"code": code_in(mails()[-1])}).status_code == 422
    assert client.post(link_in(mails()[-1])).url == HOME


def test_latest_mail_counts_when_it_was_sent_again(client, brand, dana, monkeypatch, mails):
    """The first try failed on the way: its code never reached anybody and opens nothing."""
    from carecenter.lib import mailer

    send, seen = mailer.send, []

    def fail(message):
        seen.append(message.body)
        raise OSError("no line")

    monkeypatch.setattr(mailer, "send", fail)
    client.post(DOOR, {"email": DANA})
    row = SignInCode.objects.get()
    assert (row.state, row.tries, len(mails())) == ("queued", 1, 0)
    monkeypatch.setattr(mailer, "send", send)
    SignInCode.objects.update(next_try_at=row.created_at)
    assert send_due() == 1
    assert code_in(mails()[0]) not in seen[0]


def send_due():
    return sum(mails.send_code(pk) for pk in mails.due_codes())


def test_broker_that_is_away_delays_the_code_only(client, brand, dana, monkeypatch, mails):
    from kombu.exceptions import OperationalError

    def away(*_):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.send_code, "delay", away)
    page = client.post(DOOR, {"email": DANA})
    assert (page.status_code, mails()) == (302, [])
    tasks.sweep_codes()
    assert client.post(page.url, {"code": code_in(mails()[-1])}).url == HOME


def test_late_code_is_not_sent(clock, brand, dana, mails):
    row = codes.ask(brand, DANA)
    clock.shift(700)
    assert send_due() == 0
    row.refresh_from_db()
    assert (row.state, mails()) == ("ignored", [])


def test_session_ends_with_sign_out(client, asked):
    page, mail = asked
    client.post(page, {"code": code_in(mail)})
    before = client.cookies["my-" + str(SignInCode.objects.get().brand_id)].value
    client.post(f"{HOME}sign-out/")
    assert client.get(HOME).url.startswith(DOOR)
    # It should be gone here too, not only in the browser
    client.cookies["my-" + str(SignInCode.objects.get().brand_id)] = before
    assert client.get(HOME).url.startswith(DOOR)
    assert client.get(f"{HOME}sign-out/").status_code == 405


def test_sign_out_everywhere_ends_all_of_the_person(sign_in, brand, second_brand, dana):
    here, elsewhere = sign_in(brand), sign_in(second_brand)
    here.post(f"{HOME}sign-out/", {"everywhere": "1"})
    assert elsewhere.get("/help/nordlicht-garden/my/").status_code == 302


def test_session_ends_after_two_weeks(clock, sign_in, brand, dana):
    client = sign_in(brand)
    clock.shift(dt.timedelta(days=13, hours=23))
    assert client.get(HOME).status_code == 200
    clock.shift(dt.timedelta(hours=2))
    assert client.get(HOME).status_code == 302


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 5000, "🔑" * 30])
def test_forged_session_is_nobody(client, brand, dana, token):
    assert me_of(brand, token) is None
    client.cookies[cookie_name(brand)] = "a" * 43
    assert client.get(HOME).url.startswith(DOOR)


def test_session_of_one_brand_opens_no_other(sign_in, brand, second_brand, other_brand, dana):
    client = sign_in(brand)
    token = client.cookies[cookie_name(brand)].value
    for other in (second_brand, other_brand):
        client.cookies[cookie_name(other)] = token
        assert client.get(f"/help/{other.slug}/my/").status_code == 302


def test_colleagues_session_is_no_customers(client_for, alice, brand):
    assert client_for(alice).get(HOME).url.startswith(DOOR)


def test_after_it_the_wanted_page_of_this_host(client, brand, dana, mails):
    wanted = "/help/nordlicht-home/my/orders/"
    assert client.get(wanted).url == f"{DOOR}?next=%2Fhelp%2Fnordlicht-home%2Fmy%2Forders%2F"
    page = client.post(DOOR, {"email": DANA, "next": wanted}).url
    assert client.post(page, {"code": code_in(mails()[-1])}).url == wanted


@pytest.mark.parametrize(
    "path",
    ["//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "evil", "/" + "a" * 600],
)
def test_elsewhere_is_never_gone_to(client, brand, dana, mails, path):
    page = client.post(DOOR, {"email": DANA, "next": path})
    if page.status_code == 302:
        assert client.post(page.url, {"code": code_in(mails()[-1])}).url == HOME
    assert codes.local_page(path) == ""


def test_code_proves_a_claimed_address(brand, pool, client, mails):
    customer = CustomerFactory(pool=pool, name="Erik")
    identity = IdentityFactory(customer=customer, value="erik@example.org", evidence="claimed")
    page = client.post(DOOR, {"email": "erik@example.org"}).url
    client.post(page, {"code": code_in(mails()[-1])})
    identity.refresh_from_db()
    assert (identity.evidence, identity.verified_by) == ("verified", "code")


def test_proof_of_a_claimed_address_proves_nothing_about_somebody_else(brand, dana):
    """Somebody typed Erik's address where Dana was: Erik must not become Dana, nor be proved to be her."""
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    session, _token = open_session(brand, "erik@example.org")
    assert session.is_narrow
    assert Identity.objects.get(value="erik@example.org").evidence == "claimed"
    assert not open_session(brand, DANA)[0].is_narrow


def test_mail_to_a_claimed_address_names_nobody(client, brand, dana, mails):
    """The name on the entry is Dana's; whoever has the other address must not learn it."""
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    client.post(DOOR, {"email": "erik@example.org"})
    assert "Dana" not in mails()[-1].as_string()
    client.post(DOOR, {"email": DANA})
    assert "Hello Dana Duarte," in text_of(mails()[-1])


def test_session_ends_when_the_address_goes_to_somebody_else(sign_in, brand, pool, dana):
    client = sign_in(brand)
    Identity.objects.filter(value=DANA).update(customer=CustomerFactory(pool=pool))
    assert client.get(HOME).status_code == 302


def test_merged_customer_stays_signed_in_as_one_person(sign_in, brand, pool, dana):
    from customers.domain.merge import merge, undo

    client = sign_in(brand)
    done = merge(CustomerFactory(pool=pool, name="Dana D."), dana, actor=None)
    assert client.get(HOME).status_code == 200
    undo(done, actor=None)
    assert client.get(HOME).status_code == 200


def test_old_rows_are_forgotten(clock, brand, dana):
    codes.ask(brand, "nobody@example.net")
    clock.shift(dt.timedelta(days=3))
    assert (codes.forget_old(), SignInCode.objects.count()) == (1, 0)
