"""`manage.py rebuild_facts`: count everything anew, from nothing."""

import time
from typing import Any

from carecenter.lib.commands import QuickCommand
from insights.domain import building
from insights.models import Progress

TICKETS = 5000


class Command(QuickCommand):
    help = (
        "Throw the counted numbers away and count them anew from the journal. The dashboard fills as it goes on; "
        "a run that was stopped is finished by the worker."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        begun = said = time.monotonic()
        building.forget()
        while not building.is_done():
            if not building.step(tickets=TICKETS):
                time.sleep(0.1)  # a worker is at it
            if time.monotonic() - said > 5:
                said = time.monotonic()
                share = building.share_done(Progress.objects.get(pk=1))
                self.stdout.write(f"  {100 * share:.0f} %" if share is not None else "  the latest")
        self.stdout.write(f"counted in {time.monotonic() - begun:.0f} s")
