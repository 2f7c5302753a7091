"""What a comparison leaves in its folder: tables for programs, charts, the report and its workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.comparison import Comparison
from sim.money_report import change_rows

if TYPE_CHECKING:
    from sim.results import Results

PAGE, WORKBOOK = "report.html", "report.xlsx"


def write_tables(results: Results, folder: Path) -> None:
    """Differences as tables for programs."""
    from sim.folders import write_rows

    write_rows(folder / "comparison.csv", Comparison(results).rows())
    changes = change_rows(results)
    if changes:
        write_rows(folder / "money_changes.csv", changes)


def write_report(results: Results, folder: Path) -> None:
    """Charts, the page and the workbook."""
    from sim.figures import draw_figures
    from sim.report.contents import contents_of
    from sim.report.page import write_page
    from sim.report.tradeoffs import draw_tradeoff
    from sim.report.workbook import write_workbook

    comparison = Comparison(results)
    figures = draw_figures(comparison, folder / "figures")
    contents = contents_of(comparison)
    write_page(comparison, contents, figures, draw_tradeoff(comparison, folder / "figures"), folder / PAGE)
    write_workbook(comparison, contents, folder / WORKBOOK)
