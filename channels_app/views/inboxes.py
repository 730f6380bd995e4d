"""The settings page of inboxes: what there is and how it fares, a new one of any kind, changes, secrets."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import INBOX_MANAGE
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.kinds import Capability, can
from carecenter.lib.sealing import Unreadable, unseal
from channels_app.access import get_inbox_for
from channels_app.domain import inbox_settings as verbs
from channels_app.domain.errors import AddressInUse, ChannelError, NameInUse
from channels_app.domain.inbox_list import inboxes_for
from channels_app.inbox_form import InboxForm
from channels_app.kind_form import config_of, own_form
from channels_app.kinds.base import About
from channels_app.models import Connection, Mailbox
from channels_app.registry import abouts
from tickets.models import Inbox

HERE = {"area": "settings"}


@require_safe
@needs(INBOX_MANAGE)
def inboxes(request: StaffRequest) -> HttpResponse:
    rows = inboxes_for(request.user)
    context = {**HERE, "rows": rows, "kinds": [about.kind for about in abouts().values()]}
    return render(request, "channels_app/inboxes.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(INBOX_MANAGE)
def new(request: StaffRequest) -> HttpResponse:
    """?kind= says of which kind."""
    kind = request.GET.get("kind", "")
    about = get_about(kind)
    form = InboxForm(request.POST or None, actor=request.user, kind=kind)
    own = own_form(about, request.POST or None)
    if request.method == "POST" and all([form.is_valid(), own.is_valid()]):
        try:
            inbox = verbs.open_inbox(
                form.place(),
                form.wanted(own.config(), own.secrets()),
                made=tuple(own.made_secrets),
                actor=request.user,
            )
        except ChannelError as error:
            say(form, error)
        else:
            messages.success(request, _("The inbox is open."))
            if own.made_secrets:
                return show_secrets(request, inbox, about, names=own.made_secrets)
            return redirect("inboxes:edit", inbox.pk)
    context = {**HERE, "kind": about.kind, "form": form, "own": own}
    context["is_own_folded"] = can(kind, Capability.ADDRESSES)  # what mail needs is above
    return render(
        request, "channels_app/inbox_edit.html", context, status=422 if has_errors(form, own) else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(INBOX_MANAGE)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    connection = get_inbox_for(request.user, pk)
    inbox, about = connection.inbox, get_about(connection.inbox.kind)
    form = InboxForm(request.POST or None, actor=request.user, kind=inbox.kind, connection=connection)
    own = own_form(about, request.POST or None, connection)
    if request.method == "POST" and all([form.is_valid(), own.is_valid()]):
        try:
            verbs.change_inbox(
                inbox, form.wanted(config_of(connection, own), own.secrets()), actor=request.user
            )
        except ChannelError as error:
            say(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("inboxes:edit", pk)
    context = {
        **HERE,
        "inbox": Inbox.objects.select_related("brand").get(pk=pk) if has_errors(form, own) else inbox,
        "kind": about.kind,
        "form": form,
        "own": own,
        "connection": connection,
        "snippets": snippets_of(about, inbox),
        "takes_mail": can(inbox.kind, Capability.ADDRESSES),
        "fetched": Mailbox.objects.filter(connection=connection).exists(),
    }
    return render(
        request, "channels_app/inbox_edit.html", context, status=422 if has_errors(form, own) else 200
    )


@never_cache
@require_POST
@needs(INBOX_MANAGE)
def rotate(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """A new secret, shown in this answer and never again."""
    connection = get_inbox_for(request.user, pk)
    about = get_about(connection.inbox.kind)
    labels = own_form(about).made_secrets
    if name not in labels:
        raise Http404
    try:
        verbs.rotate_secret(
            connection.inbox, name, keep_old=request.POST.get("keep") == "1", actor=request.user
        )
    except Unreadable:
        messages.error(request, _("The secrets of this inbox cannot be read with this installation's key."))
        return redirect("inboxes:edit", pk)
    return show_secrets(request, connection.inbox, about, names={name: labels[name]})


def show_secrets(
    request: StaffRequest, inbox: Inbox, about: About, *, names: Mapping[str, Any]
) -> HttpResponse:
    kept = unseal(Connection.objects.values_list("sealed", flat=True).get(inbox=inbox))
    context = {
        **HERE,
        "inbox": inbox,
        "kind": about.kind,
        "secrets": [(label, kept[name][0]["value"]) for name, label in names.items()],
        "snippets": snippets_of(about, inbox),
    }
    return render(request, "channels_app/inbox_secrets.html", context)


def get_about(kind: str) -> About:
    if kind not in abouts():
        raise Http404
    return abouts()[kind]


def snippets_of(about: About, inbox: Inbox) -> list[tuple[Any, str]]:
    base = (inbox.brand.public_base_url or settings.PUBLIC_BASE_URL).rstrip("/")
    return [(one.label, one.text.format(base=base, key=inbox.key)) for one in about.snippets]


def has_errors(*forms: Any) -> bool:
    return any(form.is_bound and form.errors for form in forms)


def say(form: InboxForm, error: ChannelError) -> None:
    places = {NameInUse: "name", AddressInUse: "addresses"}
    form.add_error(places.get(type(error)), str(error))
