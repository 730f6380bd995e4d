"""The exports that can be read, by their names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from channels_app.importing import chatwoot, freshdesk, sheet, zammad, zendesk
from channels_app.importing.rows import Row
from tickets import history

READERS: Final[Mapping[str, Callable[[Sequence[Path]], Iterator[Row]]]] = {
    history.ZENDESK: zendesk.read,
    history.FRESHDESK: freshdesk.read,
    history.CHATWOOT: chatwoot.read,
    history.ZAMMAD: zammad.read,
    history.CSV: sheet.read,
}
