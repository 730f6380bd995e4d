"""`bin/manage doctor`: the vital signs on a terminal."""

from typing import Any

from django.db import InterfaceError, OperationalError

from carecenter.lib.commands import QuickCommand
from carecenter.lib.vitals import State
from carecenter.vitals import all_vitals, worst

SIGNS = {State.OK: "ok", State.WARNING: "look", State.TROUBLE: "TROUBLE"}


class Command(QuickCommand):
    help = "Say what waits, is stuck or runs out, and what to do. Exit code 1 when something is in trouble."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            found = all_vitals()
        except (InterfaceError, OperationalError) as error:
            self.stderr.write(f"The database does not answer: {str(error).strip()}")
            raise SystemExit(1) from None
        for vital in found:
            self.stdout.write(f"{SIGNS[vital.state]:8}{vital.label}: {vital.shown}")
            if vital.state != State.OK:
                self.stdout.write(f"        {vital.advice}")
        if worst(found) == State.TROUBLE:
            raise SystemExit(1)
