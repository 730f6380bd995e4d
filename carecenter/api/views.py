"""The base of every endpoint: who asks, how often, in which transaction, and how errors look."""

import threading
from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django import forms
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from carecenter.api.idempotency import once
from carecenter.api.pagination import Keyset
from carecenter.api.problems import Problem

S = TypeVar("S", bound=serializers.Serializer[Any])


class Endpoint(APIView):
    """A POST may carry an Idempotency-Key; every answer carries the rate limit's state."""

    # What a verb refuses -> (status, code). `str(error)` is the detail.
    refusals: ClassVar[dict[type[Exception], tuple[int, str]]] = {}
    rate_headers: dict[str, str] = {}
    post: Any  # where there is one

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key")
        if request.method == "POST" and key is not None:
            self.post = once(self.post, key)

    def handle_exception(self, exc: Exception) -> Response:
        for kind, (status, code) in self.refusals.items():
            if isinstance(exc, kind):
                return super().handle_exception(Problem(status, code, str(exc)))
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        final: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        for name, value in self.rate_headers.items():
            final[name] = value
        final.headers.setdefault("Cache-Control", "no-store, private")
        return final


class EndpointSet(Endpoint, ViewSet):
    """Several actions on one noun."""


class NotHere(Endpoint):
    """Every address below /api/v1/ that is none: a problem, not a page."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        slash = "" if request.path.endswith("/") else " Addresses end with a slash."
        raise NotFound(f"There is nothing at this address.{slash}")


class Made(threading.local):
    """A serializer of each kind for this thread: to make its fields takes longer than to use them."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[type, bool], Any] = {}

    def of(self, kind: type[S], *, partial: bool = False) -> S:
        made: S | None = self.kinds.get((kind, partial))
        if made is None:
            made = self.kinds[kind, partial] = kind(partial=partial)
        return made


_made = Made()


def read_body(request: Request, serializer: type[S], *, partial: bool = False) -> dict[str, Any]:
    """The clean body. Raises ValidationError."""
    return _clean(serializer, request.data, partial=partial)


def read_query(request: Request, serializer: type[S]) -> dict[str, Any]:
    """The clean query string. Raises ValidationError, for an empty value too: it must not mean "everything"."""
    fields = _made.of(serializer).fields
    lists = {name for name, field in fields.items() if isinstance(field, serializers.ListField)}
    given = dict(request.query_params.lists())
    if twice := [name for name, values in given.items() if len(values) > 1 and name not in lists]:
        raise ValidationError({name[:60]: ["Give it once."] for name in twice[:20]})
    return _clean(
        serializer, {name: values if name in lists else values[0] for name, values in given.items()}
    )


def _clean(serializer: type[S], data: Any, *, partial: bool = False) -> dict[str, Any]:
    clean: dict[str, Any]
    try:
        clean = _made.of(serializer, partial=partial).run_validation(data)
    except ValidationError:  # again by one of its own, which words what is wrong
        reader = serializer(data=data, partial=partial)
        reader.is_valid(raise_exception=True)
        clean = reader.validated_data
    return clean


def paged(
    request: Request, queryset: Any, *, keyset: Keyset, query: dict[str, Any], show: type[S]
) -> Response:
    page = keyset.page(queryset, request, query)
    return Response({"results": _shown(request, page.rows, show), "next": page.next})


def shown(request: Request, row: Any, show: type[S]) -> Any:
    return _shown(request, [row], show)[0]


def _shown(request: Request, rows: Iterable[Any], show: type[S]) -> list[Any]:
    made = _made.of(show)
    before, made._context = made._context, {"request": request}
    try:
        return [made.to_representation(row) for row in rows]
    finally:
        made._context = before


def invalid(field: str, message: str) -> ValidationError:
    return ValidationError({field: [message]})


def checked(form: forms.BaseForm, called: dict[str, str] | None = None) -> dict[str, Any]:
    """What the form of the screen makes of the body, so that both refuse the same.

    Raises ValidationError. `called`: what inputs of the form are called here, where that is otherwise.
    """
    if not form.is_valid():
        called = {"__all__": "non_field_errors", **(called or {})}
        raise ValidationError(
            {called.get(name, name): [str(text) for text in texts] for name, texts in form.errors.items()}
        )
    return form.cleaned_data
