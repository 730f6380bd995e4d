"""How an address is described for the walk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.architecture.world import World

Values = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Address:
    """`needs`: the permission of all methods, or one each; None where being signed in is enough.

    `values`: of the address's parameters. `query`: what a page is asked with, to try its filters on foreign rows.
    `everywhere`: only for who has the permission in all brands. `own`: of the person alone.
    """

    needs: str | dict[str, str] | None = None
    values: Values = lambda _world: {}
    query: Values = lambda _world: {}
    everywhere: bool = False
    own: bool = False
    body: dict[str, Any] = field(default_factory=dict)

    def needs_for(self, method: str) -> str | None:
        return self.needs.get(method) if isinstance(self.needs, dict) else self.needs


def of(name: str, parameter: str = "pk", **more: Any) -> Values:
    """The address of one row of the world: `of("ticket")` gives {"pk": its id}."""
    return lambda world: {parameter: world[name], **more}


def ticket_page(code: str, **more: Any) -> Address:
    return Address(code, of("ticket"), **more)


def article_page(code: str | dict[str, str], **more: Any) -> Address:
    """Of an article in one language."""
    return Address(code, of("article", language="en"), **more)


def version_page(code: str) -> Address:
    return Address(code, of("article", language="en", number=1))


def customer_page(code: str, name: str = "customer", **more: Any) -> Address:
    return Address(code, of(name), **more)
