"""The kinds there are: one line each. What a kind is, it says in its `about.py`; its adapter is loaded when used."""

from functools import cache

from django.utils.module_loading import import_string

from carecenter.lib import kinds
from channels_app.kinds.base import About, Adapter

KINDS = (
    "channels_app.kinds.email",
    "channels_app.kinds.webchat",
    "channels_app.kinds.form",
    "channels_app.kinds.api",
    "channels_app.kinds.portal",
)  # fmt: skip


@cache
def abouts() -> dict[str, About]:
    found: list[About] = [import_string(f"{package}.about.ABOUT") for package in KINDS]
    return {about.kind.code: about for about in found}


def register_kinds() -> None:
    """Tell everybody below what there is; called once when the app is ready."""
    kinds.register(*(about.kind for about in abouts().values()))


def about(kind: str) -> About:
    """LookupError for a kind that crosses no border (a phone call logged by hand)."""
    return abouts()[kind]


@cache
def adapter_for(kind: str) -> Adapter:
    """The adapter of a kind. LookupError for a kind that crosses no border (a phone call logged by hand)."""
    adapter: Adapter = import_string(about(kind).adapter)()
    return adapter
