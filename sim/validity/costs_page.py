"""Section on what care costs in all: each figure derived twice, beside the published one."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.calibration.priors import TAILS, Floats
from sim.calibration.runs import Job
from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE
from sim.validity.costs import (
    ASKED,
    BOOKS,
    JUDGED,
    MODEL,
    NAMES,
    Identity,
    identities,
    residents,
    residents_of_councils,
    run_costs,
)
from sim.validity.report import Grid, Head, Picture, Piece, Points, Row, Section, Words
from sim.validity.study import Study

NAME, TITLE = "costs", "What care costs in all"
DRAWS = 50
PERCENT, BILLION, MILLION = 100.0, 1e9, 1e6
APART = 0.02
"""Difference between the two derivations, as a share, from which on it is told."""
BLUE, ORANGE = PALETTE[0], PALETTE[1]

OPENING = """{draws} draws, each run to April 2025 on {scale:g}% of England. Every cost is derived twice: from the
*books*, twelve months of what was paid, and from the *agents* of March, a week of theirs times 52. The books judge, but
where they cannot tell what was published: they hold neither who employs (the fee of independent home care) nor what
other rules would have cost in the same month (the rise of National Insurance). A cost is met if the mean of the draws
lies within {within} of the published figure. Intervals hold 90% of the draws, and the draws alone."""

SHORT_TERM_TEXT = """Short-term support (reablement, respite and the like) is care by the same staff, so that it is in
the model's figure. The model used to be judged by long-term support alone, which stays in the table for comparison; the
line was changed when it was known that long-term support of 2023/24 came out too high."""

HOMES_TEXT = """A week in a care home is the price of an hour of direct care times the hours that the model's homes give
somebody whom councils pay for: those of {period} over {residents:,.0f} residents, from the weeks that councils report.
They include most residents of working age, who take more hours than others. This yardstick, and the share of income
that staff of home care cost, were changed when it was known what councils spent and paid up to 2024/25."""

REASONS = {
    "wage_bill": (
        "The publisher builds its figures on pay, hours and jobs, so pay is compared, holidays included. Read as the "
        "whole cost of labour, the same figure is the line with on-costs."
    ),
    "long_and_short_term_support": (
        "The model's total is held against councils' gross current spending, of which care is a part. Assessment, "
        "commissioning and equipment, 4.7 bn in 2023/24 as published, cost the model's councils less: of them it has "
        "assessment teams and councils' own community services. The money they do not take goes to care."
    ),
    "employer_nic_rise": (
        "Pay of April 2025 at two sets of rules, by a week's agents; the books of the year come nearer. The Employment "
        "Allowance is not in the model, and whether it is in the published estimate is not stated."
    ),
    "home_care_fee": (
        "Fees start from costs, with a share of income for staff that was set to bring them to the published price of "
        "2021/22 by the uplifts agreed. Home care, as its staff are counted, includes supported living and extra care; "
        "the published price is of visits."
    ),
    "care_home_fee": (
        "Fees start from costs, not from a published fee, and an hour of care in a home is priced alike for people of "
        "all ages; homes for those of working age cost councils twice as much a week."
    ),
}
"""Why a cost may be off: what is in one figure and not in the other."""


class Found(NamedTuple):
    """What draws show of costs."""

    identities: tuple[Identity, ...]
    shows: Floats
    """[draw, identity, derivation]"""

    def of(self, place: int) -> Floats:
        """[draw] the figure that is judged."""
        return np.asarray(self.shows[:, place, JUDGED.get(self.identities[place].identity, BOOKS)])

    def apart(self, place: int) -> float:
        """Mean of the draws over the published figure, less one."""
        return float(np.nanmean(self.of(place)) / self.identities[place].value - 1.0)

    def met(self, place: int) -> bool:
        """Whether the mean lies within the tolerance."""
        return abs(self.apart(place)) <= self.identities[place].tolerance

    @property
    def within(self) -> str:
        """Tolerance of the costs asked for, in words; the widest where they differ."""
        return f"{max(self.identities[place].tolerance for place in self.asked):.0%}"

    @property
    def asked(self) -> list[int]:
        """Places of those by which the model is judged."""
        return [place for place, one in enumerate(self.identities) if one.asked == ASKED]


def study() -> Study:
    """The study of costs."""
    return Study(NAME, 2 * len(identities()), DRAWS, run_costs, section, deciding())


def deciding() -> list[list[object]]:
    """What of the file decides what runs show."""
    return [[one.identity, one.period, one.value] for one in (*identities(), residents())]


def found_in(shows: Floats) -> Found:
    """Runs [draw, value] taken apart."""
    return Found(identities(), shows.reshape(len(shows), len(identities()), 2))


def section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """What draws show of costs."""
    found = found_in(shows)
    file = folder / "validation_costs.png"
    text = draw(found, file)
    missed = [place for place in found.asked if not found.met(place)]
    pieces: tuple[Piece, ...] = (
        Words(OPENING.format(draws=len(jobs), scale=PERCENT * jobs[0].scale, within=found.within)),
        Picture(file, text),
        _every(found),
        Words(SHORT_TERM_TEXT),
        Words(HOMES_TEXT.format(residents=residents_of_councils(), period=residents().period)),
        Head("What is in the figures"),
        Points(tuple(_contents(name) for name in dict.fromkeys(one.identity for one in found.identities))),
        Head("Costs that are off, and why"),
        Points(tuple(_miss(found, place) for place in missed)) if missed else Words("None."),
        Words(_derivations(found)),
    )
    return Section(NAME, TITLE, verdict(found), pieces, tuple(_rows(found)))


def verdict(found: Found) -> str:
    """How many of the costs asked for are met, and which are not."""
    met = sum(found.met(place) for place in found.asked)
    told = f"{met} of {len(found.asked)} costs are within {found.within} of what is published"
    off = [
        f"{found.identities[place].name} ({PERCENT * found.apart(place):+.1f}%)"
        for place in found.asked
        if not found.met(place)
    ]
    return f"{told}. Off are {', '.join(off)}." if off else f"{told}."


def written(one: Identity, value: float) -> str:
    """A value in words."""
    if np.isnan(value):
        return ""
    if one.unit == "share":
        return f"{PERCENT * value:.0f}%"
    if one.unit == "GBP/year":
        return f"£{value / BILLION:.2f} bn" if value >= BILLION else f"£{value / MILLION:.0f} m"
    return f"£{value:,.2f}" if one.unit == "GBP/hour" else f"£{value:,.0f}"


def _every(found: Found) -> Grid:
    rows = []
    for place, one in enumerate(found.identities):
        low, high = np.nanquantile(found.of(place), TAILS)
        books, agents = np.mean(found.shows[:, place], axis=0)
        verdict = ("yes" if found.met(place) else "**no**") if one.asked == ASKED else ""
        rows.append(
            (
                one.name, written(one, one.value), written(one, float(books)), written(one, float(agents)),
                f"{written(one, float(low))} to {written(one, float(high))}",
                f"{PERCENT * found.apart(place):+.1f}%", verdict,
            )
        )  # fmt: skip
    headings = (
        "cost",
        "published",
        "books",
        "agents",
        "90% of draws",
        "model over published",
        f"within {found.within}",
    )
    return Grid("Costs, published and as the model has them; judged where the last column says so", headings,
                tuple(rows))  # fmt: skip


def _contents(name: str) -> str:
    """What is in the model's figure, and in the published one."""
    model = " ".join((inspect.getdoc(MODEL[name]) or "").split())
    told = max((one for one in identities() if one.identity == name), key=lambda one: one.asked == ASKED).meaning
    return f"**{NAMES[name]}**. In the model: {model[0].lower()}{model[1:]} Published: {told}."


