"""Named points at which a test may have the process die, as a power cut would: no clean-up, no answer.

`CARECENTER_FAULT=after_claim` with `CARECENTER_FAULT_MARK=/path` dies at the first pass of that point and leaves the
mark, so that the process that is started again lives. Without both variables a point costs one comparison.
"""

import os
from pathlib import Path

_NAME = os.environ.get("CARECENTER_FAULT", "")
_MARK = os.environ.get("CARECENTER_FAULT_MARK", "")
EXIT_CODE = 86


def point(name: str) -> None:
    """Die here, once, when a test asked for it."""
    if name != _NAME or not _MARK:
        return
    try:
        Path(_MARK).open("x").close()
    except FileExistsError:
        return
    os._exit(EXIT_CODE)
