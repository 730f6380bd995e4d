"""JSON in, read so that nothing in it can surprise what comes after; and JSON out, whatever `Accept` says."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from carecenter.api.problems import Problem
from carecenter.lib import strict_json

CHUNK: Final = 64 * 2**10
IN_MEMORY: Final = 2**20


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
    """The body as it came, up to `most()` bytes. Problem 413 for more."""

    media_type = "application/octet-stream"

    def most(self) -> int:
        raise NotImplementedError

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(self.most() + 1)
        if len(body) > self.most():
            raise self.too_large()
        return body

    def too_large(self) -> Problem:
        return Problem(413, "too-large", f"A file may have {self.most()} bytes.")


@dataclass(frozen=True)
class Received:
    """A body that was too large for memory: on disk while the request lasts."""

    content: IO[bytes]
    size: int
    sha256: str


class FileParser(BytesParser):
    """The same for files of many megabytes: `Received`."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        content = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  gone with the request
        while chunk := stream.read(CHUNK):
            content.write(chunk)
            if content.tell() > self.most():
                content.close()
                raise self.too_large()
        size = content.tell()
        content.seek(0)
        return Received(content, size, hashlib.file_digest(content, "sha256").hexdigest())
