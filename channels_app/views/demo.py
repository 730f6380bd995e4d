"""/demo/mail: the mailbox of the made-up customers. Exists only with the demo, and only for this machine itself."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from carecenter.lib.mail_frame import frame_document, frame_policy
from channels_app.domain import demo
from channels_app.forms import LetterForm
from channels_app.tasks import send_inbound

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def on_this_machine(view: View[P]) -> View[P]:
    """404 for who is not on this machine, and for whoever comes through a proxy on it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO or not is_loopback(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def is_loopback(request: HttpRequest) -> bool:
    if any(name in request.META for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA")):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@require_safe
@on_this_machine
def mails(request: HttpRequest) -> HttpResponse:
    return render(request, "channels_app/demo_mails.html", {"mails": demo.kept_mails()})


@require_safe
@on_this_machine
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "channels_app/demo_mail.html", {"mail": get_mail(name)})


def get_mail(name: str) -> demo.KeptMail:
    found = demo.read_kept(name)
    if found is None:
        raise Http404
    return found


@require_safe
@on_this_machine
@xframe_options_sameorigin
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's HTML for the sandboxed frame."""
    found = get_mail(name)
    response = HttpResponse(frame_document(found.event.html, title=_("Message"), pictures={}, remote=False))
    response["Content-Security-Policy"] = frame_policy(remote=False)
    return response


@require_safe
@on_this_machine
def raw(request: HttpRequest, name: str) -> HttpResponse:
    content = demo.kept_bytes(name)
    if content is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}.eml"'}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@on_this_machine
def write(request: HttpRequest) -> HttpResponse:
    """Write to an inbox as a customer; with ?answer= to a mail that came from us."""
    form = LetterForm(request.POST or None, initial=first_words(request.GET.get("answer", "")))
    if request.method == "POST" and form.is_valid():
        record = demo.write_letter(form.letter())
        send_inbound([record.pk])
        messages.success(request, _("Sent. It is on the desk in a moment."))
        return redirect("demo:mails")
    return render(request, "channels_app/demo_write.html", {"form": form})


def first_words(name: str) -> dict[str, str]:
    """What an answer to this mail begins with."""
    found = demo.read_kept(name) if name else None
    if found is None:
        return {}
    event = found.event
    reply_to = event.reply_to[0][1] if event.reply_to else event.sender_address
    who, address = event.to[0] if event.to else ("", "")
    subject = event.subject if event.subject.lower().startswith("re:") else f"Re: {event.subject}"
    return {
        "name": who,
        "address": address,
        "to": reply_to,
        "subject": subject,
        "in_reply_to": event.external_id,
    }
