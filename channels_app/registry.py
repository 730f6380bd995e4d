"""The kinds there are: one line each. An adapter and its way out are imported when first used."""

from functools import cache

from django.utils.module_loading import import_string

from channels_app.kinds.base import Adapter

ADAPTERS = {
    "email": "channels_app.kinds.email.adapter.EmailAdapter",
}


@cache
def adapter_for(kind: str) -> Adapter:
    """The adapter of a kind. LookupError for a kind that crosses no border (a phone call logged by hand)."""
    adapter: Adapter = import_string(ADAPTERS[kind])()
    return adapter
