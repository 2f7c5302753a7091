"""The tables of the report as an Excel workbook: numbers as numbers, one line for each figure and scenario."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.comparison_tables import said_of_intervals
from sim.money_report import change_rows, meaning
from sim.report.blocks import Block, rows_of
from sim.report.outcomes import said_of_runs
from sim.report.page import command, files
from sim.results import definition_of

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.report.contents import Contents

WIDEST, NARROWEST = 60, 10
HEADING = "FF12436D"
Row = dict[str, Any]


def write_workbook(comparison: Comparison, contents: Contents, path: Path) -> None:
    """Write the workbook."""
    from openpyxl import Workbook

    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    for title, note, rows in _sheets(comparison, contents):
        if rows:
            _write_sheet(book.create_sheet(title), note, rows)
    book.properties.title = f"{', '.join(comparison.others)} compared with {comparison.base}"
    book.properties.creator = "caresim"
    book.save(path)


def _sheets(comparison: Comparison, contents: Contents) -> Iterable[tuple[str, str, list[Row]]]:
    base = comparison.base
    against = f"England. Differences from {base}"
    yield "Findings", "One sentence a scenario, made from the figures", [one._asdict() for one in contents.findings]
    yield "Headlines", f"{against}. {said_of_intervals(comparison)}", _defined(comparison.rows())
    yield "Runs", f"Runs in which an outcome is better than under {base}. {said_of_runs(comparison)}", _runs(contents)
    yield "Each against each", "Runs in which the scenario is better than the other one", _duels(contents)
    pairs = [{**one._asdict(), "factor": one.factor} for one in contents.sharpness]
    yield "Pairs", "Standard errors of differences: in pairs, and as if the runs shared nothing", pairs
    yield "Without funding", f"{against}, with funding and without, {contents.period}", _of(contents.unfunded)
    yield "Packages", f"{against}, together and one by one, {contents.period}", _of(contents.parts)
    yield "Payers in cash", f"{against}, GBP in cash by financial year", _of(contents.cash)
    yield "Payers in real terms", f"{against}, GBP in constant prices by financial year", _of(contents.real)
    yield (
        "Account",
        f"{against}, GBP",
        [{**row, "meaning": meaning(row["item"])} for row in change_rows(comparison.results)],
    )
    costs = [one for one in (contents.unit_costs, contents.savings) if one is not None]
    yield "What it costs", "Public cost of a post and of an hour of need met; savings beside it, GBP", _of(costs)
    yield "Published costings", "None was used by the model", [one._asdict() for one in contents.costings]
    yield "Beside published costings", f"{against}, {contents.period}, GBP", _modelled(contents)
    for heading, blocks in contents.groups.items():
        yield heading.replace(":", ""), f"{against}, {contents.period}", _of(blocks)
    yield (
        "Neighbours",
        f"{against}: councils covered, those that border on them, the rest",
        _of([one.block for one in contents.spillovers]),
    )
    yield "Policies", "Levers as they are set: strength, whom they cover, who pays what they cost", _policies(contents)
    yield "What moves effects", "Parameters with which effects go more closely than chance allows", _grounds(contents)
    law = comparison.results.manifest["baselines"]
    yield (
        "Law",
        "What holds without any policy",
        [
            {"in baseline": name, **{key: entry[key] for key in ("from", "law", "status", "source", "note")}}
            for name, entries in law.items()
            for entry in entries
        ],
    )
    yield "Versions", "What made these results", _versions(comparison)
    yield (
        "Scenarios",
        "Each with every default; the command makes the report again",
        [
            {"scenario": "all", "text": command(comparison)},
            *({"scenario": name, "text": text} for name, text in files(comparison)),
        ],
    )


def _of(blocks: Sequence[Block]) -> list[Row]:
    return [row for block in blocks for row in rows_of(block)]


def _defined(rows: Sequence[Row]) -> list[Row]:
    """Rows with the definition of their indicator."""
    found = []
    for row in rows:
        name = row["indicator"]
        found.append({**row, "definition": "" if name.startswith("change in") else definition_of(name)})
    return found


def _runs(contents: Contents) -> list[Row]:
    names = [finding.scenario for finding in contents.findings]
    return [
        {"outcome": row.says, "scenario": name, "better": one.better, "worse": one.worse, "runs": one.runs}
        for row in contents.tallies
        for name, one in zip(names, row.cells, strict=True)
    ]


def _duels(contents: Contents) -> list[Row]:
    return [
        {"outcome": duel.says, "scenario": name, "other": other, "better": one.better, "worse": one.worse,
         "runs": one.runs}
        for duel in contents.duels
        for name, cells in duel.rows
        for other, one in zip(duel.names, cells, strict=True)
        if one is not None
    ]  # fmt: skip


def _modelled(contents: Contents) -> list[Row]:
    return [
        {"scenario": one.scenario, "policy for": one.covers, "of": of, "change": change.mean, "low": change.low,
         "high": change.high, "runs": change.runs}
        for one in contents.modelled
        for of, change in (("all that payers pay", one.paid), ("public payers", one.public))
    ]  # fmt: skip


def _policies(contents: Contents) -> list[Row]:
    return [{"scenario": one.scenario, **lever._asdict()} for one in contents.policies for lever in one.levers]


def _grounds(contents: Contents) -> list[Row]:
    return [{"scenario": name, **one._asdict()} for name, found in contents.grounds.items() for one in found]


def _versions(comparison: Comparison) -> list[Row]:
    manifest = comparison.results.manifest
    told = {"code": manifest["code_hash"], "data": manifest["data_hash"], **manifest["versions"]}
    seeds = {f"seed of replicate {one['replicate']}": str(one["seed"]) for one in manifest["replicates"]}
    return [{"what": name, "value": str(value)} for name, value in {**told, **seeds}.items()]


def _write_sheet(sheet: Any, note: str, rows: Sequence[Row]) -> None:
    """A note, headings that stay in sight, and the rows."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    names = list(rows[0])
    sheet.append([note])
    sheet.append([name.replace("_", " ") for name in names])
    for row in rows:
        sheet.append([_plain(row[name]) for name in names])
    for text in (cell for cells in sheet.iter_rows() for cell in cells if isinstance(cell.value, str)):
        # A scenario may be called anything, and nothing of it is a formula.
        text.data_type = "s"
    for heading in sheet[2]:
        heading.font = Font(bold=True, color="FFFFFFFF")
        heading.fill = PatternFill("solid", fgColor=HEADING)
    for place, name in enumerate(names, start=1):
        longest = max(len(str(_plain(row[name]))) for row in rows)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest, len(name), NARROWEST) + 2, WIDEST)
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(names))}{len(rows) + 2}"


def _plain(value: Any) -> Any:
    """A value as a cell holds it: nothing for what is not known."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "item"):
        return _plain(value.item())
    return value
