"""Dashboards of one's own: their tiles, with whom they are shared, when they are mailed. The verbs of their pages."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.models import Team, User
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import invalid, paged, read_body, read_query, shown
from insights.api.base import NumberSet
from insights.domain import board_mails, boards
from insights.filters import KEPT, teams_in
from insights.models import Board, BoardMail, Every

BY_ID = Keyset(("id",))


@example({"name": "Mornings", "team": 3})
class BoardChange(Input):
    name = Text(max_length=60)
    team = Id(required=False, allow_null=True, help_text="Its members see it too; null: only you.")


@example({"name": "Mornings"})
class BoardWrite(Input):
    name = Text(max_length=60)


@example({"what": "metric:solved", "filters": {"span": "30", "brand": "1"}})
class TileWrite(Input):
    what = Text(max_length=80, help_text="`metric:` or `chart:` and its code, as the definitions name it.")
    filters = serializers.DictField(
        child=Text(max_length=80, allow_blank=True),
        required=False,
        help_text=f"As the pages of numbers have them: {', '.join(KEPT)}.",
    )

    def validate_filters(self, filters: dict[str, str]) -> dict[str, str]:
        if unknown := [name for name in filters if name not in KEPT]:
            raise serializers.ValidationError(f"There is no filter {unknown[0][:60]}.")
        return filters


class TileMove(Input):
    to = serializers.IntegerField(min_value=0, max_value=999, help_text="The place, counted from 0.")


@example({"every": "week", "hour": 7, "with_pdf": True})
class MailWrite(Input):
    """To yourself, by your own clock."""

    every = serializers.ChoiceField(choices=Every.choices, allow_null=True, help_text="null: never.")
    hour = serializers.IntegerField(min_value=0, max_value=23, default=7)
    with_pdf = serializers.BooleanField(default=False)


class TileShown(serializers.Serializer[Any]):
    id = serializers.CharField()
    what = serializers.CharField()
    query = serializers.CharField(help_text="Its filters, as in the address of a page of numbers.")


class BoardShown(serializers.Serializer[Board]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    owner = serializers.IntegerField(source="owner_id")
    team = serializers.IntegerField(source="team_id", allow_null=True, help_text="Shared with its members.")
    tiles = TileShown(many=True)
    created_at = Moment()


class BoardMailShown(serializers.Serializer[BoardMail]):
    every = serializers.ChoiceField(choices=Every.choices, allow_null=True)
    hour = serializers.IntegerField()
    with_pdf = serializers.BooleanField()
    next_at = Moment(allow_null=True)


class BoardEndpoint(NumberSet):
    refusals = {boards.BoardError: (409, "not-possible")}

    @extend_schema(parameters=[PageQuery], responses=page_of(BoardShown))
    def list(self, request: SignedRequest) -> Response:
        """List dashboards: yours and those shared with a team you are in."""
        query = read_query(request, PageQuery)
        rows = boards.visible_to(request.user)
        return paged(request, rows, keyset=BY_ID, query=query, show=BoardShown)

    @extend_schema(request=BoardWrite, responses={201: BoardShown})
    def create(self, request: SignedRequest) -> Response:
        """Begin a dashboard of your own, without a tile."""
        body = read_body(request, BoardWrite)
        return with_tag(shown(request, boards.make(request.user, body["name"]), BoardShown), status=201)

    @extend_schema(responses=BoardShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a dashboard: which tiles it has. What they say, its page and its PDF show."""
        return self.answer(request, pk)

    @extend_schema(request=BoardChange, responses=BoardShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Rename or share a dashboard of yours. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, BoardChange, partial=True)
        with transaction.atomic():
            board = hold(self.own(request, pk))
            check_seen(request, shown(request, board, BoardShown))
            team = team_of(request.user, body["team"]) if "team" in body else board.team
            boards.change(board, name=body.get("name", board.name), team=team)
        return self.answer(request, pk)

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete a dashboard of yours; for a day you can bring it back."""
        boards.put_away(self.own(request, pk))
        return Response(status=204)

    @extend_schema(request=None, responses=BoardShown)
    def restore(self, request: SignedRequest, pk: int) -> Response:
        """Bring back a dashboard of yours that was deleted within a day."""
        if boards.restore(request.user, pk) is None:
            raise Http404
        return self.answer(request, pk)

    @extend_schema(request=TileWrite, responses={201: BoardShown})
    def add_tile(self, request: SignedRequest, pk: int) -> Response:
        """Put a tile on a dashboard of yours, as its last."""
        body = read_body(request, TileWrite)
        if not boards.knows(body["what"]):
            raise invalid("what", "There is no such number or picture.")
        boards.add_tile(self.own(request, pk), body["what"], body.get("filters", {}))
        return self.answer(request, pk, status=201)

    @extend_schema(request=TileMove, responses=BoardShown)
    def move_tile(self, request: SignedRequest, pk: int, tile: str) -> Response:
        """Move a tile to another place."""
        body = read_body(request, TileMove)
        board = self.with_tile(request, pk, tile)
        boards.move_tile(board, tile, body["to"])
        return self.answer(request, pk)

    @extend_schema(request=None, responses=BoardShown)
    def remove_tile(self, request: SignedRequest, pk: int, tile: str) -> Response:
        """Take a tile off."""
        boards.remove_tile(self.with_tile(request, pk, tile), tile)
        return self.answer(request, pk)

    @extend_schema(request=MailWrite, responses=BoardMailShown)
    def mail(self, request: SignedRequest, pk: int) -> Response:
        """Have a dashboard mailed to you, or not any more."""
        body = read_body(request, MailWrite)
        board = self.board(request, pk)
        board_mails.set_mail(board, request.user, **{**body, "every": body["every"] or ""})
        mail = BoardMail.objects.filter(board=board, user=request.user).first()
        none = {"every": None, "hour": body["hour"], "with_pdf": body["with_pdf"], "next_at": None}
        return Response(shown(request, mail or none, BoardMailShown))

    def board(self, request: SignedRequest, pk: int) -> Board:
        if (board := boards.find_for(request.user, pk)) is None:
            raise Http404
        return board

    def own(self, request: SignedRequest, pk: int) -> Board:
        board = self.board(request, pk)
        if board.owner_id != request.user.pk:
            raise Http404
        return board

    def with_tile(self, request: SignedRequest, pk: int, tile: str) -> Board:
        board = self.own(request, pk)
        if tile not in {one["id"] for one in board.tiles}:
            raise Http404
        return board

    def answer(self, request: SignedRequest, pk: int, *, status: int = 200) -> Response:
        return with_tag(shown(request, self.board(request, pk), BoardShown), status=status)


def team_of(user: User, pk: int | None) -> Team | None:
    """Raises ValidationError for one whose numbers the user does not see."""
    team = next((one for one in teams_in(user) if one.pk == pk), None)
    if pk is not None and team is None:
        raise invalid("team", "There is none with this id.")
    return team
