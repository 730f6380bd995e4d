"""The server for outgoing mail. What the start of the processes set wins, and cannot be changed here."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import has_everything
from accounts.api.administration import AdministrationSet
from accounts.permissions import USERS_MANAGE
from carecenter.api.conditional import check_seen, with_tag
from carecenter.api.fields import Input, Text
from carecenter.api.problems import Problem
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example
from carecenter.api.views import checked, read_body
from carecenter.lib.outgoing import way
from carecenter.lib.outgoing.models import Encryption
from channels_app.domain import outgoing
from channels_app.outgoing_form import OutgoingForm


@example(
    {
        "host": "smtp.shop.example",
        "port": 587,
        "encryption": "starttls",
        "sender_address": "help@shop.example",
    }
)
class OutgoingMailChange(Input):
    host = Text(max_length=253)
    port = serializers.IntegerField(min_value=1, max_value=65535)
    encryption = serializers.ChoiceField(choices=Encryption.choices)
    is_plain = serializers.BooleanField(help_text="Yes to mails that everybody on the way can read.")
    username = Text(max_length=320, allow_blank=True)
    password = Text(max_length=4000, help_text="Never shown again. Named anew when it goes to another place.")
    sender_name = Text(max_length=120, allow_blank=True)
    sender_address = Text(max_length=254)


class OutgoingMailShown(serializers.Serializer[Any]):
    is_set = serializers.BooleanField(help_text="Otherwise mails are kept as files.")
    set_at_start = serializers.BooleanField(help_text="By CARECENTER_SMTP_URL: not to be changed here.")
    host = serializers.CharField()
    port = serializers.IntegerField(allow_null=True)
    encryption = serializers.CharField()
    username = serializers.CharField()
    has_password = serializers.BooleanField()
    sender = serializers.CharField(help_text="Of invitations and resets.")


def as_shown() -> dict[str, Any]:
    chosen = way.current()
    return {
        "is_set": bool(chosen),
        "set_at_start": chosen.at_start,
        "host": chosen.host,
        "port": chosen.port or None,
        "encryption": str(chosen.encryption),
        "username": chosen.username,
        "has_password": bool(chosen.sealed or chosen.given),
        "sender": chosen.sender,
    }


def refuse_set_at_start() -> None:
    if way.current().at_start:
        raise Problem(409, "set-at-start", "CARECENTER_SMTP_URL says by which server mail leaves.")


class OutgoingMailEndpoint(AdministrationSet):
    """Only for who may do everything everywhere: whoever sets it sees every reset mail, and could become anybody."""

    code = USERS_MANAGE
    refusals = {outgoing.ChangedSince: (409, "changed-since")}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not has_everything(request.user):  # type: ignore[arg-type]
            raise Http404

    @extend_schema(responses=OutgoingMailShown)
    def retrieve(self, request: SignedRequest) -> Response:
        """Show by which server mail leaves."""
        return self.answer()

    @extend_schema(request=OutgoingMailChange, responses=OutgoingMailShown)
    def partial_update(self, request: SignedRequest) -> Response:
        """Set the server for outgoing mail. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, OutgoingMailChange, partial=True)
        with transaction.atomic():
            row = outgoing.locked()
            refuse_set_at_start()
            check_seen(request, as_shown())
            before = outgoing.as_kept(row) or {"port": 587, "encryption": Encryption.STARTTLS}
            before["is_plain"] = row is not None and row.encryption == Encryption.NONE
            form = OutgoingForm({**before, **body}, saved=row)
            checked(form)
            outgoing.set_server(form.cleaned_data, form.cleaned_data["password"], actor=request.user)
        return self.answer()

    @extend_schema(request=None, responses=OutgoingMailShown)
    def remove(self, request: SignedRequest) -> Response:
        """Take the server away: mails are kept as files."""
        refuse_set_at_start()
        with transaction.atomic():
            if outgoing.locked() is not None:
                outgoing.remove(actor=request.user)
        return self.answer()

    def answer(self) -> Response:
        return with_tag(as_shown())
