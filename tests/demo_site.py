"""An installation that shows the demo: the settings say so, and the addresses below /demo/ are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import reload
from typing import Any

from django.urls import clear_url_caches, set_urlconf

import carecenter.urls


@contextmanager
def demo_site(settings: Any) -> Iterator[Any]:
    settings.DEMO = True
    rebuild()
    yield settings
    settings.DEMO = False
    rebuild()


def rebuild() -> None:
    reload(carecenter.urls)
    clear_url_caches()
    set_urlconf(None)
