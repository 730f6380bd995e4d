"""What is printed says what happened, and nothing of the people it happened to."""

import io
import json
import logging

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from accounts.models import User
from carecenter.lib.logs import JsonFormatter, LineFormatter, scrub
from channels_app.domain import inbound
from tests.factories.accounts import PASSWORD, api_token
from tests.factories.channels import ConnectionFactory, arrive, mail
from tests.factories.tickets import InboxFactory
from tickets.domain.replies import queue_reply
from tickets.models import Ticket

TOKEN = "q8Zk2vY0sN7dM4xW1pL6tR3bGh"
SECRETS = (
    "dana", "duarte", "alice", "adams", "kettle", "boil", "a new one comes", PASSWORD.lower(), TOKEN.lower(),
    "@", "secret-words",
)  # fmt: skip


def breaks(request, token):
    with transaction.atomic():
        try:
            User.objects.create(email="alice@example.com", name="Alice Adams")
        except IntegrityError as error:
            raise ValueError("Dana Duarte wrote about her kettle, secret-words") from error
    return HttpResponse()


urlpatterns = [path("broken/<str:token>/", breaks)]


@pytest.fixture
def printed():
    """Everything from INFO on, in both forms."""
    streams = [io.StringIO(), io.StringIO()]
    root, before = logging.getLogger(), logging.getLogger().level
    handlers = [logging.StreamHandler(stream) for stream in streams]
    for handler, formatter in zip(handlers, (LineFormatter(), JsonFormatter()), strict=True):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [stream.getvalue() for stream in streams]
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


def clean(text):
    return [word for word in SECRETS if word in text.lower()] == []


def test_mail_sign_ins_and_errors_leave_nobody_in_the_logs(printed, connection_of_mail, alice, settings):
    inbound.process_record(arrive(connection_of_mail, mail("My kettle does not boil.")).pk)
    ticket = Ticket.objects.get()
    queue_reply(ticket, actor=alice, html="<p>A new one comes.</p>")
    browser = Client(raise_request_exception=False)
    browser.get(f"/s/{TOKEN}/?q=dana@example.net")
    for password in ("wrong", PASSWORD):
        browser.post(reverse("accounts:sign_in"), {"email": "alice@example.com", "password": password})
    browser.get(reverse("tickets:ticket", args=[ticket.pk]), headers={"x-request-id": "from-the-proxy"})
    token = api_token(alice, token=TOKEN)
    api = Client(raise_request_exception=False, headers={"authorization": f"Bearer {token}"})
    api.get(f"/api/v1/attachments/{TOKEN}/")
    settings.ROOT_URLCONF = __name__
    assert browser.get(f"/broken/{TOKEN}/").status_code == 500

    lines, objects = printed()
    assert clean(lines), lines
    assert clean(objects), objects
    told = [json.loads(line) for line in objects.splitlines()]
    page = next(one for one in told if one.get("request") == "from-the-proxy")
    assert (page["logger"], page["status"], page["user"]) == ("carecenter.requests", 200, alice.pk)
    assert page["message"] == "GET /desk/tickets/<int:pk>/"
    assert page["ms"] > 0
    error = next(one for one in told if one["level"] == "ERROR")
    assert error["message"] == "500 GET /broken/<str:token>/"
    assert error["error"][0] == "builtins.ValueError"
    assert any("test_logs.py" in line and "breaks" in line for line in error["error"])
    assert "django.db.utils.IntegrityError" in error["error"]
    assert User.objects.filter(email="alice@example.com").count() == 1


@pytest.fixture
def connection_of_mail(brand):
    return ConnectionFactory(inbox=InboxFactory(brand=brand, key="support"), address="support@support.test")


def test_task_that_fails_is_its_name_and_the_kind_of_its_error(printed):
    try:
        raise KeyError("Dana Duarte")
    except KeyError as error:
        said = {"name": "tickets.tasks.run_bulk", "id": "7f", "exc": repr(error), "traceback": "Dana"}
        logging.getLogger("celery.app.trace").exception("Task %(name)s raised %(exc)s", said)
    lines, _ = printed()
    assert "task tickets.tasks.run_bulk 7f: KeyError" in lines
    assert "Dana" not in lines


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        (f"at /attachments/{TOKEN}/ of 1", "at /attachments/[token]/ of 1"),
        ("Not Found: /desk/search/?q=dana", "Not Found: /desk/search/?[left out]"),
        ("to <dana@example.net> failed", "to <[address]> failed"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [secret]"),
        (
            "import 7 failed at tickets.domain.search.indexing",
            "import 7 failed at tickets.domain.search.indexing",
        ),
    ],
)
def test_scrub_takes_out_what_opens_doors_or_names_people(text, scrubbed):
    assert scrub(text) == scrubbed


def test_request_id_of_a_stranger_cannot_write_lines(client, db):
    answer = client.get("/healthz", headers={"x-request-id": "x\nERROR forged"})
    assert len(answer["X-Request-ID"]) == 16


def test_line_of_each_request_of_uvicorn_stays_off():
    """It is on as soon as a handler can be reached from there, `--no-access-log` or not."""
    assert not logging.getLogger("uvicorn.access").propagate
