"""Steps of setting up: each is derived from what is there, so that it can never say what is not so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """`fact` is what is there, shown when it is done; `text` what to do, until then. `url` leads to where.

    `panel` is the address of a fragment that says more and goes on by itself.
    """

    code: str
    title: str
    text: str
    is_done: bool
    url: str = ""
    action: str = ""
    fact: str = ""
    panel: str = ""
