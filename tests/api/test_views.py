"""Serializers are made once a thread and used by many requests."""

import threading
from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from carecenter.api import views


class Told(serializers.Serializer[Any]):
    path = serializers.SerializerMethodField()
    inner = serializers.SerializerMethodField()

    def get_path(self, row: Any) -> str:
        return str(self.context["request"])

    def get_inner(self, row: Any) -> Any:
        return views.shown("inner", 0, Told) if row else None  # type: ignore[arg-type]


class Asked(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=3)


class Request:
    def __init__(self, data: Any) -> None:
        self.data = data


def test_a_serializer_knows_the_request_it_shows_for_and_none_after() -> None:
    assert views.shown("outer", 1, Told) == {"path": "outer", "inner": {"path": "inner", "inner": None}}  # type: ignore[arg-type]
    assert views._made.of(Told).context == {}
    with pytest.raises(KeyError):
        views.shown("outer", 1, type("Broken", (Told,), {"get_path": lambda self, row: self.context["gone"]}))  # type: ignore[arg-type]
    assert views._made.of(Told) is views._made.of(Told)


def test_each_thread_has_its_own() -> None:
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(views._made.of(Told)))
    thread.start()
    thread.join()
    assert made[0] is not views._made.of(Told)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "long"}, {"name": ["Ensure this field has no more than 3 characters."]}),
        ({}, {"name": ["This field is required."]}),
        (None, {"non_field_errors": ["No data provided"]}),
        ([], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
    ],
)
def test_what_is_wrong_is_said_as_ever_and_of_this_body_only(body: Any, said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        views.read_body(Request(body), Asked)  # type: ignore[arg-type]
    assert refused.value.detail == said
    assert views.read_body(Request({"name": "ok"}), Asked) == {"name": "ok"}  # type: ignore[arg-type]
    assert views.read_body(Request({}), Asked, partial=True) == {}  # type: ignore[arg-type]
