"""A council's or care system's own figures: the CSV file that ``local_data`` of a scenario names, and its schema.

One row is one figure: where, what, of which financial year, and who says so. The file lies beside the scenario. Rows
travel with the resolved scenario, so that a manifest alone reproduces a run.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo, field_validator

from sim.coverage import AppliesTo, places
from sim.fields import Block, refuse
from sim.loader import Node, plain, text_of
from sim.problems import Problem, ScenarioError, describe, nearest_name, one_of, printable
from sim.units import financial_year, month_index

SUFFIX = ".csv"
COLUMNS = ("area", "name", "quantity", "service", "sector", "period", "value", "source")
MAY_BE_BLANK = ("service", "sector")
MOST_ROWS = 2_000
LAST_YEAR = month_index(2025, 4)
"""April of the last financial year for which fee uplifts, and so England's fees, are known."""
_PLAIN_NAME = re.compile(r"\w[\w .-]*")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_YEARS = re.compile(r"(\d{4})\D(?:\d{2})?(\d{2})")

AreaKind = Literal["council", "ics"]
QuantityName = Literal["home_care_fee", "care_home_fee", "zero_hours_share", "filled_posts", "turnover", "vacancy_rate"]
ServiceName = Literal["residential", "nursing", "home_care", "community", "day"]
SectorName = Literal["independent", "council"]


class Quantity(NamedTuple):
    """What a figure may be."""

    meaning: str
    unit: str
    least: float
    most: float
    rescales: bool
    """Whether it re-scales the starting population; otherwise it is only printed beside the model's figure."""
    narrowed_by: tuple[str, ...]
    """Which of service and sector may narrow it."""


QUANTITIES = {
    "home_care_fee": Quantity("council's fee for home care", "pounds an hour", 5, 100, True, ()),
    "care_home_fee": Quantity("council's fee for care homes", "pounds a week", 200, 5_000, True, ()),
    "zero_hours_share": Quantity("posts on zero-hours contracts", "percent", 0.5, 95, True, ("service",)),
    "filled_posts": Quantity("filled posts, council and independent", "posts", 1, 200_000, True, ("service", "sector")),
    "turnover": Quantity("leavers of a year over people in post", "percent", 1, 150, False, ("service",)),
    "vacancy_rate": Quantity("vacant posts over all posts", "percent", 0.5, 60, False, ("service",)),
}


def _year(value: Any) -> int:
    form = f"a financial year from {financial_year(0)} to {financial_year(LAST_YEAR)}, such as 2024/25"
    found = _YEARS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        refuse(form)
    april = month_index(int(found.group(1)), 4)
    if (int(found.group(1)) + 1) % 100 != int(found.group(2)) or not 0 <= april <= LAST_YEAR:
        refuse(form)
    if value != financial_year(april):
        refuse(form, financial_year(april))
    return april


Year = Annotated[int, BeforeValidator(_year), PlainSerializer(financial_year, return_type=str, when_used="json")]
"""A financial year, held as the month index of its April."""


class LocalFigure(Block):
    """One row."""

    area: AreaKind = Field(description="council, or ics for an integrated care system")
    name: str = Field(description="its name")
    quantity: QuantityName = Field(description="what the figure is")
    service: ServiceName | None = Field(default=None, description="main service; blank for all")
    sector: SectorName | None = Field(default=None, description="who employs; blank for both")
    period: Year = Field(description="financial year, such as 2024/25")
    value: float = Field(description="the figure, without unit or separators")
    source: str = Field(min_length=1, max_length=300, description="who published it and where")

    @field_validator("name")
    @classmethod
    def _is_a_place(cls, name: str, others: ValidationInfo) -> str:
        area = others.data.get("area")
        if area is None:
            return name
        column, kind = ("ics", "integrated care systems") if area == "ics" else ("name", "councils")
        known = {row[column]: row[column] for row in places()}
        if area == "council":
            known |= {row["short_name"]: row["name"] for row in places()}
        if name not in known:
            refuse(one_of(sorted(set(known.values())), kind), nearest_name(name, known))
        return known[name]

    @field_validator("service", "sector")
    @classmethod
    def _narrows_what_it_can(cls, narrowed: str | None, others: ValidationInfo) -> str | None:
        quantity = others.data.get("quantity")
        if narrowed is not None and quantity is not None and others.field_name not in QUANTITIES[quantity].narrowed_by:
            refuse(f"a blank: {quantity} is not told apart by {others.field_name}")
        return narrowed

    @field_validator("value")
    @classmethod
    def _within_bounds(cls, value: float, others: ValidationInfo) -> float:
        about = QUANTITIES.get(others.data.get("quantity", ""))
        if about is not None and not about.least <= value <= about.most:
            refuse(f"{about.unit}, {about.least:g} to {about.most:g}")
        return value

    @field_validator("source")
    @classmethod
    def _can_be_printed(cls, source: str) -> str:
        if not source.isprintable():
            refuse("one line of printable text")
        return source

    def council_codes(self) -> frozenset[str]:
        """Councils that the figure is about."""
        where = {"ics": (self.name,)} if self.area == "ics" else {"council": (self.name,)}
        return AppliesTo.model_validate(where).council_codes()

    @property
    def what(self) -> tuple[str, ...]:
        """What the figure is about, its year apart."""
        return (self.area, self.name, self.quantity, self.service or "", self.sector or "")

    def overlaps(self, other: LocalFigure) -> bool:
        """Whether two figures of one quantity count some of the same posts or fees."""
        return (
            self.quantity == other.quantity
            and bool(self.council_codes() & other.council_codes())
            and all(
                mine is None or theirs is None or mine == theirs
                for mine, theirs in ((self.service, other.service), (self.sector, other.sector))
            )
        )


