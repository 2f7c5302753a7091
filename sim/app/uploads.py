"""Scenario files that people bring: read as strictly as on the command line, and kept by what they say."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.app.span import END, START
from sim.problems import Problem, ScenarioError
from sim.provenance import fingerprint
from sim.scenario import Scenario, load_scenario
from sim.units import month_name, parse_month

PREFIX = "uploaded-"
KEPT = 100
"""Files that are kept; the oldest is forgotten first, and is brought again by the page that has it."""
OWN = ("baseline", "assumptions", "local_data")
"""Parts of a scenario, beside its levers, by which results would differ."""
SHOWN = "uploaded.yaml"
"""Name of a file in messages."""


class Uploaded(NamedTuple):
    """A file that was brought."""

    source: str
    """Name under which its levers are asked for."""
    name: str
    entries: tuple[dict[str, Any], ...]
    """Levers as the file writes them, each by name."""
    notes: tuple[str, ...]
    """What of the file the page leaves out."""


_kept: OrderedDict[str, Uploaded] = OrderedDict()


def upload(text: str) -> Uploaded:
    """Read a file that was brought, and keep it.

    Raises:
        ScenarioError: with everything that is wrong in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / SHOWN
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            scenario = load_scenario(file)
        except ScenarioError as problem:
            raise ScenarioError(_without_folder(each, folder) for each in problem.problems) from None
    entries, notes = _on_the_page(scenario.resolved()["scenario"]["levers"])
    if not entries:
        expected = f"levers that act between {month_name(START)} and {month_name(END)}"
        raise ScenarioError([Problem(SHOWN, 0, "levers", "none that the page could show", expected)])
    source = PREFIX + fingerprint({"levers": list(entries)})
    found = Uploaded(source, scenario.name, entries, (*_left_out(scenario), *notes))
    _kept[source] = found
    _kept.move_to_end(source)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return found


def _left_out(scenario: Scenario) -> Iterator[str]:
    usual = load_scenario("baseline")
    for name in OWN:
        if getattr(scenario, name) != getattr(usual, name):
            yield f"The page has its own {name}: that of the file is left out."


def _on_the_page(entries: Sequence[Mapping[str, Any]]) -> tuple[tuple[dict[str, Any], ...], list[str]]:
    """Levers as far as they act in the months of the page, and a note on each that does not in all of its months."""
    found, notes = [], []
    for name, body in (pair for entry in entries for pair in entry.items()):
        start, end = parse_month(body["from"]), parse_month(body["to"]) if body.get("to") else END
        if end < START or start > END:
            notes.append(
                f"{name} from {body['from']} is left out: the page shows {month_name(START)} to {month_name(END)}."
            )
            continue
        if start < START:
            notes.append(
                f"{name} acts from {month_name(START)} on here, not from {body['from']}: the past stays as it was."
            )
            left = max(0, body.get("phase_in_months", 0) - (START - start))
            body = body | {"from": month_name(START), "phase_in_months": left} | _clipped(body)
        found.append({name: body})
    return tuple(found), notes


def _clipped(body: Mapping[str, Any]) -> dict[str, Any]:
    """Rates by the month they begin in, for the months of the page: the one in force at its start begins there."""
    if body.get("path") is None:
        return {}
    by_month = sorted((parse_month(month), rate) for month, rate in body["path"].items())
    return {"path": {month_name(max(month, START)): rate for month, rate in by_month}}


def entries_of(source: str) -> tuple[dict[str, Any], ...]:
    """Levers of a file that was brought; KeyError if it is not kept any more."""
    return _kept[source].entries


def _without_folder(problem: Problem, folder: str) -> Problem:
    """The same, without the place where the program put the file."""
    name = problem.file.replace(folder, "").lstrip("/\\")
    return Problem(
        name, problem.line, problem.field, problem.found.replace(folder, ""), problem.expected, problem.nearest
    )
