"""Steps of setting up: each is derived from what is there, so that it can never say what is not so."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """`fact` is what is there, shown when it is done; `text` what to do, until then. `url` leads to where.

    `panel` is the address of a fragment that says more and goes on by itself. With `fields` the button posts them to
    `url`. `elsewhere`: done by who starts the processes, so no page waits for it.
    """

    code: str
    title: str
    text: str
    is_done: bool
    url: str = ""
    action: str = ""
    fact: str = ""
    panel: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    elsewhere: bool = False
