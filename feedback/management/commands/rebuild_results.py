"""`manage.py rebuild_results`: add up anew what customers answered, from nothing."""

import time
from typing import Any

from carecenter.lib.commands import QuickCommand
from feedback.domain import summing
from feedback.models import SumProgress


class Command(QuickCommand):
    help = (
        "Throw the sums of what customers answered away and add them up anew. The results stay right meanwhile, only "
        "slower; a run that was stopped is finished by the worker."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        begun = said = time.monotonic()
        summing.forget()
        while not summing.is_done():
            if not summing.step():
                time.sleep(0.1)  # a worker is at it
            if time.monotonic() - said > 5:
                said = time.monotonic()
                self.stdout.write(f"  until {SumProgress.objects.get(pk=1).until}")
        self.stdout.write(f"added up in {time.monotonic() - begun:.0f} s")
