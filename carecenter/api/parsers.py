"""JSON in, read so that nothing in it can surprise what comes after; and JSON out, whatever `Accept` says."""

from collections.abc import Mapping
from typing import IO, Any, ClassVar

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from carecenter.api.problems import Problem
from carecenter.lib import strict_json


class OneForm(DefaultContentNegotiation):
    """What is there has one form only: `Accept` cannot ask for another."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class StrictJSONParser(BaseParser):
    """JSON of limited size, as `carecenter.lib.strict_json` reads it.

    Raises ParseError (400) for what PostgreSQL could not store anyway, Problem 413 for what is too large.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem(413, "too-large", f"A request may have {limit} bytes.")
        try:
            return strict_json.load(body)
        except ValueError as error:
            raise ParseError(str(error)) from None


class BytesParser(BaseParser):
    """The body as it came, up to as many bytes as the setting says. Problem 413 for more."""

    media_type = "application/octet-stream"
    setting: ClassVar[str]

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = getattr(settings, self.setting)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem(413, "too-large", f"A file may have {limit} bytes.")
        return body
