"""The last step of setting up: a test mail goes in, its ticket is answered."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.permissions import INBOX_MANAGE
from accounts.views.guard import StaffRequest, needs
from channels_app.domain import trial_mails
from channels_app.domain.errors import ChannelError
from channels_app.tasks import send_inbound


@require_http_methods(["GET", "HEAD", "POST"])
@needs(INBOX_MANAGE)
def trial(request: StaffRequest) -> HttpResponse:
    """How far the latest test mail is, as a fragment that asks again until it is answered. POST sends one."""
    error = ""
    if request.method == "POST":
        try:
            send_inbound([trial_mails.send(request.user).pk])
        except ChannelError as refused:
            error = str(refused)
    context = {
        "latest": trial_mails.latest(request.user),
        "address": trial_mails.first_address(request.user),
        "error": error,
    }
    return render(request, "channels_app/_trial.html", context, status=422 if error else 200)
