"""Inboxes as they are set up, of any kind. The verbs and forms of their pages. What is secret is shown when it is
made, and never again; how a mailbox is fetched is set on its page, where it is tried out.
"""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.administration import AdministrationSet
from accounts.permissions import INBOX_MANAGE
from carecenter.api.conditional import check_seen, etag, fingerprint, hold, with_tag
from carecenter.api.fields import Id, Input, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.problems import Problem
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, invalid, paged, read_body, read_query, shown
from carecenter.lib.kinds import kind_choices
from carecenter.lib.sealing import Unreadable, unseal
from channels_app.access import connections_for, get_inbox_for
from channels_app.domain import inbox_settings as verbs
from channels_app.domain.errors import AddressInUse, ChannelError, NameInUse, NotOurs
from channels_app.inbox_form import InboxForm, values_of
from channels_app.kind_form import config_of, own_form
from channels_app.kinds.settings_form import SettingsForm
from channels_app.models import Connection
from channels_app.registry import abouts

BY_INBOX = Keyset(("inbox_id",))
KINDS = list(kind_choices())
PLAIN = ("name", "default_team", "hours", "follow_up", "is_active", "from_name", "brand", "key")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string"},
            {"type": "boolean"},
            {"type": "integer"},
            {"type": "array", "items": {"type": "string"}},
        ]
    }
)
class SettingField(serializers.Field[Any, Any, Any, Any]):
    """A text, a number, yes or no, or several texts, as the kind's form takes it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and all(isinstance(one, str) for one in data):
            return data
        if not isinstance(data, str | bool | int) or len(str(data)) > 10_000:
            raise serializers.ValidationError("A text, a number, yes or no, or a list of texts.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class InboxChange(Input):
    name = Text(max_length=120)
    default_team = Id(required=False, allow_null=True)
    hours = Id(required=False, allow_null=True, help_text="null: always open.")
    follow_up = Id(required=False, allow_null=True, help_text="The mail inbox by which other answers leave.")
    is_active = serializers.BooleanField(required=False)
    from_name = Text(
        max_length=120, required=False, allow_blank=True, help_text="Of mail; the brand's without."
    )
    addresses = serializers.ListField(
        child=Text(max_length=254), required=False, max_length=50, help_text="Of mail; the first sends."
    )
    settings = serializers.DictField(
        child=SettingField(),
        required=False,
        help_text="What its kind has beside, and secrets to keep; those not named stay as they are.",
    )


@example(
    {
        "brand": 1,
        "kind": KINDS[0][0],
        "name": "Shop",
        "default_team": 2,
        "hours": 1,
        "settings": {"url": "https://shop.example/answers", "vouches_for": ["external"]},
    }
)
class InboxWrite(InboxChange):
    """Brand, kind and key stay as they are."""

    brand = Id()
    kind = serializers.ChoiceField(choices=KINDS)
    key = Text(max_length=60, required=False, allow_blank=True, help_text="Made of brand and name without.")


@example({"keep_old": True})
class SecretRotate(Input):
    keep_old = serializers.BooleanField(default=True, help_text="The one before is good for another day.")


class AdminInboxShown(serializers.Serializer[Connection]):
    id = serializers.IntegerField(source="inbox_id")
    brand = serializers.IntegerField(source="inbox.brand_id")
    kind = serializers.CharField(source="inbox.kind")
    key = serializers.CharField(source="inbox.key")
    name = serializers.CharField(source="inbox.name")
    default_team = serializers.IntegerField(source="inbox.default_team_id", allow_null=True)
    hours = serializers.IntegerField(source="inbox.hours_id", allow_null=True)
    follow_up = serializers.IntegerField(source="inbox.follow_up_id", allow_null=True)
    is_active = serializers.BooleanField(source="inbox.is_active")
    from_name = serializers.CharField()
    addresses = serializers.SerializerMethodField()
    settings = serializers.SerializerMethodField()
    secrets = serializers.SerializerMethodField(
        help_text="Names of those that are kept; what they are, nobody sees."
    )

    def get_addresses(self, connection: Connection) -> list[str]:
        return [one.address for one in sorted(connection.addresses.all(), key=lambda one: one.pk)]

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_settings(self, connection: Connection) -> dict[str, Any]:
        return open_settings(own_form(abouts()[connection.inbox.kind], None, connection))

    def get_secrets(self, connection: Connection) -> list[str]:
        try:
            return sorted(name for name, value in unseal(connection.sealed).items() if value)
        except Unreadable:
            return []


class InboxMade(AdminInboxShown):
    made = serializers.DictField(child=serializers.CharField(), help_text="New secrets by name, this once.")


class InboxSecretMade(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="This once.")


def open_settings(own: SettingsForm) -> dict[str, Any]:
    """What is kept in the open, as it would be typed."""
    return {name: own[name].value() for name in own.fields if name not in own.typed_secrets}


def own_filled(kind: str, given: dict[str, Any], connection: Connection | None = None) -> SettingsForm:
    """The kind's form with what is given, and with what is kept for the rest. Raises ValidationError."""
    about = abouts().get(kind)
    if about is None:
        raise invalid("kind", "No inbox of this kind can be set up.")
    kept = own_form(about, None, connection)
    if unknown := [name for name in given if name not in kept.fields]:
        raise invalid("settings", f"This kind has no setting {unknown[0][:60]}.")
    values = {name: value for name, value in open_settings(kept).items() if value is not None} | given
    own = own_form(about, {f"own-{name}": value for name, value in values.items()}, connection)
    checked(own, dict.fromkeys(own.fields, "settings"))
    return own


