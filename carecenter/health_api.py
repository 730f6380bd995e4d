"""The vital signs of the health page, for a program that watches without /metrics."""

from typing import Any

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import scope
from accounts.api.administration import AdministrationSet
from accounts.permissions import JOURNAL_READ
from carecenter import vitals
from carecenter.api.request import SignedRequest
from carecenter.api.views import shown
from carecenter.lib.vitals import State, Unit, Vital

WORDS = {State.OK: "ok", State.WARNING: "warning", State.TROUBLE: "trouble"}
STATES = list(WORDS.values())


class SignShown(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="As in /metrics, there with `carecenter_` before it.")
    name = serializers.CharField()
    value = serializers.FloatField()
    unit = serializers.ChoiceField(choices=list(Unit), help_text="`flag`: 1 or 0.")
    state = serializers.ChoiceField(choices=STATES)
    advice = serializers.CharField(help_text="What to do; empty where all is well.")


class HealthShown(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=STATES, help_text="The worst of all signs.")
    signs = SignShown(many=True)
    versions = serializers.DictField(child=serializers.CharField())


def as_shown(sign: Vital) -> dict[str, Any]:
    return {
        "code": sign.code,
        "name": sign.label,
        "value": sign.value,
        "unit": sign.unit,
        "state": WORDS[sign.state],
        "advice": sign.advice if sign.state else "",
    }


class HealthEndpoint(AdministrationSet):
    """Of the whole installation, so only for who reads the journal of every brand."""

    code = JOURNAL_READ

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not scope(request.user, JOURNAL_READ).everywhere:  # type: ignore[arg-type]
            raise Http404

    @extend_schema(responses=HealthShown)
    def retrieve(self, request: SignedRequest) -> Response:
        """Show what waits, is stuck or runs out, the worst first, and what runs here."""
        found = sorted(vitals.all_vitals(), key=lambda sign: -sign.state)
        health = {
            "state": WORDS[vitals.worst(found)],
            "signs": [as_shown(sign) for sign in found],
            "versions": vitals.versions(),
        }
        return Response(shown(request, health, HealthShown))


urlpatterns = [path("admin/health/", HealthEndpoint.as_view({"get": "retrieve"}), name="admin-health")]
