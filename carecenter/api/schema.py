"""OpenAPI 3.1 of the API, at /api/v1/schema/: what the endpoints do not say themselves."""

import functools
import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer, inline_serializer
from rest_framework import serializers

S = TypeVar("S")
PROBLEM = {
    "type": "object",
    "description": "An error, as RFC 9457 has it.",
    "properties": {
        "type": {"type": "string", "description": "What kind of error, for machines."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "What is wrong where, for 400.",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the body, or /name of a parameter.",
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["pointer", "code", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Any text of yours: the same request with the same key within 24 hours has one effect, one answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "The ETag of what you read.",
    "schema": {"type": "string"},
}
ALWAYS = ("401", "403", "429", "500", "503")


@functools.cache
def page_of(row: type[serializers.BaseSerializer[Any]]) -> serializers.Serializer[Any]:
    """What a list of such rows answers, for the schema."""
    name = row.__name__.removesuffix("Shown") + "Page"
    return inline_serializer(
        name,
        {
            "results": row(many=True),
            "next": serializers.URLField(allow_null=True, help_text="The next page; null on the last."),
        },
    )


def example(body: dict[str, Any]) -> Callable[[S], S]:
    """A body to begin with, on the serializer that reads it."""
    decorated: Any = extend_schema_serializer(
        examples=[OpenApiExample("example", value=body, request_only=True)]
    )
    return decorated


class Bearer(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class Described(AutoSchema):
    """The summary is the first line of a docstring; what is shown has the noun's plain name."""

    def _get_serializer_name(self, *args: Any, **kwargs: Any) -> str:
        name: str = super()._get_serializer_name(*args, **kwargs)
        return name.removesuffix("Shown")

    def _is_list_view(self, *args: Any, **kwargs: Any) -> bool:
        return False  # lists answer a page, an object like any other

    def get_operation_id(self) -> str:
        action = getattr(self.view, "action", "download")
        action = "list" if action.startswith("of_") else action
        tokens = self._tokenize_path()
        return "_".join(tokens if tokens[-1] == action else [*tokens, action])

    def get_summary(self) -> str | None:
        described = self.get_description().strip()
        return described.splitlines()[0].rstrip(".") if described else None


def tell_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook: every operation's errors, headers and strict bodies."""
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {
        "Problem": {
            "description": "An error.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for address, operations in result["paths"].items():
        for method, operation in operations.items():
            tell_operation(address, method, operation)
            for body in operation.get("requestBody", {}).get("content", {}).values():
                close(body["schema"], components["schemas"])
    return result


def tell_operation(address: str, method: str, operation: dict[str, Any]) -> None:
    codes = set(ALWAYS)
    extra: list[dict[str, Any]] = []
    if "{" in address:
        codes.add("404")
    if operation.get("parameters") or method != "get":
        codes.add("400")
    if method in ("post", "patch"):
        codes |= {"409", "413", "415"}
    if method == "post":
        codes.add("422")
        if operation.get("security") != [{"signature": []}]:
            extra.append(KEY)
    if method == "patch":
        codes |= {"412", "428"}
        extra.append(IF_MATCH)
    if extra:
        operation["parameters"] = [*operation.get("parameters", []), *extra]
    for code in sorted(codes):
        operation["responses"].setdefault(code, {"$ref": "#/components/responses/Problem"})


def close(schema: dict[str, Any], known: dict[str, Any]) -> None:
    """A body has no other names than these (`carecenter.api.fields.Input`)."""
    if reference := schema.get("$ref"):
        schema = known[reference.rpartition("/")[2]]
    if schema.get("additionalProperties") is False:
        return
    if schema.get("type") == "object" and "properties" in schema:
        schema["additionalProperties"] = False
        for inner in schema["properties"].values():
            close(inner, known)
    elif schema.get("type") == "array":
        close(schema["items"], known)


@functools.cache
def document() -> bytes:
    schema = SchemaGenerator(urlconf="carecenter.api.urls", api_version="1").get_schema(
        request=None, public=True
    )
    return json.dumps(schema, ensure_ascii=False, indent=1, default=str).encode()


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Open to everybody: it says what the product can do, nothing of what an installation holds."""
    return HttpResponse(document(), content_type="application/vnd.oai.openapi+json;version=3.1")
