"""How much a page may make a phone load: gzipped sizes of what the build wrote."""

import gzip
import sys
from pathlib import Path

DIST = Path(__file__).resolve().parent.parent / "frontend" / "dist"
LIMITS_KB = {
    "app.css": 31,
    "core.js": 90,
    "composer.js": 40,
    "articles.js": 42,
    "articles.css": 7,
    "form.js": 2,
    "widget.js": 4,
    "help.css": 10,
    "help.js": 4,
    "survey.css": 3,
    "insights.js": 2,
    "insights-charts.js": 210,
    "insights-wall.js": 2,
}
# All that the chat makes a customer's page load, together.
CHAT = ("widget.js", "widget-frame.js", "widget-look.css")
CHAT_KB = 60


def main() -> int:
    too_big = False
    for name, limit in LIMITS_KB.items():
        found = sorted(DIST.rglob(name))
        if not found:
            print(f"{name}: missing in {DIST.relative_to(DIST.parent.parent)}")
            too_big = True
        for file in found:
            size = len(gzip.compress(file.read_bytes(), 9)) / 1000
            print(f"{name}: {size:.1f} of {limit} KB")
            too_big = too_big or size > limit
    chat = sum(len(gzip.compress(file.read_bytes(), 9)) for name in CHAT for file in DIST.glob(name)) / 1000
    print(f"the chat: {chat:.1f} of {CHAT_KB} KB")
    return int(too_big or not 0 < chat <= CHAT_KB)


if __name__ == "__main__":
    sys.exit(main())
