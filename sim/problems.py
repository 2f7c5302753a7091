"""What is wrong with an input, said so that a person can put it right: place, finding, expectation, nearest name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

COMMAND_LINE = "command line"
"""Stands where a file name would, for values given as options."""
SHOWN_CHARACTERS = 60
"""Longest piece of somebody's input that is repeated in a message."""
LETTERS_OF_A_WORD = 4
"""Shorter pieces occur in too many names to tell which was meant."""
NAMES_LISTED = 12
"""Longest list of valid names printed in full."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place. ``line`` counts from 1; 0 says that no line can be named."""

    file: str
    line: int
    field: str
    found: str
    expected: str
    nearest: str | None = None

    def __str__(self) -> str:
        file = self.file if self.file.isprintable() else repr(self.file)
        place = f"{file}:{self.line}" if self.line else file
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{place}: {self.field}: {self.found}; expected {self.expected}{hint}"


class ScenarioError(Exception):
    """Everything wrong with the scenario, not only the first thing."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems), key=lambda each: (each.file, each.line, each.field))
        super().__init__("\n".join(str(each) for each in self.problems))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[Problem]]]:
        """Between processes the problems are sent; made anew of its text alone, as exceptions are, it would fail."""
        return type(self), (self.problems,)


def nearest_name(name: object, candidates: Iterable[str]) -> str | None:
    """The candidate most like ``name``, if any comes close; case, spaces, dashes and underscores do not matter."""
    if not isinstance(name, str):
        return None
    by_plain_form = {_plain_form(candidate): candidate for candidate in candidates}
    close = difflib.get_close_matches(_plain_form(name), by_plain_form, n=1)
    if not close and len(name) >= LETTERS_OF_A_WORD:
        close = [candidate for candidate in by_plain_form if _plain_form(name) in candidate]
    return by_plain_form[close[0]] if len(close) == 1 else None


def _plain_form(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


def one_of(names: Iterable[str], kind: str) -> str:
    """``one of a, b, c``, or only how many there are if that would fill the screen."""
    listed = list(names)
    if len(listed) > NAMES_LISTED:
        return f"the name of one of the {len(listed)} {kind}"
    return "one of " + ", ".join(listed)


def describe(value: object) -> str:
    """What was found, in words that fit on a line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"text {_shortened(repr(value))}"
    if isinstance(value, (dict, list, tuple)):
        kind = "a mapping" if isinstance(value, dict) else "a list"
        return f"{kind} of {len(value)}" if value else f"an empty {kind.removeprefix('a ')}"
    return _shortened(str(value))


def printable(text: str) -> str:
    """The text if it is harmless to print on one line, else its escaped form."""
    return _shortened(text) if text.isprintable() else _shortened(repr(text))


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."
