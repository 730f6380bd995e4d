"""Every error of the API as RFC 9457 problem+json: `type`, `title`, `status`, `detail`, and `errors` by field."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:carecenter:problem:"


class Problem(exceptions.APIException):
    """An error with a code of its own. `code` becomes the end of `type`; machines read that, people `detail`."""

    def __init__(self, status: int, code: str, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.code = code
        self.headers = headers or {}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler. Whatever was raised becomes a problem; the unexpected one says nothing of itself."""
    known = known_error(error)
    if known is None:
        request = context.get("request")
        logger.error(
            "unexpected error at %s %s",
            getattr(request, "method", ""),
            getattr(request, "path", ""),
            exc_info=error,
        )
        known = Problem(500, "internal", "Something went wrong here. It was noted.")
    return response_of(known)


def known_error(error: Exception) -> exceptions.APIException | None:
    """The API's own form of what a view may raise; None for what nobody foresaw."""
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "too-large", "The request is too large.")
    if isinstance(error, SuspiciousOperation):
        return exceptions.ParseError("The request cannot be read.")
    if isinstance(error, OperationalError | InterfaceError):
        return Problem(
            503, "unavailable", "The database does not answer. Try again.", headers={"Retry-After": "5"}
        )
    return None


def response_of(error: exceptions.APIException) -> Response:
    status = int(error.status_code)
    headers = dict(getattr(error, "headers", {}))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    return Response(body_of(error), status=status, headers=headers, content_type=MEDIA_TYPE)


def body_of(error: exceptions.APIException) -> dict[str, Any]:
    status = int(error.status_code)
    body: dict[str, Any] = {
        "type": TYPES + (getattr(error, "code", None) or code_of(error)),
        "title": HTTPStatus(status).phrase,
        "status": status,
    }
    if isinstance(error, exceptions.ValidationError):
        body["detail"] = "The request has errors."
        body["errors"] = list(field_errors(error.detail, ""))
    else:
        body["detail"] = str(error.detail)
    return body


def code_of(error: exceptions.APIException) -> str:
    return (
        "invalid" if isinstance(error, exceptions.ValidationError) else error.default_code.replace("_", "-")
    )


def field_errors(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Flat list of what is wrong where; `pointer` is a JSON pointer into the request's body."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            where = pointer if name == "non_field_errors" else f"{pointer}/{name}"
            yield from field_errors(inner, where)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from field_errors(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}
