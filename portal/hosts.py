"""Brands at their own hosts: `help.shop.example/` is what `/help/BRAND/` is at ours; the desk is not there."""

import re
import time
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import URLResolver, get_resolver, include, path

from accounts.models import Brand
from portal.views.help import robots

OURS = {"localhost", "127.0.0.1", "[::1]", "testserver"}
KEPT_SECONDS = 20.0
# What belongs to colleagues, and to whoever tries the program out.
DESK = re.compile(r"/(?:desk|admin-desk|insights|metrics|accounts|demo)(?:/|$)")
_HELP = re.compile(r"/help/([^/]*)")


class Hosts:
    """Which host is which brand's: read now and then, so that no page pays for it."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.until = 0.0

    def brand_at(self, host: str) -> str:
        """The slug; "" for our own host and for one that is nobody's."""
        if host in OURS or host == host_of(settings.PUBLIC_BASE_URL):
            return ""
        if time.monotonic() >= self.until:
            rows = Brand.objects.exclude(public_base_url="").values_list("public_base_url", "slug")
            self.known = {host_of(url): slug for url, slug in rows}
            self.until = time.monotonic() + KEPT_SECONDS
        return self.known.get(host, "")

    def forget(self) -> None:
        self.until = 0.0


hosts = Hosts()


def host_of(url: str) -> str:
    return split_domain_port(urlsplit(url).netloc.lower())[0]


def brand_of(request: HttpRequest) -> str:
    """The slug of the brand whose own host was asked, else ""."""
    try:
        return hosts.brand_at(split_domain_port(request.get_host().lower())[0])
    except DisallowedHost:
        return ""


def is_elsewhere(path: str, slug: str) -> bool:
    """Is it a page of colleagues, or of another brand?"""
    other = _HELP.match(path)
    return bool(DESK.match(path)) or (other is not None and other[1] != slug)


@lru_cache(maxsize=256)
def addresses_at(slug: str) -> Any:
    """All addresses as a brand's host has them: its help at the root, the long form too, and the rest behind it.

    The rest is there so that our own error pages find the names they use; `middleware` answers for none of the desk.
    """
    everything = get_resolver(settings.ROOT_URLCONF)
    own = [at_root(everything, name, slug) for name in ("my", "help") if name in everything.namespace_dict]
    table = import_module(settings.ROOT_URLCONF)
    return Addresses(urlpatterns=[*own, *table.urlpatterns], handler404=table.handler404)


def at_root(everything: URLResolver, name: str, slug: str) -> URLResolver:
    """The addresses of a name space below /help/BRAND/, without that and with it."""
    resolvers = [one for one in everything.url_patterns if isinstance(one, URLResolver)]
    found = next(one for one in resolvers if one.namespace == name)
    root = str(found.pattern).removeprefix("help/<slug:brand>/")
    patterns = found.url_patterns
    short = [*patterns, path("robots.txt", robots, name="robots")] if name == "help" else patterns
    # Of two forms Django builds the later one, where it can: the short one.
    both = [path(str(found.pattern), include(patterns)), path(root, include(short), {"brand": slug})]
    return path("", include((both, name)))


@dataclass(frozen=True, eq=False)
class Addresses:
    """A table of addresses, told from others by being itself."""

    urlpatterns: list[Any]
    handler404: Any
