"""Office hours as they are set up: the week, special days, holidays of a country. The verbs and forms of their page."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.administration import AdministrationSet
from accounts.models import User
from accounts.permissions import INBOX_MANAGE
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Id, Input, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, paged, read_body, read_query, shown
from workforce.access import get_hours_for, hours_for
from workforce.domain.errors import NameTaken
from workforce.domain.keeping import delete_hours, save_hours
from workforce.hours_form import HoursForm, SpecialDayForm, write_spans
from workforce.models import Hours

BY_ID = Keyset(("id",))


class SpanField(serializers.ListField):
    """["09:00", "12:30"]; an end before its beginning is on the next day."""

    child = Text(max_length=5)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)


class SpecialDayWrite(Input):
    on = serializers.DateField()
    name = Text(max_length=120, required=False, allow_blank=True)
    open = serializers.ListField(child=SpanField(), required=False, max_length=20, help_text="[]: closed.")
    yearly = serializers.BooleanField(required=False)


class HoursChange(Input):
    name = Text(max_length=120)
    zone = Text(max_length=64, help_text="As in Europe/Berlin.")
    weekly = serializers.ListField(
        child=serializers.ListField(child=SpanField(), max_length=20),
        max_length=7,
        help_text="For each day from Monday on the spans it is open.",
    )
    special_days = serializers.ListField(
        child=SpecialDayWrite(),
        required=False,
        max_length=200,
        help_text="They beat the week. All of them, each time.",
    )
    country = Text(
        max_length=10, required=False, allow_blank=True, help_text="Whose holidays are taken; as in DE."
    )
    region = Text(max_length=40, required=False, allow_blank=True, help_text="As in BE; of that country.")
    always = serializers.BooleanField(
        required=False, help_text="A new week as if it had always been so; otherwise from today on."
    )


@example(
    {
        "name": "Office",
        "pool": 1,
        "zone": "Europe/Berlin",
        "country": "DE",
        "region": "BE",
        "weekly": [[["09:00", "12:30"], ["13:00", "17:00"]], [["20:00", "02:00"]]],
        "special_days": [
            {"on": "2026-12-24", "name": "Christmas Eve", "open": [["09:00", "12:00"]], "yearly": True}
        ],
    }
)
class HoursWrite(HoursChange):
    pool = Id(help_text="Whose customers they are for. Stays as it is.")


class SpecialDayShown(serializers.Serializer[dict[str, Any]]):
    on = serializers.DateField()
    name = serializers.CharField()
    open = serializers.ListField(child=serializers.ListField(child=serializers.CharField()), default=[])
    yearly = serializers.BooleanField(default=False)


class HoursShown(serializers.Serializer[Hours]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    pool = serializers.IntegerField(source="pool_id")
    zone = serializers.CharField()
    weekly = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    )
    special_days = serializers.SerializerMethodField()
    holidays = serializers.SerializerMethodField(help_text="Those that are taken, as they fall.")
    country = serializers.CharField(source="holidays.country", default="")
    region = serializers.CharField(source="holidays.region", default="")

    @extend_schema_field(SpecialDayShown(many=True))
    def get_special_days(self, hours: Hours) -> Any:
        return [SpecialDayShown(one).data for one in hours.closed_days if not one.get("holiday")]

    @extend_schema_field(SpecialDayShown(many=True))
    def get_holidays(self, hours: Hours) -> Any:
        return [SpecialDayShown(one).data for one in hours.closed_days if one.get("holiday")]


def saved(hours: Hours | None, body: dict[str, Any], user: User) -> Hours:
    """By the forms of the screen. Raises ValidationError, NameTaken."""
    data = {name: body.get(name, "") for name in ("name", "pool", "zone", "country", "region")}
    data["always"] = "1" if body.get("always") else ""
    data |= {f"day_{day}": write_spans(spans) for day, spans in enumerate(body["weekly"])}
    form = HoursForm(data, user=user, hours=hours)
    values = checked(form, {f"day_{day}": "weekly" for day in range(7)})
    own = {}
    for day in body.get("special_days", []):
        special = SpecialDayForm({**day, "open": write_spans(day.get("open", []))})
        checked(special, dict.fromkeys(special.fields, "special_days"))
        own[str(day["on"])] = special.day()
    return save_hours(hours or Hours(), actor=user, **values, closed_days=[own[on] for on in sorted(own)])


class HoursEndpoint(AdministrationSet):
    code = INBOX_MANAGE
    refusals = {NameTaken: (409, "name-taken")}

    @extend_schema(parameters=[PageQuery], responses=page_of(HoursShown))
    def list(self, request: SignedRequest) -> Response:
        """List the office hours you set up."""
        query = read_query(request, PageQuery)
        return paged(request, hours_for(request.user), keyset=BY_ID, query=query, show=HoursShown)

    @extend_schema(request=HoursWrite, responses={201: HoursShown})
    def create(self, request: SignedRequest) -> Response:
        """Set up office hours; an inbox names them."""
        return self.answer(request, saved(None, read_body(request, HoursWrite), request.user), status=201)

    @extend_schema(responses=HoursShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show office hours."""
        return self.answer(request, get_hours_for(request.user, pk))

    @extend_schema(request=HoursChange, responses=HoursShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change office hours. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, HoursChange, partial=True)
        with transaction.atomic():
            hours = hold(get_hours_for(request.user, pk))
            before = shown(request, hours, HoursShown)
            check_seen(request, before)
            hours = saved(hours, {**before, **body}, request.user)
        return self.answer(request, hours)

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete office hours: inboxes that had them are open at any time from now on."""
        delete_hours(get_hours_for(request.user, pk), actor=request.user)
        return Response(status=204)

    def answer(self, request: SignedRequest, hours: Hours, *, status: int = 200) -> Response:
        return with_tag(shown(request, hours, HoursShown), status=status)
