"""The generated pages and where they stand."""

from __future__ import annotations

from pathlib import Path

from sim.documentation.data import data_page
from sim.documentation.levers import levers_page
from sim.documentation.model import with_parts
from sim.documentation.parameters import parameters_page
from sim.documentation.results import results_page
from sim.documentation.rules import rules_page
from sim.shipped import PACKAGE

ROOT = PACKAGE.parent
DOCS = ROOT / "docs"


def pages() -> dict[Path, str]:
    """Text of every page by its path; of `docs/model.md` only the parts between marks are new."""
    model = DOCS / "model.md"
    return {
        DOCS / "parameters.md": parameters_page(),
        DOCS / "data.md": data_page(),
        DOCS / "levers.md": levers_page(),
        DOCS / "rules.md": rules_page(),
        DOCS / "results.md": results_page(),
        model: with_parts(model.read_text(encoding="utf-8")),
    }


def out_of_date() -> list[Path]:
    """Pages that differ from what would be written now."""
    return [path for path, text in pages().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
