"""Parameters that stood out in the study of sensitivity, for reports: a short table made from `docs/validation.csv`.

Run as ``python -m sim.validity.standing_out docs/validation.csv sim/data/standing_out.csv``.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

ROW = re.compile(r"(?P<outcome>.+): moved by \d+\. (?P<parameter>\w+) \(stands out\)")


def standing_out(validation: Path) -> dict[str, list[str]]:
    """Outcomes that each parameter moves more than chance allows, in the order of the study."""
    found: dict[str, list[str]] = {}
    with validation.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said = ROW.fullmatch(row["item"])
            if row["section"] == "sensitivity" and said is not None:
                found.setdefault(said["parameter"], []).append(said["outcome"])
    return found


def main() -> None:
    """Write the table."""
    source, target = (Path(name) for name in sys.argv[1:3])
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["parameter", "outcomes"])
        writer.writerows([name, "; ".join(outcomes)] for name, outcomes in standing_out(source).items())


if __name__ == "__main__":
    main()
