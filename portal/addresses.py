"""Addresses of the help centre: short on a brand's own host, with the language in them unless it is the brand's."""

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from accounts.models import Brand


def address(brand: Brand, name: str, language: str = "", **values: Any) -> str:
    """The path of `help:name` as this request's host has it."""
    if language and language != brand.language:
        values["language"] = language
    return reverse(f"help:{name}", kwargs={"brand": brand.slug, **values})


def address_of(brand: Brand, name: str) -> str:
    """Of a page that may not be there: "" then. `name` with its name space."""
    try:
        return reverse(name, kwargs={"brand": brand.slug})
    except NoReverseMatch:
        return ""


def whole(brand: Brand, path: str) -> str:
    """The one address of a page in the world: at the brand's own host if it has one, else at ours."""
    long = f"/help/{brand.slug}/"
    if brand.public_base_url:
        short = "/" + path.removeprefix(long) if path.startswith(long) else path
        return brand.public_base_url.rstrip("/") + short
    if path.startswith(("/help/", "/f/", "/s/", "/static/")):
        return settings.PUBLIC_BASE_URL.rstrip("/") + path
    return settings.PUBLIC_BASE_URL.rstrip("/") + long + path.lstrip("/")
