"""The sections of the page on virtual experiments."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from sim.calibration.priors import Floats
from sim.calibration.runs import Job
from sim.validity.experiments.evidence import CONTROL, PLAUSIBLE, TEST, Figure
from sim.validity.experiments.pictures import bounded, draw_experiments, draw_responses
from sim.validity.experiments.supply_response import RESPONSES
from sim.validity.experiments.verdicts import FAIL, PASS, Seen, published, seen, told
from sim.validity.experiments.words import DESIGNS, METHOD, SUPPLY_DESIGN, TITLES, why
from sim.validity.report import Grid, Head, Picture, Piece, Points, Section, Words

HEADINGS = ("what", "unit", "published", "model", "90% of draws", "verdict")
POLICIES = {"rlw": "real living wage", "raise": "5% more for all of care"}


def runs(jobs: Sequence[Job]) -> str:
    """How many draws there were, and of which size."""
    return f"{len(jobs)} draws of the posterior at {100.0 * jobs[0].scale:g}% of England"


def table(rows: Sequence[Seen], caption: str) -> Grid:
    """Model beside published range."""
    cells = tuple(
        (one.figure.label, one.figure.unit, published(one.figure), told(one.mean), _ends(one), one.verdict or "-")
        for one in rows
    )
    return Grid(caption, HEADINGS, cells)


def _ends(one: Seen) -> str:
    low, high = (told(value) for value in one.interval)
    return f"{low} to {high}" if low else ""


def sources(rows: Sequence[Seen]) -> Words:
    """Where the published figures of a table are from."""
    found = {one.figure.source: (one.figure.source_url, one.figure.status) for one in rows if one.figure.source}
    told_of = [f"[{name}]({url}) ({status})" if url else f"{name} ({status})" for name, (url, status) in found.items()]
    return Words("Sources: " + "; ".join(told_of) + "." if told_of else "")


def experiments(jobs: Sequence[Job], figures: tuple[Figure, ...], shows: Floats, folder: Path) -> Section:
    """Virtual experiments beside causal estimates."""
    found = seen(figures, shows)
    drawn = [one for one in found.values() if bounded(one)]
    picture = folder / "virtual_experiments.png"
    signs = [one for one in found.values() if one.figure.judged and not bounded(one)]
    text = draw_experiments(drawn, signs, picture)
    pieces: list[Piece] = [Words(METHOD.format(runs=runs(jobs))), Picture(picture, text)]
    for name, group in groupby(found.values(), key=lambda one: one.figure.experiment):
        rows = tuple(group)
        pieces += [Head(TITLES[name]), Words(DESIGNS[name]), table(rows, f"{TITLES[name]}: model and published")]
        reasons = tuple(why(one.figure, one.mean) for one in rows if one.verdict == FAIL)
        if reasons:
            pieces += [Words("**Where it fails, by mechanism.**"), Points(reasons)]
        pieces.append(sources(rows))
    rows_told = tuple(one.row() for one in found.values())
    title = "Virtual experiments against causal estimates"
    return Section("experiments", title, verdict(tuple(found.values())), tuple(pieces), rows_told)


def verdict(rows: Sequence[Seen]) -> str:
    """What passed, of tests, controls and plausibility checks."""
    parts = []
    for kind, name in ((TEST, "causal tests"), (CONTROL, "positive controls"), (PLAUSIBLE, "plausibility checks")):
        judged = [one for one in rows if one.figure.kind == kind and one.verdict]
        passed = sum(one.verdict == PASS for one in judged)
        parts.append(f"{passed} of {len(judged)} {name}")
    failed = "; ".join(one.figure.label for one in rows if one.verdict == FAIL)
    return f"{', '.join(parts[:-1])} and {parts[-1]} are met." + (f" Not met: {failed}." if failed else "")


def supply(jobs: Sequence[Job], figures: tuple[Figure, ...], shows: Floats, folder: Path) -> Section:
    """The response of the whole sector to pay."""
    found = seen(figures, shows)
    rows = tuple(one for one in found.values() if one.figure.experiment == "sector")
    own = found["sector_supply"]
    picture = folder / "supply_response.png"
    text = draw_responses(found, own.mean, picture)
    pieces: tuple[Piece, ...] = (
        *(Words(part) for part in SUPPLY_DESIGN.format(runs=runs(jobs)).split("\n\n")),
        table(rows, "Response of the whole sector to 1% more pay in all of care, pay outside care unchanged"),
        sources(rows),
        Head("What conclusions on pay owe to it"),
        conclusions(found, own.mean),
        Picture(picture, text),
        Words(reading(found)),
    )
    staff, published_ends = found["sector_staff"].mean, own.figure
    posts_bind = staff < own.mean / 2.0
    says = (
        f"1% more pay in all of care raises labour supply to it by {told(own.mean)}% (90% of draws {_ends(own)}), "
        f"against {published_ends.low:g} to {published_ends.high:g} published; it is reported, not targeted. Staff in "
        f"post rise by {told(staff)}%{', as posts, not people, then set the limit' if posts_bind else ''}."
    )
    return Section("supply", "The response of the whole sector to pay", says, pieces,
                   tuple(one.row() for one in found.values()))  # fmt: skip


def conclusions(found: dict[str, Seen], own: float) -> Grid:
    """Effects of two policies by the sector's response."""
    responses = {"own": f"the model's own ({told(own)})", **{name: f"{at:g}" for name, at in RESPONSES.items()}}
    cells = tuple(
        (policy_name, label, *(
            f"{told(one.mean)} ({_ends(one)})"
            for one in (found[f"{policy}_{name}_{what}"] for what in ("staff", "vacancies", "turnover"))
        ))
        for policy, policy_name in POLICIES.items() for name, label in responses.items()
    )  # fmt: skip
    headings = ("policy", "supply response", "staff, %", "vacancy rate, points", "turnover, points")
    return Grid("Effect in the third year against no policy: mean, and 90% of draws in brackets", headings, cells)


def _clear_sign(one: Seen) -> int:
    """Direction of an effect whose interval holds no zero; 0 of any other."""
    low, high = one.interval
    return int(low > 0.0) - int(high < 0.0)


def reading(found: dict[str, Seen]) -> str:
    """What changes and what does not."""
    effects = [(policy, name, what) for policy, name in POLICIES.items() for what in ("staff", "vacancies", "turnover")]
    turned, unsure = [], []
    for policy, name, what in effects:
        signs = [_clear_sign(found[f"{policy}_{one}_{what}"]) for one in RESPONSES]
        if 1 in signs and -1 in signs:
            turned.append(f"{what} under {name}")
        elif 0 in signs and any(signs):
            unsure.append(f"{what} under {name}")
    said = [f"Between 0.5 and 4 {'no effect that is clear turns round' if not turned else 'these turn round: '}"]
    said[0] += ", ".join(turned)
    if unsure:
        said.append(f"Clear at some of these responses and not at others: {', '.join(unsure)}")
    half, four = (found[f"rlw_{name}_vacancies"].mean for name in ("half", "four"))
    return (
        f"{'. '.join(said)}. Sizes change everywhere. A real living wage moves the vacancy rate by {told(half)} points "
        f"if supply responds by 0.5, and by {told(four)} points if by 4. "
        "Whoever believes the published range should read the rows for 2 and 4."
    )
