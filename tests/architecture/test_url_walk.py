"""Every page, fragment and endpoint is asked as a stranger, as another pool's agent, and without the permission.

The table of addresses is walked, so that a new page cannot forget it: one without sample values in `addresses.py`
fails here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.permissions import CODES, SCOPES
from tests.architecture.addresses import ADDRESSES, Address
from tests.architecture.headers import lacking
from tests.architecture.public import PUBLIC
from tests.architecture.world import MARK, World, person
from tests.factories.accounts import api_token

SESSION_COOKIE = settings.SESSION_COOKIE_NAME
WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
BOOKKEEPING = re.compile(
    r'"(accounts_websession|accounts_apitoken)"'
)  # the session's end, the token's last use
HIDDEN = {401, 403, 404, 405}


@dataclass(frozen=True)
class Entry:
    """A line of the address table: its name with name spaces, its parameters, the methods it knows."""

    name: str
    parameters: frozenset[str]
    methods: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")


def walk(patterns: Any, spaces: tuple[str, ...] = (), taken: frozenset[str] = frozenset()) -> Iterator[Entry]:
    for pattern in patterns:
        parameters = taken | set(pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, inner, parameters)
        elif isinstance(pattern, URLPattern):
            name = ":".join([*spaces, pattern.name or f"(no name: {pattern.pattern})"])
            actions = getattr(pattern.callback, "actions", None)
            methods = tuple(sorted(method.upper() for method in actions)) if actions else ("GET", "POST")
            yield Entry(name, parameters, methods)


ENTRIES = list(walk(get_resolver().url_patterns))
GUARDED = [entry for entry in ENTRIES if entry.name not in PUBLIC]
KNOWN = [entry for entry in GUARDED if entry.name in ADDRESSES]
named = pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.name)


class Asker:
    """Somebody at a browser or behind the API."""

    def __init__(self, user: Any = None, *, scopes: Any = ()) -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {}
        if user is not None:
            self.client.force_login(user)
            self.headers = {"authorization": f"Bearer {api_token(user, *scopes, token=f'of-{user.pk}')}"}

    def anew(self) -> "Asker":
        """The same person as just signed in, whatever was done to the browser since."""
        fresh = Asker()
        fresh.client.cookies[SESSION_COOKIE] = self.client.cookies[SESSION_COOKIE].value
        fresh.headers = self.headers
        return fresh

    def ask(self, entry: Entry, address: Address, world: World, method: str) -> Any:
        path = reverse(entry.name, kwargs=address.values(world))
        if not entry.is_api:
            if method == "GET":
                return self.client.get(path, address.query(world))
            return self.client.post(path, address.body)
        headers = self.headers | {"if-match": '"1"'}
        api = Client()
        if method == "GET":
            return api.get(path, address.query(world), headers=headers)
        return api.generic(
            method, path, json.dumps(address.body), content_type="application/json", headers=headers
        )


class People:
    """Who asks at many addresses, signed in once for all of them."""

    def __init__(self, world: World) -> None:
        brand = world.brand
        needs = {
            (ADDRESSES[entry.name].needs_for(method), ADDRESSES[entry.name].everywhere)
            for entry in KNOWN
            for method in entry.methods
        }
        self.foreign = Asker(person("Foreign", CODES, brand=world.elsewhere))
        self.insiders = {
            everywhere: Asker(person(f"Insider {everywhere}", CODES, brand=brand, everywhere=everywhere))
            for everywhere in (False, True)
        }
        self.without = {
            (code, everywhere): Asker(
                person(
                    f"Without {code} {everywhere}",
                    [one for one in CODES if one != code],
                    brand=brand,
                    everywhere=everywhere,
                )
            )
            for code, everywhere in needs
            if code is not None
        }


@pytest.fixture(scope="module")
def signed_in(built: World, django_db_blocker: Any) -> People:
    with django_db_blocker.unblock():
        return People(built)


def leads_to_door(response: Any) -> bool:
    return response.status_code == 302 and response.url.startswith(reverse("accounts:sign_in"))


def content(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


def test_every_address_has_a_name_and_sample_values():
    assert [entry.name for entry in GUARDED if entry.name not in ADDRESSES] == []


def test_no_sample_is_of_an_address_that_is_gone():
    assert (set(ADDRESSES) | set(PUBLIC)) - {entry.name for entry in ENTRIES} == set()


def test_samples_fill_every_parameter(world):
    wrong = [entry.name for entry in KNOWN if set(ADDRESSES[entry.name].values(world)) != entry.parameters]

    assert wrong == []


@named
def test_stranger_sees_nothing(entry, world):
    """Pages lead to the sign-in, the API answers 401; a wrong method may be said before that."""
    address = ADDRESSES[entry.name]
    statuses = {}
    for method in entry.methods:
        response = Asker().ask(entry, address, world, method)
        assert leads_to_door(response) or response.status_code in HIDDEN, (method, response.status_code)
        assert MARK not in content(response)
        statuses[method] = response.status_code
    assert set(statuses.values()) - {405}


@named
def test_agent_of_another_pool_sees_nothing(entry, signed_in, world):
    """Every permission there is, in another pool: rows answer as if they did not exist, lists are without them."""
    address = ADDRESSES[entry.name]
    foreign = signed_in.foreign.anew()
    statuses = {}
    for method in entry.methods:
        response = foreign.ask(entry, address, world, method)
        statuses[method] = response.status_code
        assert MARK not in content(response), method
        if entry.parameters and response.status_code != 405:
            missing = foreign.ask(entry, address, world.missing(), method)
            assert (response.status_code, content(response)) == (missing.status_code, content(missing))
    if entry.parameters or address.everywhere:
        assert set(statuses.values()) - {405} == {404}, statuses


@named
def test_agent_without_the_permission_is_refused(entry, signed_in, world):
    """Everything but the one permission, in the right brand."""
    address = ADDRESSES[entry.name]
    wanted = {method: address.needs_for(method) for method in entry.methods}
    statuses = {}
    for method, code in wanted.items():
        if code is None:
            continue
        response = signed_in.without[code, address.everywhere].anew().ask(entry, address, world, method)
        statuses[method] = response.status_code
        if entry.parameters or method != "GET":
            assert response.status_code in HIDDEN, (method, response.status_code)
        else:
            assert MARK not in content(response)
    assert not statuses or set(statuses.values()) - {405}


@pytest.mark.parametrize("entry", [entry for entry in KNOWN if entry.is_api], ids=lambda entry: entry.name)
def test_token_without_the_scope_is_refused(entry, world):
    """The person may, the token may not."""
    address = ADDRESSES[entry.name]
    for method in entry.methods:
        code = address.needs_for(method)
        if code is None:
            continue
        user = person(f"Person {method}", CODES, brand=world.brand, everywhere=True)
        asker = Asker(user, scopes=[one for one in SCOPES if one != code])
        assert asker.ask(entry, address, world, method).status_code in (403, 405), method


@named
def test_who_may_gets_an_answer_and_get_changes_nothing(entry, signed_in, world):
    """The other tests mean nothing when an address answers nobody. And mail scanners follow links."""
    address = ADDRESSES[entry.name]
    if address.own or "GET" not in entry.methods:
        return
    asker = signed_in.insiders[address.everywhere].anew()
    with CaptureQueriesContext(connection) as queries:
        response = asker.ask(entry, address, world, "GET")

    assert response.status_code in (200, 302, 304, 405), response.status_code
    assert not leads_to_door(response)  # signed in once for all addresses, and still so
    assert lacking(response) == []
    assert "no-store" in response["Cache-Control"] or "private" in response["Cache-Control"]
    writes = [one["sql"] for one in queries if WRITE.match(one["sql"]) and not BOOKKEEPING.search(one["sql"])]
    assert writes == []
