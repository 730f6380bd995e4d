"""The vital signs of the health page, for a program that watches without /metrics."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.administration import InstallationSet
from accounts.permissions import JOURNAL_READ
from carecenter import vitals
from carecenter.api.request import SignedRequest
from carecenter.api.views import shown
from carecenter.lib.vitals import State, Unit, Vital

STATES = [state.name.lower() for state in State]


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
        "state": STATES[sign.state],
        "advice": sign.advice if sign.state else "",
    }


class HealthEndpoint(InstallationSet):
    code = JOURNAL_READ

    @extend_schema(responses=HealthShown)
    def retrieve(self, request: SignedRequest) -> Response:
        """Show what waits, is stuck or runs out, the worst first, and what runs here."""
        found = sorted(vitals.all_vitals(), key=lambda sign: -sign.state)
        health = {
            "state": STATES[vitals.worst(found)],
            "signs": [as_shown(sign) for sign in found],
            "versions": vitals.versions(),
        }
        return Response(shown(request, health, HealthShown))


urlpatterns = [path("admin/health/", HealthEndpoint.as_view({"get": "retrieve"}), name="admin-health")]
