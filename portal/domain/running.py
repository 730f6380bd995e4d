"""Do what a customer asked for, when it is due; whatever goes wrong stands on the row and is tried again."""

import logging
from collections.abc import Callable

from portal.domain import copies, erasure, requests
from portal.models import DataRequest

logger = logging.getLogger(__name__)
WORK: dict[str, Callable[[DataRequest], None]] = {
    DataRequest.Kind.DOWNLOAD: copies.make_copy,
    DataRequest.Kind.ERASURE: erasure.erase,
}


def run(request_id: int) -> None:
    """Once, whoever else tries. Nothing happens to one that is not due."""
    request = requests.claim(request_id)
    if request is None:
        return
    try:
        WORK[request.kind](request)
    except requests.Lost:
        logger.info("data request %s is in other hands", request.pk)
    except Exception as error:  # noqa: BLE001 -- the process edge: it is recorded on the row and tried again
        logger.warning("data request %s failed: %s", request.pk, type(error).__name__)
        requests.note_failure(request, error)
