"""The firm's own fields as they are set up, and the end of a team. The verbs and forms of their pages."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import get_team_to_manage, may_change_team
from accounts.api.administration import AdministrationSet
from accounts.api.needs import missing
from accounts.models import CustomerPool, User
from accounts.permissions import FIELDS_MANAGE, USERS_MANAGE
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Id, Input, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.problems import Problem
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, invalid, paged, read_body, read_query, shown
from customers.models import OwnField
from tickets.access import field_pools, fields_to_manage, get_field_to_manage, whole_pools
from tickets.api.fields import FieldConditionShown, TicketFieldShown
from tickets.domain.errors import NotAllowed
from tickets.domain.fields import keeping
from tickets.domain.team_ending import end_team
from tickets.field_admin_form import FieldForm

BY_ID = Keyset(("id",))
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class InLanguages(serializers.DictField):
    """Words by the code of their language."""

    child = Text(max_length=300, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        words: dict[str, str] = super().to_internal_value(data)
        if unknown := [code[:20] for code in words if code not in LANGUAGES]:
            raise serializers.ValidationError({code: ["No language of ours."] for code in unknown[:20]})
        return words


class FieldChoiceWrite(Input):
    code = Text(max_length=60, required=False, help_text="Of a choice there is; a new one gets its own.")
    name = Text(max_length=80)
    names = InLanguages(required=False)


class FieldConditionWrite(Input):
    field = Text(max_length=40)
    values = serializers.ListField(child=Text(max_length=60), max_length=keeping.MOST_CHOICES)


class FieldChange(Input):
    name = Text(max_length=80)
    names = InLanguages(required=False)
    hint = Text(max_length=300, required=False, allow_blank=True)
    hints = InLanguages(required=False)
    brand = Id(required=False, allow_null=True, help_text="null: all brands of the pool.")
    is_public = serializers.BooleanField(required=False, help_text="Customers see it.")
    required_when = serializers.ChoiceField(choices=OwnField.Required.choices, required=False)
    choices = serializers.ListField(child=FieldChoiceWrite(), required=False, max_length=keeping.MOST_CHOICES)
    conditions = serializers.ListField(child=FieldConditionWrite(), required=False, max_length=20)


@example(
    {
        "name": "Reason",
        "names": {"de": "Grund"},
        "kind": "choice",
        "pool": 1,
        "required_when": "solving",
        "choices": [{"name": "Late", "names": {"de": "Zu spät"}}, {"name": "Damaged"}],
        "conditions": [{"field": "product", "values": ["lamp"]}],
    }
)
class FieldWrite(FieldChange):
    """Pool, kind, key and whose it is stay as they are."""

    pool = Id()
    about = serializers.ChoiceField(choices=OwnField.About.choices, default=OwnField.About.TICKET)
    kind = serializers.ChoiceField(choices=OwnField.Kind.choices)
    key = Text(
        max_length=40, required=False, allow_blank=True, help_text="Made of the name, if there is none."
    )


@example({"pool": 1, "ids": [5, 3, 4]})
class FieldOrder(Input):
    pool = Id()
    ids = serializers.ListField(child=Id(), min_length=1, max_length=500)


class AdminChoiceShown(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField()
    name = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField(), default={})


class AdminFieldShown(TicketFieldShown):
    names = serializers.DictField(child=serializers.CharField())
    hint = serializers.CharField(source="help")
    hints = serializers.DictField(child=serializers.CharField(), source="helps")
    position = serializers.IntegerField()
    choices = serializers.SerializerMethodField()  # type: ignore[assignment]
    conditions = FieldConditionShown(many=True)

    @extend_schema_field(AdminChoiceShown(many=True))
    def get_choices(self, field: OwnField) -> Any:
        """Those that are offered."""
        return [AdminChoiceShown(one).data for one in field.choices if not one.get("gone")]


def typed(body: dict[str, Any]) -> MultiValueDict[str, Any]:
    """The body as the inputs of the screen."""
    body = {"required_when": OwnField.Required.NEVER, **body}
    plain = {"name": "name", "kind": "kind", "key": "key", "brand": "brand", "is_public": "is_public"}
    plain |= {"hint": "help", "required_when": "required"}
    data = {there: [body[here]] for here, there in plain.items() if body.get(here) is not None}
    for prefix, words in (("name", body.get("names", {})), ("help", body.get("hints", {}))):
        data |= {f"{prefix}_{code}": [text] for code, text in words.items()}
    choices = body.get("choices", [])
    data |= {"choice_name": [one["name"] for one in choices]}
    data |= {"choice_code": [one.get("code", "") for one in choices]}
    for code in LANGUAGES:
        data[f"choice_name_{code}"] = [one.get("names", {}).get(code, "") for one in choices]
    data |= {f"when_{one['field']}": one["values"] for one in body.get("conditions", [])}
    return MultiValueDict(data)


class AdminFieldEndpoint(AdministrationSet):
    code = FIELDS_MANAGE
    refusals = {NotAllowed: (409, "not-allowed")}

    @extend_schema(parameters=[PageQuery], responses=page_of(AdminFieldShown))
    def list(self, request: SignedRequest) -> Response:
        """List the fields you set up, retired ones among them."""
        query = read_query(request, PageQuery)
        return paged(request, fields_to_manage(request.user), keyset=BY_ID, query=query, show=AdminFieldShown)

    @extend_schema(request=FieldWrite, responses={201: AdminFieldShown})
    def create(self, request: SignedRequest) -> Response:
        """Set up a field of tickets or of customers."""
        body = read_body(request, FieldWrite)
        pool = field_pools(request.user).filter(pk=body["pool"]).first()
        if pool is None:
            raise invalid("pool", "There is none with this id whose fields you set up.")
        if body["about"] == OwnField.About.CUSTOMER and not whole_pools(request.user).filter(pk=pool.pk):
            raise invalid("about", "Fields of customers are for who sets up all brands of the pool.")
        return self.answer(request, self.saved(request.user, pool, None, body), status=201)

    @extend_schema(responses=AdminFieldShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a field you set up."""
        return self.answer(request, get_field_to_manage(request.user, pk))

    @extend_schema(request=FieldChange, responses=AdminFieldShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change a field. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, FieldChange, partial=True)
        with transaction.atomic():
            pool = hold(get_field_to_manage(request.user, pk).pool)
            kept = get_field_to_manage(request.user, pk)
            before = shown(request, kept, AdminFieldShown)
            check_seen(request, before)
            kept = self.saved(request.user, pool, kept, {**before, **body})
        return self.answer(request, kept)

    @extend_schema(request=None, responses=AdminFieldShown)
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Ask a field no more; what tickets have stays."""
        keeping.retire(get_field_to_manage(request.user, pk), actor=request.user)
        return self.answer(request, get_field_to_manage(request.user, pk))

    @extend_schema(request=None, responses=AdminFieldShown)
    def restore(self, request: SignedRequest, pk: int) -> Response:
        """Ask a retired field again."""
        keeping.bring_back(get_field_to_manage(request.user, pk), actor=request.user)
        return self.answer(request, get_field_to_manage(request.user, pk))

    @extend_schema(request=FieldOrder, responses={204: None})
    def order(self, request: SignedRequest) -> Response:
        """Put fields of a pool in this order; others stay where they are."""
        body = read_body(request, FieldOrder)
        pool = field_pools(request.user).filter(pk=body["pool"]).first()
        if pool is None:
            raise invalid("pool", "There is none with this id whose fields you set up.")
        mine = set(fields_to_manage(request.user).filter(pool=pool).values_list("pk", flat=True))
        keeping.put_in_order(pool, [pk for pk in body["ids"] if pk in mine], actor=request.user)
        return Response(status=204)

    def saved(self, user: User, pool: CustomerPool, kept: OwnField | None, body: dict[str, Any]) -> OwnField:
        others = [one for one in keeping.siblings(pool) if kept is None or one.pk != kept.pk]
        about = {} if kept else {"about": body["about"]}
        form = FieldForm(typed(body), user=user, pool=pool, kept=kept, others=others, **about)
        checked(form, {"required": "required_when", "help": "hint"})
        return keeping.save_field(kept, form.wanted(), actor=user)

    def answer(self, request: SignedRequest, field: OwnField, *, status: int = 200) -> Response:
        return with_tag(shown(request, field, AdminFieldShown), status=status)


class TeamEndEndpoint(AdministrationSet):
    code = USERS_MANAGE

    @extend_schema(request=None, responses={204: None})
    def end(self, request: SignedRequest, pk: int) -> Response:
        """End a team to which no open ticket, inbox or person is tied. Nobody sees it any more; its tickets follow."""
        team = get_team_to_manage(request.user, pk)
        if not may_change_team(request.user, team):
            raise missing(USERS_MANAGE)
        try:
            end_team(team, actor=request.user)
        except NotAllowed:
            raise Problem(409, "in-use", _("Something is tied to this team by now.")) from None
        return Response(status=204)
