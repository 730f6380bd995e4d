"""The settings page of outgoing mail: its server, its sender, a test mail. What was set at the start is only shown.

Whoever sets it sees every reset mail, and could become anybody: so only who may do everything everywhere,
and shows again who they are.
"""

from collections.abc import Callable
from email.utils import formataddr
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from accounts.access import has_everything
from accounts.views.entering import needs_fresh
from accounts.views.guard import StaffRequest
from carecenter.lib.outgoing import way
from carecenter.lib.outgoing.models import Encryption, MailServer
from carecenter.lib.sealing import Unreadable
from carecenter.lib.way_back import recall, remember
from channels_app.domain import mailbox_tests, outgoing, trial_mails
from channels_app.domain.errors import ChannelError
from channels_app.domain.mailbox_troubles import Stage
from channels_app.domain.outgoing_troubles import meaning_of, steps_of
from channels_app.models import MailboxTest
from channels_app.outgoing_form import OutgoingForm
from channels_app.tasks import run_mailbox_test
from channels_app.views.mailboxes import shown_steps

KIND = "outgoing-mail"


def for_who_may_do_all(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    @login_required
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_everything(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def form_for(request: StaffRequest, saved: MailServer | None) -> OutgoingForm:
    initial: dict[str, Any] = outgoing.as_kept(saved) or {}
    if not initial.get("sender_address") and (first := trial_mails.first_address(request.user)):
        initial["sender_address"] = first.address
    initial["is_plain"] = initial.get("encryption") == Encryption.NONE
    return OutgoingForm(request.POST or None, saved=saved, initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_may_do_all
@needs_fresh(back="outgoing:page")
def page(request: StaffRequest) -> HttpResponse:
    chosen, saved = way.current(), outgoing.saved()
    context: dict[str, Any] = {"area": "settings", "way": chosen, "saved": saved, **test_words(request)}
    if chosen.at_start:
        context["encryption"] = Encryption(chosen.encryption).label
        return render(request, "channels_app/outgoing.html", context, status=405 if request.POST else 200)
    form = form_for(request, saved)
    if request.method == "POST" and form.is_valid():
        outgoing.set_server(form.cleaned_data, form.cleaned_data["password"], actor=request.user)
        messages.success(request, _("Saved. It holds from the next mail on."))
        return redirect(with_undo(request, saved))
    context |= {"form": form, "undo": request.GET.get("undo", "")[:60], "mail_from": settings.MAIL_FROM}
    context["demo_mails"] = reverse("demo:mails") if settings.DEMO else ""
    return render(request, "channels_app/outgoing.html", context, status=422 if form.errors else 200)


def with_undo(request: StaffRequest, before: MailServer | None) -> str:
    """The page, with an "Undo" for as long as what was is remembered. Passwords are remembered as they lie: sealed."""
    was, left = outgoing.as_kept(before), outgoing.as_kept(outgoing.saved())
    token = remember(KIND, request.user.pk, {"was": was, "left": left}) if was != left else ""
    url = reverse("outgoing:page")
    return f"{url}?{urlencode({'undo': token})}" if token else url


@require_POST
@for_who_may_do_all
@needs_fresh(back="outgoing:page")
def remove(request: StaffRequest) -> HttpResponse:
    before = outgoing.saved()
    if before is not None:
        outgoing.remove(actor=request.user)
        messages.success(request, _("Taken away: mails are kept as files from here on."))
    return redirect(with_undo(request, before))


@require_POST
@for_who_may_do_all
@needs_fresh(back="outgoing:page")
def undo(request: StaffRequest) -> HttpResponse:
    kept = recall(KIND, request.user.pk, request.POST.get("undo", ""))
    try:
        if kept is None:
            raise outgoing.ChangedSince(_("It is too late to take this back: change it by hand."))
        outgoing.put_back(kept["was"], kept["left"], actor=request.user)
    except ChannelError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("As it was."))
    return redirect("outgoing:page")


@require_POST
@for_who_may_do_all
@needs_fresh(back="outgoing:page")
def test(request: StaffRequest) -> HttpResponse:
    """Begin a test of what stands in the form, saved or not, or of what was set at the start."""
    chosen, saved = way.current(), outgoing.saved()
    template = "channels_app/_mailbox_test.html"
    if chosen.at_start:
        wanted, password = settings_of(chosen), chosen.password
    else:
        form = form_for(request, saved)
        if not form.is_valid():
            return render(request, template, {"form": form}, status=422)
        typed = form.cleaned_data
        sender = settings.MAIL_FROM or formataddr((typed["sender_name"], typed["sender_address"]))
        wanted = {name: typed[name] for name in ("host", "port", "username")}
        wanted |= {"security": typed["encryption"], "sender": sender}
        password = typed["password"]
    try:
        if not password and wanted["username"] and not chosen.at_start:
            password = chosen.password
        begun = mailbox_tests.begin_outgoing(wanted, password, actor=request.user)
        run_mailbox_test.delay(begun.pk)
    except (ChannelError, Unreadable) as error:
        text = str(error) if isinstance(error, ChannelError) else meaning_of("secrets_lost").text
        return render(request, template, {"refusal": text})
    except OperationalError:
        pass  # the page says that nobody runs it
    return redirect("outgoing:test_state", begun.pk)


def settings_of(chosen: way.Way) -> dict[str, Any]:
    return {
        "host": chosen.host,
        "port": chosen.port,
        "security": chosen.encryption,
        "username": chosen.username,
        "sender": chosen.sender,
    }


@require_safe
@for_who_may_do_all
def test_state(request: StaffRequest, test_pk: int) -> HttpResponse:
    mine = MailboxTest.objects.filter(connection=None, made_by=request.user)
    found = get_object_or_404(mine, pk=test_pk)
    stages = steps_of(found.settings["security"], signs_in=bool(found.settings["username"]))
    context = {
        "test": found,
        "steps": shown_steps(found, stages, meaning_of),
        "is_good": bool(found.ended_at and found.steps and found.steps[-1]["stage"] == Stage.HAND_OVER)
        and found.steps[-1]["state"] == "done",
        "state_url": reverse("outgoing:test_state", args=[found.pk]),
        **test_words(request),
    }
    return render(request, "channels_app/_mailbox_test.html", context)


def test_words(request: StaffRequest) -> dict[str, Any]:
    return {"title": _("Test mail to %(address)s") % {"address": request.user.email}}
