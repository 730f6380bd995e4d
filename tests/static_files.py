"""The static files are looked up once a process, not by every browser of a test.

Each of Django's test clients makes its own middleware, and WhiteNoise's looks at hundreds of files when it is made.
"""

from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware

_look_up = WhiteNoiseMiddleware.add_files_from_finders
_known: dict[tuple[Any, ...], dict[str, Any]] = {}


def add_known_files(self: Any) -> None:
    """As many dictionaries as there are settings of it that tests change."""
    made_from = (self.static_prefix, self.static_root, settings.STORAGES["staticfiles"]["BACKEND"])
    if made_from not in _known:
        _look_up(self)
        _known[made_from] = dict(self.files)
    self.files.update(_known[made_from])


def install() -> None:
    WhiteNoiseMiddleware.add_files_from_finders = add_known_files
