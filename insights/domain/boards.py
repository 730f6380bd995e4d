"""Dashboards people put together: who may see which, and what may be done to them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Team, User
from carecenter.lib.ids import new_token
from carecenter.lib.time import now
from insights.domain.charts import CHARTS
from insights.domain.metrics import REGISTRY
from insights.domain.self_service import SELF_SERVICE
from insights.models import Board
from journal.actors import user_actor
from journal.domain.recording import record

MOST_TILES: Final = 16
MOST_BOARDS: Final = 40
KEPT: Final = dt.timedelta(days=1)  # a deleted one may come back
LONGEST_QUERY: Final = 400


class BoardError(Exception):
    """Too many, or not there."""


def visible_to(user: User) -> QuerySet[Board]:
    """Their own, and those shared with a team they are in."""
    rows = Board.objects.filter(Q(owner=user) | Q(team__in=user.teams.all()), deleted_at__isnull=True)
    return rows.select_related("owner", "team").distinct().order_by("name", "pk")


def find_for(user: User, pk: int) -> Board | None:
    return visible_to(user).filter(pk=pk).first()


def deleted_lately(user: User) -> list[Board]:
    rows = Board.objects.filter(owner=user, deleted_at__gte=now() - KEPT)
    return list(rows.order_by("-deleted_at")[:MOST_BOARDS])


def knows(what: str) -> bool:
    """Is there such a number or picture?"""
    kind, _sign, code = what.partition(":")
    if kind == "metric":
        return code in REGISTRY or code in SELF_SERVICE
    return kind == "chart" and code in CHARTS


def make(owner: User, name: str) -> Board:
    with transaction.atomic():
        if Board.objects.filter(owner=owner, deleted_at__isnull=True).count() >= MOST_BOARDS:
            raise BoardError
        board = Board.objects.create(owner=owner, name=name)
        note("board.saved", board, owner)
    return board


def change(board: Board, *, name: str, team: Team | None) -> None:
    """Its name, and with whom it is shared."""
    board.name, board.team = name, team
    with transaction.atomic():
        board.save(update_fields=["name", "team"])
        note("board.saved", board, board.owner)


def add_tile(board: Board, what: str, asked: dict[str, str]) -> None:
    query = urlencode({name: value for name, value in asked.items() if value})
    if not knows(what) or len(query) > LONGEST_QUERY:
        raise BoardError
    with locked(board) as tiles:
        if len(tiles) >= MOST_TILES:
            raise BoardError
        tiles.append({"id": new_token()[:8], "what": what, "query": query})


def remove_tile(board: Board, tile_id: str) -> None:
    with locked(board) as tiles:
        tiles[:] = [tile for tile in tiles if tile["id"] != tile_id]


def move_tile(board: Board, tile_id: str, to: int) -> None:
    """To this place, counted from 0."""
    with locked(board) as tiles:
        tile = next((one for one in tiles if one["id"] == tile_id), None)
        if tile is None:
            raise BoardError
        tiles.remove(tile)
        tiles.insert(max(0, min(to, len(tiles))), tile)


@contextmanager
def locked(board: Board) -> Iterator[list[dict[str, Any]]]:
    """The tiles of a board, to be changed in place: two at once lose nothing."""
    with transaction.atomic():
        board.tiles = Board.objects.select_for_update().get(pk=board.pk).tiles
        yield board.tiles
        board.save(update_fields=["tiles"])


def put_away(board: Board) -> None:
    board.deleted_at = now()
    with transaction.atomic():
        board.save(update_fields=["deleted_at"])
        note("board.deleted", board, board.owner)


def restore(user: User, pk: int) -> Board | None:
    """Their own, within a day."""
    board = next((one for one in deleted_lately(user) if one.pk == pk), None)
    if board is not None:
        board.deleted_at = None
        with transaction.atomic():
            board.save(update_fields=["deleted_at"])
            note("board.saved", board, user)
    return board


def note(name: str, board: Board, actor: User) -> None:
    record(name, actor=user_actor(actor.pk), subject=f"board:{board.pk}")
