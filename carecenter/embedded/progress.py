"""What a person sees while a start takes its time: a line per step, and a running clock on a terminal."""

import os
import shutil
import sys
import time


class Progress:
    """Prints to stderr, so that the output of a command stays its own."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._live = sys.stderr.isatty() and os.environ.get("TERM", "") != "dumb"
        self._drawn = 0.0

    def begin(self, step: str) -> None:
        self._begun[step] = time.monotonic()
        if self._live:
            self.tick()
        else:
            self._print(f"{step} …")

    def end(self, step: str) -> None:
        seconds = time.monotonic() - self._begun.pop(step)
        self._clear()
        self._print(f"{step}: {seconds:.1f} s")

    def tick(self) -> None:
        """Redraw the running clock; call it as often as you like."""
        now = time.monotonic()
        if not self._live or not self._begun or now - self._drawn < 0.2:
            return
        self._drawn = now
        text = ", ".join(f"{step} … {now - begun:.0f} s" for step, begun in self._begun.items())
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\x1b[K{text[:width]}")
        sys.stderr.flush()

    def say(self, text: str) -> None:
        self._clear()
        self._print(text)

    def abandon(self) -> None:
        """Forget the steps that run, because an error ends them."""
        self._clear()
        self._begun.clear()

    def _clear(self) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[K")

    @staticmethod
    def _print(text: str) -> None:
        # A terminal that has gone away must not keep us from stopping our children.
        try:
            print(text, file=sys.stderr, flush=True)  # noqa: T201
        except OSError:
            pass
