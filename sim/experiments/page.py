"""The page of an analysis: a single file that opens offline, prints, and reads on a phone."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from sim.experiments.section import Section
from sim.templates import template

TEMPLATE = "experiments/analysis.html.j2"
PAGE = "analysis.html"
CAVEATS = (
    (
        "Everything here is what the model does, over the axes and ranges of the study: what is not an axis stays as "
        "the scenario has it, and what the model gets wrong, all results get wrong (docs/validation.md)."
    ),
    (
        "Shares of points or of variance depend on the ranges of the axes and on how the design fills them. They are "
        "no probabilities of what will happen."
    ),
    "Runs at a small scale are noisy, and levels move with the scale (docs/validation.md, the study of scale).",
    "The vacancy rate is never to be read alone: it falls when more posts are filled and also when fewer are sought.",
)


def write_page(
    file: Path, title: str, opening: Sequence[str], sections: Sequence[Section], command: str, study: str
) -> None:
    """Write the page and, beside it, each table as a CSV file.

    Args:
        file: the page.
        title: of the page.
        opening: paragraphs at its top.
        sections: its parts, in order.
        command: that makes the results again.
        study: the study as a file would have it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    for section in sections:
        for table in section.tables:
            table.frame.to_csv(file.parent / f"{table.name}.csv", index=False)
    findings = [finding for section in sections for finding in section.findings]
    text = template(TEMPLATE, {"embedded": _embedded}).render(
        title=title, opening=opening, findings=findings, sections=sections, caveats=CAVEATS, command=command,
        file=study,
    )  # fmt: skip
    file.write_text(text, encoding="utf-8")


def _embedded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode("ascii")