def _miss(found: Found, place: int) -> str:
    one = found.identities[place]
    reason = REASONS.get(one.identity, "")
    return (
        f"{one.name}: {written(one, float(np.nanmean(found.of(place))))} against {written(one, one.value)} published "
        f"({PERCENT * found.apart(place):+.1f}%). {reason}"
    ).strip()


def _derivations(found: Found) -> str:
    """Where the two derivations differ."""
    far = []
    for place, one in enumerate(found.identities):
        books, agents = np.mean(found.shows[:, place], axis=0)
        if abs(agents / books - 1.0) > APART:
            far.append(f"{one.name} {PERCENT * (agents / books - 1.0):+.1f}%")
    if not far:
        return f"The two derivations agree within {APART:.0%} everywhere."
    return (
        f"The two derivations agree within {APART:.0%} but for: {'; '.join(far)} (agents over books). March differs "
        "from the mean of its year by growth, by pay that moved within the year, and by zero-hours staff who are not "
        "called in."
    )


def _rows(found: Found) -> list[Row]:
    rows = []
    for place, one in enumerate(found.identities):
        margin = one.tolerance * one.value
        low, high = np.nanquantile(found.of(place), TAILS)
        judged = ("pass" if found.met(place) else "fail") if one.asked == ASKED else ""
        rows.append(
            Row(
                NAMES[one.identity], one.period, one.unit, one.value, one.value - margin, one.value + margin,
                float(np.nanmean(found.of(place))), float(low), float(high), judged, one.source,
            )
        )  # fmt: skip
    return rows


def draw(found: Found, file: Path) -> str:
    """Draw how far each cost lies from what is published; give the picture's text."""
    from matplotlib.figure import Figure

    file.parent.mkdir(parents=True, exist_ok=True)
    number = len(found.identities)
    met = sum(found.met(place) for place in found.asked)
    title = f"Within {found.within} of what is published: {met} of the {len(found.asked)} costs asked for"
    figure = Figure(figsize=(9.0, 6.2))
    axes = figure.add_axes((0.36, 0.15, 0.6, 0.68))
    figure.text(0.02, 0.975, title, fontsize=13, fontweight="bold", va="top")
    figure.text(
        0.02, 0.92, "Model over published, percent; bars hold 90% of draws; orange: asked for, blue: for comparison",
        fontsize=9.5, va="top", color=DOTS,
    )  # fmt: skip
    axes.axvspan(-5.0, 5.0, color=FAINT, alpha=0.6, linewidth=0)
    for place in range(number):
        _bar(axes, found, place)
    axes.axvline(0.0, color=DOTS, linewidth=0.8)
    axes.set_yticks(range(number), [one.name for one in found.identities], fontsize=8)
    axes.set_ylim(number - 0.4, -1.1)
    axes.text(-4.9, -0.55, f"within {found.within}", fontsize=8.5, color=DOTS, ha="left", va="center")
    axes.set_xlabel("percent", fontsize=9)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.text(
        0.02, 0.02, "Source: caresim; published figures: data/cost_identities.csv", fontsize=8, color=DOTS,
    )  # fmt: skip
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    return verdict(found)


def _bar(axes: Any, found: Found, place: int) -> None:
    one = found.identities[place]
    colour = ORANGE if one.asked == ASKED else BLUE
    ratio = PERCENT * (found.of(place) / one.value - 1.0)
    low, high = np.nanquantile(ratio, TAILS)
    axes.hlines(place, low, high, color=colour, linewidth=4.0, alpha=0.35)
    axes.plot(np.nanmean(ratio), place, "o", color=colour, markersize=5.0)
