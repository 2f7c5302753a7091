"""Progress of a sweep: done, failed and left, how fast it goes and how long it will take."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

from sim.progress import MINUTE, told

BETWEEN_LINES = 10.0
"""Seconds between lines where nobody watches a terminal."""


class Watch:
    """Tells how far a sweep is: on one line of a terminal, or as lines from time to time."""

    def __init__(self, of: int, done: int) -> None:
        """Begin.

        Args:
            of: runs of the study.
            done: those that were finished before.
        """
        self._of, self._before, self._done, self._failed = of, done, done, 0
        self._began = self._told = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Self:
        if sys.stdout.isatty():
            from rich.progress import BarColumn, Progress, TextColumn

            from sim.terminal import console

            self._bar = Progress(BarColumn(), TextColumn("{task.description}"), console=console())
            self._bar.add_task(self.line(), total=self._of, completed=self._done)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last state to be read."""
        if self._bar is not None:
            self._bar.stop()
        else:
            self.say(self.line())

    def more(self, of: int) -> None:
        """The study has more runs than were known of at first."""
        self._of = of

    def settled(self, done: int, failed: int) -> None:
        """So many runs more are finished, and so many have failed."""
        self._done += done
        self._failed += failed
        if self._bar is not None:
            self._bar.update(0, completed=self._done + self._failed, total=self._of, description=self.line())
        elif time.monotonic() - self._told > BETWEEN_LINES:
            self._told = time.monotonic()
            self.say(self.line())

    def line(self) -> str:
        """How far it is."""
        left = self._of - self._done - self._failed
        text = f"{self._done:,} done, {self._failed:,} failed, {left:,} left"
        settled, seconds = self._done - self._before + self._failed, time.monotonic() - self._began
        if settled and left:
            text += f"; {settled / seconds * MINUTE:,.1f} runs a minute; about {told(left * seconds / settled)} to go"
        return text

    def say(self, text: str) -> None:
        """A line for whoever watches."""
        if self._bar is not None:
            self._bar.console.print(text, highlight=False, markup=False)
        else:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
