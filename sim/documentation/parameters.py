"""``docs/parameters.md``: every behavioural parameter with its source, status and grade."""

from __future__ import annotations

from collections import Counter

from sim.documentation.markdown import link, number, sentence, table
from sim.documentation.source import parameter_uses
from sim.parameters import STRUCTURAL_SWITCHES, Parameter, parameter_table

HEADINGS = ("parameter", "meaning", "low", "central", "high", "unit", "source", "status", "grade", "note", "read in")

OPENING = """# Behavioural parameters

Written by `python -m sim.documentation` from `sim/data/parameters.csv`; do not edit by hand.

Central values, with which scenarios run, are priors from the literature where there is one, and starting values set
by hand where there is none. Low and high bound what was thought possible; they are not confidence intervals. What
figures up to 2021/22 say of them stands in [calibration.md](calibration.md).

*Status* says where the figure comes from: `published` in the source named, `derived` from it by arithmetic,
`judgement` where a source only guides it, `assumption` where no source was found, `recalled` from memory and not
verified. *Grade* says how strong the evidence is: `strong`, `moderate`, `weak`, `assumption`.
"""


def parameters_page() -> str:
    """The page."""
    rows = list(parameter_table().values())
    parts = [OPENING, _counts(rows), ""]
    for group in dict.fromkeys(row.group for row in rows):
        own = [_cells(row) for row in rows if row.group == group]
        parts.append(f"## {sentence(group)}\n\n{table(HEADINGS, own)}\n")
    parts.append(_switches())
    return "\n".join(parts)


def _counts(rows: list[Parameter]) -> str:
    grades = Counter(row.grade for row in rows)
    told = ", ".join(f"{grades[grade]} {grade}" for grade in ("strong", "moderate", "weak", "assumption"))
    return f"{len(rows)} parameters by grade: {told}."


def _cells(row: Parameter) -> list[str]:
    values = [number(value) for value in (row.low, row.central, row.high)]
    files = ", ".join(f"`{file}`" for file in parameter_uses().get(row.parameter, ()))
    name = f'<a id="{row.parameter}"></a>`{row.parameter}`'
    source = link(row.source, row.source_url)
    return [name, row.meaning, *values, row.unit, source, row.status, row.grade, row.note, files]


def _switches() -> str:
    rows = [[f"`{name}`", ", ".join(f"`{one}`" for one in zero)] for name, zero in STRUCTURAL_SWITCHES.items()]
    return (
        "## Structural switches\n\nMechanisms that can be switched off as a whole: the parameters are then zero.\n\n"
        + table(("switch", "parameters set to zero"), rows)
        + "\n"
    )
