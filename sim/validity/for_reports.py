"""What reports tell of validation: two short tables made from `docs/validation.csv`.

Run as ``python -m sim.validity.for_reports docs/validation.csv sim/data``.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Sequence
from pathlib import Path

STANDING_OUT, VALIDATED = "standing_out.csv", "validated.csv"
"""Parameters that stood out in the study of sensitivity, and how far what was published was met."""
MOVED = re.compile(r"(?P<outcome>.+): moved by \d+\. (?P<parameter>\w+) \(stands out\)")
AT_SCALE = re.compile(r"Care not met: mean and one standard deviation of a run at (?P<percent>[\d.]+)% of England")
GIVEN = "(recruits given)"
"""How figures of later years end that were run with the visas that were granted."""

Row = dict[str, str]


def standing_out(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Outcomes that each parameter moves more than chance allows, in the order of the study."""
    found: dict[str, list[str]] = {}
    for said in (MOVED.fullmatch(row["item"]) for row in rows if row["section"] == "sensitivity"):
        if said is not None:
            found.setdefault(said["parameter"], []).append(said["outcome"])
    return found


def validated(rows: Sequence[Row]) -> dict[str, float]:
    """Figures of later years, those in their 90% intervals, and how much too high care not met is at each scale."""
    later = [row for row in rows if row["section"] == "later_years" and row["item"].endswith(GIVEN)]
    found = {
        "later figures": float(len(later)),
        "later figures in their intervals": float(sum(row["verdict"] == "pass" for row in later)),
    }
    for row in rows:
        said = AT_SCALE.fullmatch(row["item"]) if row["section"] == "scale" else None
        if said is not None:
            found[f"care not met too high at {said['percent']}%"] = float(row["model"]) / float(row["published"]) - 1.0
    return found


def main() -> None:
    """Write the tables."""
    source, folder = (Path(name) for name in sys.argv[1:3])
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    moved = [[name, "; ".join(outcomes)] for name, outcomes in standing_out(rows).items()]
    _write(folder / STANDING_OUT, ["parameter", "outcomes"], moved)
    _write(folder / VALIDATED, ["what", "value"], [[what, f"{value:.4g}"] for what, value in validated(rows).items()])


def _write(target: Path, heads: list[str], rows: list[list[str]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
