"""The floor exists for the bench alone."""

from django.conf import settings
from django.test import Client


def test_floor_is_not_there_without_the_bench(client: Client) -> None:
    assert settings.BENCH is False
    assert "carecenter.lib.counting.CountQueries" not in settings.MIDDLEWARE
    assert client.get("/floor/empty/").status_code == 404