class LocalData(Block):
    """Rows of a file, and which file they came from."""

    file: str = Field(description="name of the file")
    sha256: str = Field(description="hash of its bytes")
    rows: tuple[LocalFigure, ...] = Field(strict=False, description="its figures")

    def that_rescale(self) -> list[LocalFigure]:
        """Figures that re-scale the start: of each, the one of the latest year."""
        latest: dict[tuple[str, ...], LocalFigure] = {}
        for row in self.rows:
            if QUANTITIES[row.quantity].rescales and row.period >= latest.get(row.what, row).period:
                latest[row.what] = row
        return list(latest.values())

    def key(self) -> list[list[Any]]:
        """What the starting population depends on."""
        return [[*row.what, row.period, row.value] for row in self.that_rescale()]


def read_local_data(named: Node) -> tuple[Node | None, list[Problem], Path | None]:
    """Tree of the file that a scenario names, as `LocalData` takes it, and what is wrong; None if it is of no use."""
    if not isinstance(named.value, str) or not _PLAIN_NAME.fullmatch(named.value) or not named.value.endswith(SUFFIX):
        expected = "the name of a CSV file in the scenario's folder, without a path"
        return None, [named.problem(describe(plain(named)), expected)], None
    folder = Path(named.file).parent
    path = folder / named.value
    if path.is_dir():
        return None, [named.problem(f"{path.name} is a folder", "a file beside the scenario")], None
    if not path.is_file():
        there = [each.name for each in sorted(folder.glob(f"*{SUFFIX}")) if each.is_file()]
        return None, [named.problem("no such file", "a file beside the scenario", nearest_name(path.name, there))], None
    if path.resolve().parent != folder.resolve():
        found = f"{describe(named.value)}, a link out of its folder"
        return None, [named.problem(found, "a file in the scenario's folder")], None
    try:
        rows, problems = _rows(text_of(path, str(path), "CSV"), str(path))
    except ScenarioError as error:
        return None, error.problems, path
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    head = {name: Node(text, str(path), 1, name) for name, text in (("file", path.name), ("sha256", digest))}
    return Node({**head, "rows": Node(rows, str(path), 1, "rows")}, str(path), 1, ""), problems, path


def _rows(text: str, file: str) -> tuple[list[Node], list[Problem]]:
    """Rows as trees whose nodes know line and column; a row with too few or too many cells is a problem."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if not text.strip():
            raise ScenarioError([Problem(file, 1, "file", "nothing in it", "headings and a row for each figure")])
        header = [cell.strip() for cell in next(reader, [])]
        if len(header) == 1 and header[0].count(";") > 1:
            raise ScenarioError([Problem(file, 1, "file", "semicolons between cells", "commas between cells")])
        wrong = _wrong_columns(header, file)
        if wrong:
            raise ScenarioError(wrong)
        rows: list[Node] = []
        problems: list[Problem] = []
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MOST_ROWS:
                raise ScenarioError([Problem(file, line, "file", f"more than {MOST_ROWS} rows", "at most that many")])
            if len(cells) != len(header):
                problems.append(Problem(file, line, "row", f"{len(cells)} cells", f"{len(header)}, as in line 1"))
                continue
            row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            blank = [name for name, cell in row.items() if not cell and name not in MAY_BE_BLANK]
            problems += [Problem(file, line, name, "a blank cell", _meaning(name)) for name in blank]
            rows.append(_row(row, file, line))
    except csv.Error as error:
        raise ScenarioError(
            [Problem(file, reader.line_num, "file", f"not readable as CSV: {error}", "cells with commas between them")]
        ) from None
    if not rows and not problems:
        raise ScenarioError([Problem(file, 1, "file", "no row below the headings", "a row for each figure")])
    return rows, problems


def _wrong_columns(header: list[str], file: str) -> list[Problem]:
    expected = "the headings " + ",".join(COLUMNS)
    unknown = [
        Problem(file, 1, printable(name) or "blank heading", "unknown column", expected, nearest_name(name, COLUMNS))
        for name in header
        if name not in COLUMNS
    ]
    missing = [Problem(file, 1, name, "no such column", expected) for name in COLUMNS if name not in header]
    twice = [Problem(file, 1, name, "a column twice", expected) for name in COLUMNS if header.count(name) > 1]
    return unknown + missing + twice


def _meaning(column: str) -> str:
    return LocalFigure.model_fields[column].description or column


def _row(cells: dict[str, str], file: str, line: int) -> Node:
    inside = {}
    for name, text in cells.items():
        if name in MAY_BE_BLANK and not text:
            continue
        value = float(text) if name == "value" and _NUMBER.fullmatch(text) else text or None
        inside[name] = Node(value, file, line, name)
    return Node(inside, file, line, "row")


def conflicts(scenario: Node, data: LocalData) -> list[Problem]:
    """Figures that say two things about the same posts or fees; what is only checked may be told apart twice."""
    nodes = _node_of_rows(scenario)
    problems = []
    for place, (node, one) in enumerate(zip(nodes, data.rows, strict=True)):
        for earlier_node, earlier in zip(nodes[:place], data.rows, strict=False):
            same = one.what == earlier.what
            rescales = QUANTITIES[one.quantity].rescales
            if (same and one.period == earlier.period) or (not same and rescales and one.overlaps(earlier)):
                found = f"{one.quantity} of {one.name} overlaps with line {earlier_node.line}"
                expected = "the whole or its parts, and one figure a year"
                problems.append(Problem(node.file, node.line, "row", found, expected))
                break
    return problems


def _node_of_rows(scenario: Node) -> list[Node]:
    node = scenario
    for key in ("local_data", "rows"):
        node = node.value[key] if isinstance(node.value, dict) else node
    return node.value if isinstance(node.value, list) else []
