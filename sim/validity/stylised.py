"""Section on stylised facts: what is known of this labour market, and whether the model shows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.validity.ranges import Shown, draw_ranges
from sim.validity.report import Grid, Head, Picture, Piece, Points, Section, Words
from sim.validity.study import Study
from sim.validity.stylised_facts import measured_figures
from sim.validity.stylised_measures import run_facts
from sim.validity.stylised_score import (
    ELSEWHERE,
    PASS,
    PERCENT,
    UNMEASURED,
    Fact,
    Seen,
    expected,
    passed,
    scorecard,
    written,
)

NAME, TITLE = "stylised_facts", "Stylised facts: what is known of this labour market"
DRAWS = 60
AIM = 0.8
"""Share of unfitted facts that should pass."""
NO_REASON = "**No reason is known yet.**"

OPENING = """{number} facts about care workers, their employers and the market are set beside {draws} draws of the
posterior, each run from April 2016 to December 2025 on {scale:g}% of England. Facts, figures and ranges stand in
`sim/data/stylised_facts.csv`; ranges were set before the comparison was made. A range that the evidence gives is taken
as it stands; a single figure, or a range narrower than the figure's own error, has the 90% interval by the tolerance
that calibration uses; the rest are marked as assumptions. A figure passes if the mean of the draws lies in the range, a
fact if all its figures do. Figures that calibration fits (years up to 2021/22), or that are inputs of the model under
another name, are scored apart from the others; a fact with figures of both kinds counts in both scores, in each by its
own figures. {elsewhere} facts on what a change would cause are tested by the virtual experiments."""

REASONS = """Reasons are read off the rules of the model. None was tested by switching a rule off."""


def study() -> Study:
    """The study of stylised facts."""
    return Study(NAME, len(measured_figures()), DRAWS, run_facts, section, deciding())


def deciding() -> list[list[object]]:
    """What of the file decides what runs show: not ranges, reasons or sources."""
    return [
        [one.row, one.measure, one.indicator, one.group_type, one.group, one.first_month, one.month, one.against]
        for one in measured_figures()
    ]


def section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """What draws show of the facts."""
    facts = scorecard(shows)
    seen = [one for fact in facts for one in fact.figures]
    file = folder / "validation_stylised_facts.png"
    text = _draw([one for one in seen if one.figure.unseen], file)
    elsewhere = sum(fact.verdict(unseen=True) == ELSEWHERE for fact in facts)
    opening = OPENING.format(
        number=len(facts), draws=len(jobs), scale=PERCENT * jobs[0].scale, elsewhere=elsewhere,
    )  # fmt: skip
    unmeasured = [f"{one.figure.row}: {one.figure.quantity}. {one.figure.note}" for one in seen if _unmeasured(one)]
    pieces: tuple[Piece, ...] = (
        Words(opening),
        Picture(file, text),
        _by_fact(facts),
        Head("Facts that fail, and why"),
        Words(REASONS),
        *(Words(_paragraph(fact)) for fact in facts if fact.failed),
        Head("Every figure"),
        _every(seen),
        Head("What the model says nothing of"),
        Points(tuple(unmeasured)) if unmeasured else Words("Nothing is left out."),
    )
    return Section(NAME, TITLE, verdict(facts), pieces, tuple(one.row() for one in seen))


def _draw(seen: Sequence[Seen], file: Path) -> str:
    """Draw figures that are judged and whose range has two ends; give the picture's text."""
    rows = [one for one in seen if math.isfinite(one.mean) and math.isfinite(one.figure.high - one.figure.low)]
    inside = sum(one.verdict == PASS for one in rows)
    title = f"{inside} of {len(rows)} unfitted figures lie in the range that is expected of them"
    draw_ranges(
        [
            Shown(f"{one.figure.row}  {one.figure.quantity}", one.figure.low, one.figure.high, one.mean, one.interval,
                  one.verdict == PASS, (written(one.figure, one.figure.low), written(one.figure, one.figure.high)))
            for one in rows
        ],
        title, "Grey: expected range, drawn equally wide for all. Dot and line: mean and 90% of draws",
        "Source: caresim; ranges: sim/data/stylised_facts.csv", file,
    )  # fmt: skip
    outside = ", ".join(one.figure.row for one in rows if one.verdict != PASS)
    return f"{title}. Outside it: {outside or 'none'}."


def _unmeasured(one: Seen) -> bool:
    return one.verdict == UNMEASURED


def verdict(facts: tuple[Fact, ...]) -> str:
    """Facts that pass, fitted and unfitted apart."""
    (good, judged), (good_fitted, judged_fitted) = passed(facts, unseen=True), passed(facts, unseen=False)
    share = good / judged if judged else 0.0
    met = "met" if share >= AIM else "missed"
    names = ", ".join(fact.id for fact in facts if fact.failed)
    return (
        f"{good} of {judged} unfitted facts pass ({share:.0%}; the aim of {AIM:.0%} is {met}); of {judged_fitted} "
        f"facts that were fitted or given, {good_fitted} do."
        + (f" With a figure outside its range: {names}." if names else "")
    )


def _by_fact(facts: tuple[Fact, ...]) -> Grid:
    def told(fact: Fact, unseen: bool) -> str:
        verdict_ = fact.verdict(unseen)
        return f"**{verdict_}**" if verdict_ == "fail" else verdict_ or "-"

    rows = tuple((fact.id, fact.fact, told(fact, unseen=True), told(fact, unseen=False)) for fact in facts)
    return Grid("Facts, by their unfitted figures and by those fitted or given",
                ("", "fact", "unfitted", "fitted or given"), rows)  # fmt: skip


def _paragraph(fact: Fact) -> str:
    """What the model shows instead, and the mechanism that makes it so."""
    figures = "; ".join(f"{one.figure.quantity}: {_off(one)}" for one in fact.failed)
    reasons = dict.fromkeys(one.figure.reason(one.mean) or NO_REASON for one in fact.failed)
    return f"**{fact.id} {fact.fact}.** {figures}. {' '.join(reasons)}"


def _off(one: Seen) -> str:
    """What the model shows against what is expected, where the two may look alike once they are rounded."""
    told = written(one.figure, one.mean)
    ends = (written(one.figure, one.figure.low), written(one.figure, one.figure.high))
    return f"{told}{', just outside' if told in ends else ''} against {expected(one.figure)}"


def _every(seen: Sequence[Seen]) -> Grid:
    rows = []
    for one in seen:
        low, high = (written(one.figure, end) for end in one.interval)
        inside = f"{one.inside:.0%}" if low else ""
        rows.append(
            (
                one.figure.row, one.figure.quantity, expected(one.figure), written(one.figure, one.mean),
                f"{low} to {high}" if low else "", inside, one.figure.use, one.verdict, one.figure.why,
                f"[{one.figure.source}]({one.figure.source_url})",
            )
        )  # fmt: skip
    headings = ("", "figure", "expected", "model", "90% of draws", "draws inside", "used", "verdict", "range", "source")
    return Grid("Figures of all facts; intervals hold the draws alone", headings, tuple(rows))
