"""Tables of studies for other programs: CSV, Stata, Excel and Parquet; whole files or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from sim.checkpoints import write_whole
from sim.experiments.study_results import StudyResults
from sim.problems import COMMAND_LINE, Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

CSV, STATA, EXCEL, PARQUET = "csv", "stata", "excel", "parquet"
ENDINGS = {CSV: ".csv", STATA: ".dta", EXCEL: ".xlsx", PARQUET: ".parquet"}
ROWS_OF_EXCEL = 1_048_575
"""Rows of a sheet, without headings."""
LONGEST_STATA_NAME = 32
LONGEST_STATA_LABEL = 80
STATA_WORDS = (
    r"_all|_b|byte|_coef|_cons|double|float|if|in|int|long|_n|_N|_pi|_pred|_rc|_skip|str\d+|strL|using|with|"
    r"aggregate|array|boolean|break|case|catch|class|colvector|complex|const|continue|default|delegate|delete|do|else|"
    r"eltypedef|end|enum|explicit|export|external|for|friend|function|global|goto|inline|local|namespace|new|numeric|"
    r"NULL|pragma|private|protected|quad|rowvector|short|typedef|typename|virtual"
)
"""Names that Stata keeps for itself ([U] 11.3), or that pandas takes to be so."""
STATA_VERSION: Literal[118] = 118
"""Of the file format: Stata 14 and later, with texts in Unicode."""


def check_place(kind: str, place: Path) -> None:
    """Refuse a file that cannot be written, before anything is."""
    found = ""
    if place.is_dir():
        found, expected = f"{place} is a folder", "a file"
    elif not place.parent.is_dir():
        found, expected = f"{place.parent} is no folder", "a file in a folder that exists"
    elif place.suffix != ENDINGS[kind]:
        found, expected = str(place), f"a name that ends in {ENDINGS[kind]}"
    if found:
        raise ScenarioError([Problem(COMMAND_LINE, 0, f"--{kind}", found, expected)])


def export(results: StudyResults, table: pd.DataFrame, kind: str, place: Path) -> None:
    """Write a table of a study to a file.

    Args:
        results: the study, for what its columns mean.
        table: of levels or of changes.
        kind: format, one of `ENDINGS`.
        place: the file; one that exists is replaced.
    """
    if kind == EXCEL and len(table) > ROWS_OF_EXCEL:
        expected = f"at most {ROWS_OF_EXCEL:,}, which a sheet holds; --csv, --stata or --parquet take more"
        raise ScenarioError([Problem(COMMAND_LINE, 0, "--excel", f"{len(table):,} rows", expected)])
    write = {CSV: _write_csv, STATA: _write_stata, EXCEL: _write_excel, PARQUET: _write_parquet}[kind]
    write_whole(place, lambda file: write(results, table, file))


def _write_csv(results: StudyResults, table: pd.DataFrame, file: Any) -> None:
    from pyarrow import csv

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    for place, field in enumerate(arrow.schema):
        if pa.types.is_dictionary(field.type):
            arrow = arrow.set_column(place, field.name, arrow.column(place).cast(pa.string()))
        elif pa.types.is_boolean(field.type):  # R takes lower case for text
            arrow = arrow.set_column(place, field.name, pc.utf8_upper(arrow.column(place).cast(pa.string())))
    csv.write_csv(arrow, file)


def _write_parquet(results: StudyResults, table: pd.DataFrame, file: Any) -> None:
    table.to_parquet(file, index=False, compression="zstd")


def _write_excel(results: StudyResults, table: pd.DataFrame, file: Any) -> None:
    """The table on one sheet, and what its columns mean on another."""
    import pandas as pd

    meanings = pd.DataFrame(sorted(labels(results).items()), columns=["column", "meaning"])
    with pd.ExcelWriter(file, engine="openpyxl") as book:
        table.to_excel(book, sheet_name="results", index=False)
        meanings.to_excel(book, sheet_name="columns", index=False)


def _write_stata(results: StudyResults, table: pd.DataFrame, file: Any) -> None:
    """Names as Stata takes them, with the full ones and the units as labels of the variables."""
    names = stata_names(table.columns)
    meaning = labels(results)
    plain = table.rename(columns=names)
    for name in plain.columns:
        kind = plain[name].dtype
        if str(kind) == "bool":
            plain[name] = plain[name].astype("int8")
        elif str(kind) == "boolean":
            plain[name] = plain[name].astype("Float64").astype("float64")
        elif str(kind) in ("category", "object", "str", "string"):
            texts = plain[name].astype(object)
            plain[name] = texts.where(texts.notna(), "").astype(str)
    told = {name: _stata_label(column, name, meaning.get(column, "")) for column, name in names.items()}
    plain.to_stata(file, write_index=False, version=STATA_VERSION, variable_labels=told)


def _stata_label(column: str, name: str, meaning: str) -> str:
    """What a variable means, and the full name of its column where Stata cannot take that."""
    return "; ".join(part for part in (meaning, column if column != name or not meaning else "") if part)[
        :LONGEST_STATA_LABEL
    ]


def stata_names(columns: Iterable[str]) -> dict[str, str]:
    """Names of variables for columns: letters, digits and underscores, at most 32, each once."""
    found: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"\W", "_", column)
        if not re.match(r"[A-Za-z_]", name) or re.fullmatch(STATA_WORDS, name):
            name = f"_{name}"
        name, number = name[:LONGEST_STATA_NAME], 2
        while name in found.values():
            ending = f"_{number}"
            name, number = name[: LONGEST_STATA_NAME - len(ending)] + ending, number + 1
        found[column] = name
    return found


def labels(results: StudyResults) -> dict[str, str]:
    """What columns mean, by name."""
    told = {
        "point": "point of the design",
        "replicate": "replicate: the same one of all points has the same luck",
        "reference": "whether levers of the study are left out",
        "year": "financial year",
    }
    for one in results.manifest["axes"]:
        told[one["name"]] = _labelled(one["label"], one["unit"])
    for one in results.manifest["outcomes"]:
        told[one["name"]] = f"{one['label']}{_per(float(one['per']), one['unit'])}"
    return told


def _per(per: float, unit: str) -> str:
    """How a column is written, against the unit in which pages tell it."""
    if per == 1.0:
        return f", {unit}"
    return f", where 1 is {1.0 / per:g} {unit}" if per < 1.0 else f", where {per:,.0f} is 1 {unit}"


def _labelled(label: str, unit: str) -> str:
    return f"{label}, {unit}" if unit else label
