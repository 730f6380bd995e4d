"""The settings page of a mailbox that is watched: where it is, a test of it, how it fares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from accounts.models import User
from accounts.permissions import INBOX_MANAGE
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.kinds import Capability, can
from carecenter.lib.sealing import Unreadable, unseal
from channels_app.domain import mailbox_alarms, mailbox_tests, mailboxes
from channels_app.domain.errors import ChannelError
from channels_app.domain.mailbox_troubles import STAGES, Meaning, Stage, meaning_of, steps_of
from channels_app.mailbox_form import MailboxForm
from channels_app.models import Connection, Mailbox, MailboxTest, of_inboxes
from channels_app.tasks import run_mailbox_test


def get_connection_for(user: User, pk: int) -> Connection:
    """The connection of a mail inbox the user sets up; 404 for others."""
    mine = Connection.objects.filter(of_inboxes(user, INBOX_MANAGE, inbox="inbox"))
    found = get_object_or_404(mine.select_related("inbox__brand"), inbox_id=pk)
    if not can(found.inbox.kind, Capability.ADDRESSES):
        raise Http404
    return found


def form_for(connection: Connection, data: Any = None) -> MailboxForm:
    mailbox = Mailbox.objects.filter(connection=connection).first()
    try:
        stored = frozenset(name for name, value in unseal(connection.sealed).items() if value)
    except Unreadable:
        stored = frozenset()
    names = (*mailboxes.SETTINGS, "is_on")
    initial = (
        {name: getattr(mailbox, name) for name in names}
        if mailbox
        else {"username": connection.address, "is_on": True}
    )
    return MailboxForm(data, mailbox=mailbox, stored=stored, initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(INBOX_MANAGE)
def mailbox(request: StaffRequest, pk: int) -> HttpResponse:
    connection = get_connection_for(request.user, pk)
    form = form_for(connection, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mailboxes.save_settings(connection, form.cleaned_data, form.secrets(), actor=request.user)
        except Unreadable:
            form.add_error(None, str(meaning_of("secrets_lost").text))
        else:
            messages.success(request, _("Saved."))
            return redirect("mailboxes:mailbox", pk)
    context = {
        "area": "settings",
        "inbox": connection.inbox,
        "form": form,
        "stored": form.stored,
        **state_of(connection),
    }
    return render(request, "channels_app/mailbox.html", context, status=422 if form.errors else 200)


def state_of(connection: Connection) -> dict[str, Any]:
    found = Mailbox.objects.filter(connection=connection).select_related("connection__inbox").first()
    in_trouble = found is not None and found.is_in_trouble
    return {
        "mailbox": found,
        "in_trouble": in_trouble,
        "meaning": mailbox_alarms.trouble_of(found) if found and in_trouble else None,
        "percent": round(100 * found.backlog_done / found.backlog_total)
        if found and found.backlog_total
        else 0,
    }


@require_safe
@needs(INBOX_MANAGE)
def state(request: StaffRequest, pk: int) -> HttpResponse:
    """How it fares, for the page that is open."""
    connection = get_connection_for(request.user, pk)
    context = {"inbox": connection.inbox, **state_of(connection)}
    return render(request, "channels_app/_mailbox_state.html", context)


@require_POST
@needs(INBOX_MANAGE)
def test(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a test of what stands in the form, saved or not."""
    connection = get_connection_for(request.user, pk)
    form = form_for(connection, request.POST)
    if not form.is_valid():
        return render(
            request, "channels_app/_mailbox_test.html", {"inbox": connection.inbox, "form": form}, status=422
        )
    try:
        begun = mailbox_tests.begin(connection, form.cleaned_data, form.secrets(), actor=request.user)
        run_mailbox_test.delay(begun.pk)
    except (ChannelError, Unreadable) as error:
        text = str(error) if isinstance(error, ChannelError) else str(meaning_of("secrets_lost").text)
        return render(
            request, "channels_app/_mailbox_test.html", {"inbox": connection.inbox, "refusal": text}
        )
    except OperationalError:
        pass  # the page says that nobody runs it
    return redirect("mailboxes:test_state", pk, begun.pk)


@require_safe
@needs(INBOX_MANAGE)
def test_state(request: StaffRequest, pk: int, test_pk: int) -> HttpResponse:
    connection = get_connection_for(request.user, pk)
    return show_test(request, connection, get_object_or_404(connection.mailbox_tests.all(), pk=test_pk))


@dataclass(frozen=True)
class Shown:
    """A step for the page."""

    name: Any
    state: str  # done, note, failed, running, waiting or skipped
    stage: str
    detail: str = ""
    code: str = ""
    text: Any = ""
    advice: Any = ""


def show_test(request: StaffRequest, connection: Connection, found: MailboxTest) -> HttpResponse:
    shown = shown_steps(found, steps_of(found.settings["security"]), meaning_of)
    context: dict[str, Any] = {"inbox": connection.inbox, "test": found, "steps": shown}
    context["is_good"] = bool(found.ended_at and found.steps and found.steps[-1]["stage"] == Stage.IDLE)
    context["state_url"] = reverse("mailboxes:test_state", args=[connection.inbox_id, found.pk])
    return render(request, "channels_app/_mailbox_test.html", context)


def shown_steps(found: MailboxTest, stages: list[Stage], meaning_of: Callable[[str], Meaning]) -> list[Shown]:
    """All steps, those that were done with what they said; the next is under way until one failed."""
    said = {step["stage"]: step for step in found.steps}
    shown, may_run = [], found.started_at is not None and found.ended_at is None
    for stage in stages:
        step = said.get(stage)
        if step is not None:
            meaning = meaning_of(step["code"]) if step["code"] else None
            text, advice = (meaning.text, meaning.advice) if meaning else ("", "")
            detail = words_for(step)
            shown.append(Shown(STAGES[stage], step["state"], stage, detail, step["code"], text, advice))
            may_run = may_run and step["state"] != "failed"
        else:
            waiting = "skipped" if found.ended_at else "waiting"
            shown.append(Shown(STAGES[stage], "running" if may_run else waiting, stage))
            may_run = False
    return shown


def words_for(step: dict[str, str]) -> str:
    """What is worth knowing of a step; of encryption until when the certificate is good."""
    protocol, _comma, until = step["detail"].partition(", ")
    if step["stage"] == Stage.TLS and step["state"] == "done" and until:
        return _("%(protocol)s, the certificate is good until %(until)s") % {
            "protocol": protocol,
            "until": until,
        }
    return step["detail"]
