"""Answers: what customers said, across tickets."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import FEEDBACK_READ
from carecenter.api.pagination import Keyset
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import EndpointSet, paged, read_query, shown
from customers.domain.people import ids_of
from feedback.access import get_answer_for
from feedback.api.read import AnswerQuery
from feedback.api.shown import AnswerShown
from feedback.models import Answer

LATEST_FIRST = Keyset(("answered_at", "id"), descending=True)
SAME = {
    **{name: name for name in ("brand", "team", "inbox", "agent", "measure", "score")},
    "ticket": "invitation__ticket",
    "since": "answered_at__gte",
    "before": "answered_at__lt",
}


def filtered(answers: QuerySet[Answer], query: dict[str, Any]) -> QuerySet[Answer]:
    if "customer" in query:
        answers = answers.filter(invitation__customer__in=ids_of(query["customer"]))
    for word in query.get("q", "").split()[:5]:
        answers = answers.filter(comment__ilike=word)
    return answers.filter(**{lookup: query[name] for name, lookup in SAME.items() if name in query})


class AnswerEndpoint(EndpointSet):
    @extend_schema(parameters=[AnswerQuery], responses=page_of(AnswerShown))
    def list(self, request: SignedRequest) -> Response:
        """List answers to surveys, the latest first."""
        query = read_query(request, AnswerQuery)
        need(request.user, FEEDBACK_READ)
        answers = filtered(Answer.objects.visible_to(request.user).select_related("invitation"), query)
        return paged(request, answers, keyset=LATEST_FIRST, query=query, show=AnswerShown)

    @extend_schema(responses=AnswerShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show an answer."""
        need(request.user, FEEDBACK_READ)
        return Response(shown(request, get_answer_for(request.user, pk), AnswerShown))
