"""/admin-desk/webhooks/: who is told what, whether it arrives, and what was sent."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import WEBHOOKS_MANAGE
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.sealing import Unreadable
from journal.models import Event
from webhooks.access import get_delivery_for, get_webhook_for
from webhooks.domain import subscribing as verbs
from webhooks.domain.errors import BadAddress, NotYours, StillWaiting, WebhookError
from webhooks.domain.payloads import body_of, id_of
from webhooks.forms import WebhookForm
from webhooks.models import Delivery, Webhook

HERE = {"area": "settings"}
LOG = 50  # rows a page
STATES = {"waiting": Delivery.State.WAITING, "given_up": Delivery.State.GIVEN_UP, "sent": Delivery.State.SENT}


@require_safe
@needs(WEBHOOKS_MANAGE)
def webhooks(request: StaffRequest) -> HttpResponse:
    found = list(Webhook.objects.visible_to(request.user).select_related("brand"))
    return render(request, "webhooks/list.html", {**HERE, "webhooks": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(WEBHOOKS_MANAGE)
def new(request: StaffRequest) -> HttpResponse:
    form = WebhookForm(request.POST or None, user=request.user, webhook=None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = verbs.create(form.wanted(), actor=request.user)
        except WebhookError as error:
            refuse(form, error)
        else:
            return render(
                request,
                "webhooks/secret.html",
                {**HERE, "webhook": webhook, "secret": secret, "is_new": True},
            )
    context = {**HERE, "form": form, "webhook": None}
    return render(request, "webhooks/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(WEBHOOKS_MANAGE)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    webhook = get_webhook_for(request.user, pk)
    form = WebhookForm(request.POST or None, user=request.user, webhook=webhook)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change(webhook, form.wanted(), actor=request.user)
        except WebhookError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("webhooks:webhook", pk)
    context = {**HERE, "form": form, "webhook": webhook}
    return render(request, "webhooks/edit.html", context, status=422 if form.errors else 200)


def refuse(form: WebhookForm, error: WebhookError) -> None:
    field = {BadAddress: "url", NotYours: "brand"}.get(type(error), "events")
    form.add_error(field, str(error))


@require_safe
@needs(WEBHOOKS_MANAGE)
def webhook(request: StaffRequest, pk: int) -> HttpResponse:
    """Its state and its log, the latest first."""
    found = get_webhook_for(request.user, pk)
    state = request.GET.get("state", "")
    rows = found.deliveries.order_by("-pk")
    if state in STATES:
        rows = rows.filter(state=STATES[state])
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    log = list(rows[: LOG + 1])
    context = {
        **HERE,
        "webhook": found,
        "log": log[:LOG],
        "older": log[LOG - 1].pk if len(log) > LOG else None,
        "state": state if state in STATES else "",
        "states": [("", _("All")), *((code, Delivery.State(value).label) for code, value in STATES.items())],
        "given_up": found.deliveries.filter(state=Delivery.State.GIVEN_UP).exists(),
    }
    return render(request, "webhooks/webhook.html", context)


@require_safe
@needs(WEBHOOKS_MANAGE)
def delivery(request: StaffRequest, pk: int) -> HttpResponse:
    """What was sent, as it would be sent now."""
    found = get_delivery_for(request.user, pk)
    event = Event.objects.filter(pk=found.event_id).first()
    body = json.dumps(json.loads(body_of(event)), indent=2, ensure_ascii=False) if event else ""
    context = {**HERE, "delivery": found, "body": body, "message_id": id_of(event) if event else ""}
    return render(request, "webhooks/delivery.html", context)


@require_POST
@needs(WEBHOOKS_MANAGE)
def try_out(request: StaffRequest, pk: int) -> HttpResponse:
    made = verbs.try_out(get_webhook_for(request.user, pk), actor=request.user)
    messages.info(request, _("A trial is on its way: in a few seconds its answer stands here."))
    return redirect("webhooks:delivery", made.pk)


@require_POST
@needs(WEBHOOKS_MANAGE)
def again(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_delivery_for(request.user, pk)
    try:
        verbs.send_again(found, actor=request.user)
    except StillWaiting as error:
        messages.error(request, str(error))
    else:
        messages.info(request, _("It goes once more, under the same id."))
    return redirect("webhooks:delivery", pk)


@require_POST
@needs(WEBHOOKS_MANAGE)
def all_again(request: StaffRequest, pk: int) -> HttpResponse:
    count = verbs.send_given_up_again(get_webhook_for(request.user, pk), actor=request.user)
    said = ngettext("%(count)s event goes once more.", "%(count)s events go once more.", count)
    messages.info(request, said % {"count": count})
    return redirect("webhooks:webhook", pk)


@require_POST
@needs(WEBHOOKS_MANAGE)
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_webhook_for(request.user, pk)
    if request.POST.get("on") == "1":
        verbs.switch_on(found, actor=request.user)
        messages.success(request, _("It hears of everything from now on."))
    else:
        verbs.switch_off(found, actor=request.user)
        messages.success(request, _("What happens from now on is not told. Switch it on again at any time."))
    return redirect("webhooks:webhook", pk)


@never_cache
@require_POST
@needs(WEBHOOKS_MANAGE)
def rotate(request: StaffRequest, pk: int) -> HttpResponse:
    """A new secret, shown in this answer and never again."""
    found = get_webhook_for(request.user, pk)
    try:
        secret = verbs.rotate_secret(found, actor=request.user)
    except Unreadable:
        messages.error(request, _("The secret cannot be read with this installation's key."))
        return redirect("webhooks:webhook", pk)
    return render(request, "webhooks/secret.html", {**HERE, "webhook": found, "secret": secret})


@require_POST
@needs(WEBHOOKS_MANAGE)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_webhook_for(request.user, pk)
    verbs.delete_webhook(found, actor=request.user)
    messages.success(request, _("%(name)s is deleted.") % {"name": found.name})
    return redirect("webhooks:list")
