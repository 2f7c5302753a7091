"""``python -m sim.documentation.studies FOLDER ...`` tells what shipped studies found, on a page each."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.documentation.markdown import table
from sim.documentation.pages import DOCS
from sim.experiments.analyse_command import opening, sections_of
from sim.experiments.designs import points_of
from sim.experiments.files import load_study, shipped_studies
from sim.experiments.page import CAVEATS
from sim.experiments.prepared import prepare
from sim.experiments.section import Section, Shelf
from sim.experiments.study_results import StudyResults, read_study
from sim.problems import ScenarioError

PAGES, PICTURES = DOCS / "studies", DOCS / "figures"
MOST_ROWS = 15
"""Rows of a table that a page shows."""
FENCE = "```"


class NotShown(Exception):
    """The study cannot be told on a page."""


def write(folder: Path, pages: Path = PAGES, pictures: Path = PICTURES) -> Path:
    """Write the page of a study that was swept to its end, and its pictures.

    Raises:
        ScenarioError: there is no study, or nothing of it is finished.
        NotShown: runs are missing, or it is none of the studies that come with the program.
    """
    results = read_study(folder)
    counts = results.counts()
    missing = counts["of"] - counts["done"] - counts["failed"]
    if missing:
        message = f"{folder}: {missing:,} runs are missing"
        raise NotShown(message)
    file = _shipped(results)
    data = prepare(results, None)
    with tempfile.TemporaryDirectory() as drawn:
        sections = sections_of(data, Path(drawn))
        pictures.mkdir(parents=True, exist_ok=True)
        for picture in (picture for section in sections for picture in section.pictures):
            shutil.copyfile(picture.file, pictures / _picture(file, picture.file))
    pages.mkdir(parents=True, exist_ok=True)
    page = pages / f"{file.stem}.md"
    parts = [
        f"# {results.study.name}",
        results.study.description,
        *_made(file, counts, results.manifest),
        opening(data),
    ]
    parts += [*_findings(sections), *(part for section in sections for part in _section(file, section)), *_end(file)]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return page


def _shipped(results: StudyResults) -> Path:
    """The file that the study was made from: one that comes with the program and still has the same points."""
    for file in shipped_studies().values():
        study = load_study(file)
        if study.name == results.study.name and points_of(study).equals(results.points):
            return file
    message = f"{results.folder}: {results.study.name!r} is none of the studies that come with the program"
    raise NotShown(message)


def _picture(file: Path, picture: Path) -> str:
    return f"study_{file.stem}_{picture.name}"


def _made(file: Path, counts: dict[str, int], manifest: dict[str, Any]) -> Iterator[str]:
    ended = f"{datetime.fromisoformat(manifest['sessions'][-1]['ended']):%-d %B %Y}"
    yield (
        f"{counts['done']:,} runs were made, and {counts['failed']:,} failed. The last ended on {ended}: rules and "
        "fitted parameters that changed after that ([changes](../../CHANGELOG.md)) are not in them. The commands that "
        "make them, and that write this page:"
    )
    folder = f"outputs/studies/{file.stem}"
    commands = [f"caresim sweep {file.stem}", f"python -m sim.documentation.studies {folder}"]
    yield "\n".join([f"{FENCE}sh", *commands, FENCE])


def _findings(sections: Sequence[Section]) -> Iterator[str]:
    findings = [finding for section in sections for finding in section.findings]
    if findings:
        yield "## What was found"
        yield "\n".join(f"- {finding}" for finding in findings)


def _section(file: Path, section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield from section.paragraphs
    for picture in section.pictures:
        yield f"![{picture.text}](../figures/{_picture(file, picture.file)})"
    for shelf in section.tables:
        yield from _table(shelf)


def _table(shelf: Shelf) -> Iterator[str]:
    yield f"**{shelf.caption}**"
    yield table(shelf.header, shelf.rows[:MOST_ROWS])
    left = len(shelf.rows) - MOST_ROWS
    if left > 0:
        yield f"{left:,} more rows stand in `{shelf.name}.csv`, which `caresim analyse` writes."


def _end(file: Path) -> Iterator[str]:
    yield "## What it cannot tell"
    yield "\n".join(f"- {caveat}" for caveat in CAVEATS)
    yield "## The study"
    yield f"{FENCE}yaml\n{file.read_text(encoding='utf-8').rstrip()}\n{FENCE}"


def main(folders: Sequence[str]) -> int:
    """Write pages; a message for each that cannot be written."""
    status = 0
    for folder in folders:
        try:
            print(write(Path(folder)).relative_to(DOCS.parent))
        except (NotShown, ScenarioError) as problem:
            print(problem, file=sys.stderr)
            status = 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
