"""Progress on the terminal, with an estimate of the time left; plain lines where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

MINUTE = 60.0


class Silent:
    """Says nothing: for runs from Python."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to clear away."""

    def advance(self, months: int = 1) -> None:
        """So many months are simulated."""

    def skip(self, months: int) -> None:
        """So many months were simulated at another time."""

    def say(self, text: str) -> None:
        """A line for whoever watches."""

    def tell(self, text: str) -> None:
        """Something for whoever watches that is no step of the work."""


class Lines(Silent):
    """A line for each thing said, with the time left once it can be told."""

    def __init__(self, months: int) -> None:
        self.months, self.done = months, 0
        self.began = time.perf_counter()

    def advance(self, months: int = 1) -> None:
        """So many months are simulated."""
        self.done += months

    def skip(self, months: int) -> None:
        """So many months were simulated at another time: they say nothing about how long the others take."""
        self.months -= months

    def say(self, text: str) -> None:
        """A line for whoever watches."""
        left = ""
        if 0 < self.done < self.months:
            seconds = (time.perf_counter() - self.began) / self.done * (self.months - self.done)
            left = f"; about {told(seconds)} left"
        self.tell(f"{text}{left}")

    def tell(self, text: str) -> None:
        """Something for whoever watches that is no step of the work."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


class Bar(Silent):
    """A bar with the time left."""

    def __init__(self, months: int) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        from sim.terminal import console

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
        self._bar: Any = Progress(
            *columns, TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(), console=console()
        )
        self._total = months
        self._task = self._bar.add_task("simulating", total=months)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()

    def advance(self, months: int = 1) -> None:
        """So many months are simulated."""
        self._bar.advance(self._task, months)

    def skip(self, months: int) -> None:
        """So many months were simulated at another time: the bar gets shorter."""
        self._total -= months
        self._bar.update(self._task, total=self._total)

    def say(self, text: str) -> None:
        """A line above the bar."""
        self.tell(text)

    def tell(self, text: str) -> None:
        """The same."""
        self._bar.console.print(text, highlight=False, markup=False)


def told(seconds: float) -> str:
    """A length of time in words."""
    if seconds < MINUTE:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / MINUTE:.0f} min" if seconds >= 10 * MINUTE else f"{seconds / MINUTE:.1f} min"


def watched(months: int) -> Silent:
    """A bar on a terminal, lines elsewhere."""
    return Bar(months) if sys.stdout.isatty() else Lines(months)


Watch = bool | Callable[[int], Silent]
"""Whether to show progress; or what makes, of the number of months ahead, whatever shows it."""


def shown(watch: Watch, months: int) -> Silent:
    """What shows progress, if anything does."""
    if callable(watch):
        return watch(months)
    return watched(months) if watch else Silent()
