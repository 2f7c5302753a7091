"""What ``--detail`` may ask for: ``groups``, ``councils``, ``months``, or crossings such as ``role,service``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.problems import COMMAND_LINE, Problem, ScenarioError, nearest_name, printable

GROUPS = "groups"
"""Asks for the groups of people, each by itself, in the monthly tables."""
COUNCILS = "councils"
"""Asks for services and client groups of every council, which are three series in four."""
MONTHS = "months"
"""Asks for the monthly table however long it is."""
WHOLE_WORDS = (GROUPS, COUNCILS, MONTHS)
PLACE_DIMENSIONS = ("region", "council", "service", "sector", "role", "size")
"""What posts have too, so that vacancies can be crossed by them."""
PERSON_DIMENSIONS = (
    "age", "gender", "ethnicity", "nationality", "visa", "experience", "tenure", "contract", "distance",
    "household",
)  # fmt: skip
DIMENSIONS = (*PLACE_DIMENSIONS, *PERSON_DIMENSIONS)
MOST_DIMENSIONS = 4


class Detail(NamedTuple):
    """What was asked for."""

    groups: bool = False
    councils: bool = False
    months: bool = False
    crossings: tuple[tuple[str, ...], ...] = ()
    """Each a crossing of dimensions, in the order in which they were named."""

    def told(self) -> list[str]:
        """The same in the words in which it is asked for."""
        words = {GROUPS: self.groups, COUNCILS: self.councils, MONTHS: self.months}
        return [*map(crossing_name, self.crossings), *(word for word, asked in words.items() if asked)]


def parse_detail(asked: str | Sequence[str]) -> Detail:
    """Read what was asked for; ScenarioError says everything that cannot be had."""
    texts = [asked] if isinstance(asked, str) else list(asked)
    problems: list[Problem] = []
    crossings: list[tuple[str, ...]] = []
    words = {text.strip() for text in texts}
    for text in texts:
        if text.strip() in WHOLE_WORDS:
            continue
        names = tuple(name.strip() for name in text.split(","))
        found = [*_unknown(names), *_repeated(names)]
        problems += found
        if not found and names not in crossings:
            crossings.append(names)
    if problems:
        raise ScenarioError(problems)
    return Detail(GROUPS in words, COUNCILS in words, MONTHS in words, tuple(crossings))


def crossing_name(dimensions: Sequence[str]) -> str:
    """A crossing as it is written."""
    return ",".join(dimensions)


def _unknown(names: tuple[str, ...]) -> list[Problem]:
    words, others = ([name for name in names if (name in WHOLE_WORDS) == whole] for whole in (True, False))
    if words and {*others} <= {*DIMENSIONS}:
        found = f"{crossing_name(names)!r} crosses what cannot be crossed"
        each = " ".join(f"--detail {one}" for one in (*words, crossing_name(others)) if one)
        return [Problem(COMMAND_LINE, 0, "--detail", found, f"each by itself: {each}")]
    return [
        Problem(
            COMMAND_LINE, 0, "--detail", f"{printable(name)!r} is no dimension",
            f"{', '.join(WHOLE_WORDS)}, or dimensions with commas between them: {', '.join(DIMENSIONS)}",
            nearest_name(name, (*DIMENSIONS, *WHOLE_WORDS)),
        )
        for name in others
        if name not in DIMENSIONS
    ]  # fmt: skip


def _repeated(names: tuple[str, ...]) -> list[Problem]:
    written = printable(crossing_name(names))
    if len(set(names)) < len(names):
        return [Problem(COMMAND_LINE, 0, "--detail", f"{written!r} names a dimension twice", "each dimension once")]
    if len(names) > MOST_DIMENSIONS:
        found = f"{written!r} crosses {len(names)} dimensions"
        return [Problem(COMMAND_LINE, 0, "--detail", found, f"at most {MOST_DIMENSIONS} dimensions in one crossing")]
    return []
