"""What a screen can do, a program can do: by an operation of the API, or there is a reason why not."""

import inspect
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.equals import EQUALS, PUBLIC_SPACES

WRITES = {"post", "patch"}


def named(patterns: Any, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from named(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield ":".join([*spaces, pattern.name or ""]), pattern.callback


def takes_post(view: Any) -> bool:
    """By the decorator that names its methods; one that names none takes all."""
    while view is not None:
        methods = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if methods is not None:
            return "POST" in methods
        view = getattr(view, "__wrapped__", None)
    return True


VIEWS = list(named(get_resolver().url_patterns))
OPERATIONS = {name: set(view.actions) for name, view in VIEWS if hasattr(view, "actions")}
ONLY_READ = {"moved", "tickets:composer", "chat:lines"}  # name their methods in the view itself


def test_every_change_on_a_screen_is_an_operation_of_the_api_or_says_why_not():
    changing = {
        name
        for name, view in VIEWS
        if not name.startswith(("api:", *PUBLIC_SPACES)) and name not in ONLY_READ and takes_post(view)
    }
    assert sorted(changing - set(EQUALS)) == [], "give these a line in equals.py"
    assert sorted(set(EQUALS) - changing) == [], "these are gone, or change nothing"


def test_operations_that_are_named_as_equals_are_there_and_write():
    for page, equal in EQUALS.items():
        for name in equal.split() if equal.startswith("api:") else ():
            assert OPERATIONS[name] & WRITES, (page, name)
