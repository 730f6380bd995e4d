"""Icons as inline SVG, from the file the front-end build wrote. Read once; nothing of node_modules is needed."""

import functools
import json
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


class IconMissing(Exception):
    """The icon is not in the build: write its name in a template or in frontend/icons.txt, then `npm run build`."""


@functools.cache
def shapes() -> dict[str, str]:
    path = Path(settings.BASE_DIR) / "frontend" / "dist" / "icons.json"
    if not path.exists():
        raise IconMissing(f"{path} is missing: run `npm ci && npm run build`.")
    loaded: dict[str, str] = json.loads(path.read_text())
    return loaded


# By type too: the same text is another label when it is marked safe.
@functools.lru_cache(maxsize=1024, typed=True)
def svg(name: str, classes: str = "", label: str = "") -> SafeString:
    """An icon of the current text colour, 16 px unless `classes` says else; decoration if unlabelled."""
    try:
        shape = shapes()[name]
    except KeyError:
        raise IconMissing(
            f"Icon {name!r} is not built: name it in a template or in frontend/icons.txt, then run `npm run build`."
        ) from None
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        ' stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        classes,
        meaning,
        mark_safe(shape),  # our own build's output, never a person's
    )