def made_of(connection: Connection, names: Any) -> dict[str, str]:
    sealed = unseal(connection.sealed)
    return {name: sealed[name][0]["value"] for name in names}


class AdminInboxEndpoint(AdministrationSet):
    code = INBOX_MANAGE
    refusals = {
        NotOurs: (400, "not-yours"),
        NameInUse: (409, "name-taken"),
        AddressInUse: (409, "address-taken"),
        ChannelError: (409, "not-possible"),
    }

    @extend_schema(parameters=[PageQuery], responses=page_of(AdminInboxShown))
    def list(self, request: SignedRequest) -> Response:
        """List the inboxes you set up."""
        query = read_query(request, PageQuery)
        rows = connections_for(request.user).prefetch_related("addresses")
        return paged(request, rows, keyset=BY_INBOX, query=query, show=AdminInboxShown)

    @extend_schema(request=InboxWrite, responses={201: InboxMade})
    def create(self, request: SignedRequest) -> Response:
        """Open an inbox. The secrets that are made for it are in this answer only."""
        body = read_body(request, InboxWrite)
        own = own_filled(body["kind"], body.get("settings", {}))
        data = {"is_active": True, **body, "addresses": "\n".join(body.get("addresses", ()))}
        form = InboxForm(data, actor=request.user, kind=body["kind"])
        checked(form)
        wanted = form.wanted(own.config(), own.secrets())
        names = tuple(own.made_secrets)
        inbox = verbs.open_inbox(form.place(), wanted, made=names, actor=request.user)
        connection = get_inbox_for(request.user, inbox.pk)
        plain = shown(request, connection, AdminInboxShown)
        answer = {**plain, "made": made_of(connection, names)}
        return Response(answer, status=201, headers={"ETag": etag(fingerprint(plain))})

    @extend_schema(responses=AdminInboxShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show an inbox you set up."""
        return self.answer(request, pk)

    @extend_schema(request=InboxChange, responses=AdminInboxShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change an inbox. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, InboxChange, partial=True)
        with transaction.atomic():
            hold(get_inbox_for(request.user, pk))
            connection = get_inbox_for(request.user, pk)
            check_seen(request, shown(request, connection, AdminInboxShown))
            kind = connection.inbox.kind
            own = own_filled(kind, body.get("settings", {}), connection)
            before = values_of(connection)
            data = {**before, **{name: body[name] for name in PLAIN if name in body}}
            if "addresses" in body:
                data["addresses"] = "\n".join(body["addresses"])
            form = InboxForm(data, actor=request.user, kind=kind, connection=connection)
            checked(form)
            wanted = form.wanted(config_of(connection, own), own.secrets())
            verbs.change_inbox(connection.inbox, wanted, actor=request.user)
        return self.answer(request, pk)

    @extend_schema(request=SecretRotate, responses=InboxSecretMade)
    def rotate(self, request: SignedRequest, pk: int, name: str) -> Response:
        """Make a new secret of this name. It is in this answer only."""
        body = read_body(request, SecretRotate)
        connection = get_inbox_for(request.user, pk)
        if name not in own_form(abouts()[connection.inbox.kind]).made_secrets:
            raise Problem(404, "not-found", "No secret of this name is made for this kind.")
        try:
            made = verbs.rotate_secret(connection.inbox, name, keep_old=body["keep_old"], actor=request.user)
        except Unreadable:
            raise Problem(409, "unreadable", "Its secrets cannot be read with the key of today.") from None
        return Response({"secret": made})

    def answer(self, request: SignedRequest, pk: int) -> Response:
        return with_tag(shown(request, get_inbox_for(request.user, pk), AdminInboxShown))
