"""What the page shows of futures: paths, and differences from the baseline with what the draws leave open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from sim.app.challenge import FEWEST, weights
from sim.app.challenge import amount as amount_of
from sim.app.span import COST, END, HISTORY, SHOWN, START
from sim.app.yearly import by_year
from sim.caution_words import for_want_of_seeking, in_words
from sim.experiments.wording import change_unit
from sim.intervals import weighted_interval
from sim.measures import Floats
from sim.published import published_for
from sim.units import MONTHS_PER_YEAR, financial_year, month_name


class Figure(NamedTuple):
    """A large figure of the first screen."""

    name: str
    label: str
    unit: str
    per: float
    decimals: int
    better: int
    """1 where more is better for people who draw on care or work in it, -1 where less is, 0 where opinions differ."""
    charted: bool = True
    large: bool = True
    """Whether it is one of the large figures."""


FIGURES = (
    Figure("filled_posts", "Posts filled", "thousand", 1e3, 0, 1),
    Figure("vacancies", "Vacancies", "thousand", 1e3, 0, 0),
    Figure("turnover_all", "Turnover", "% of staff a year", 0.01, 1, 0),
    Figure("unmet_share", "Care not met", "% of assessed need", 0.01, 1, -1),
    Figure(COST, "Cost", "£ billion a year", 1e9, 2, 0, charted=False),
    Figure("vacancy_rate", "Vacancy rate", "% of posts", 0.01, 1, 0, large=False),
    Figure("long_service_share", "Care by staff a year or more in post", "% of hours", 0.01, 1, 1, large=False),
    Figure("posts_sought", "Posts sought", "thousand", 1e3, 0, 0, large=False),
)
CAUTIONED = ("vacancies", "posts_sought", "unmet_share")
"""Figures of which fewer vacancies must not stand without the others."""
SURE, ENOUGH = 5, 8
"""Draws from which the sign of a difference is told if they all agree (five do so by luck once in 16), and from which
its interval has to be clear of zero: a first estimate rests on few draws, whose interval is wide whatever they show."""
NEGLIGIBLE = 0.01
"""Share of an equal weight up to which a draw has no say."""


def months() -> list[str]:
    """Names of all months, from April 2016 on."""
    return [month_name(month) for month in range(HISTORY, END + 1)]


def first_month() -> str:
    """The month in which the future begins."""
    return month_name(START)


def finding(one: Figure, change: Mapping[str, Any]) -> str:
    """What a figure does, as the title of its chart on paper, where only what is clear is told."""
    if not change["clear"]:
        return f"{one.label}: may rise or fall by {last_year()}"
    sign = "+" if change["mean"] > 0 else "\N{MINUS SIGN}"
    return f"{one.label}: {sign}{abs(change['mean']):,.{one.decimals}f} {change_unit(one.unit)} by {last_year()}"


def path(values: Floats) -> dict[str, list[float]]:
    """[figure, month] in the units of the page, by figure."""
    return {
        one.name: [round(float(value), 4) for value in values[SHOWN.index(one.name)] / one.per]
        for one in FIGURES
        if one.charted
    }


def baseline(baselines: Mapping[int, Floats], believed: Mapping[str, float] | None = None) -> dict[str, list[float]]:
    """Mean path of the baseline, April 2016 on; of draws that count by what is believed, if anything is."""
    draws = sorted(baselines)
    return path(np.tensordot(weights(believed or {}, draws), np.stack([baselines[draw] for draw in draws]), 1))


def levels(baselines: Mapping[int, Floats]) -> dict[str, float]:
    """Baseline in the last financial year, by figure."""
    last = by_year(np.stack(list(baselines.values()))[..., START - HISTORY :])[..., -1].mean(axis=0)
    return {one.name: float(last[SHOWN.index(one.name)]) / one.per for one in FIGURES}


def last_year() -> str:
    """The financial year that the large figures are about."""
    return financial_year(END + 1 - MONTHS_PER_YEAR)


def told(
    baselines: Mapping[int, Floats],
    futures: Mapping[int, Floats],
    finished: set[int],
    believed: Mapping[str, float] | None = None,
    early: bool = False,
) -> dict[str, Any]:
    """What is known of policies so far.

    Args:
        baselines: [figure, month] from April 2016 on, by draw.
        futures: [figure, month] from April 2026 on, of as many months as are known, by draw.
        finished: draws whose futures are whole.
        believed: assumptions that somebody challenges (`sim.app.challenge`), by which draws count.
        early: whether more draws are to come, so that a direction in which the first ones agree is a first estimate.

    Returns:
        ``draws`` finished, and how many they amount to, weighted; ``path`` and ``base``: mean of the futures, and of
        the baselines of the same draws; ``change``: by figure, in the last financial year, over finished draws;
        ``sign`` is 0 as long as they do not agree; ``caution``: what must be said beside fewer vacancies. Nothing but
        ``draws`` and ``amount`` if they amount to too few.
    """
    shown = sorted(finished) or sorted(futures)
    known = min(futures[draw].shape[-1] for draw in shown)
    shares = weights(believed or {}, shown)
    amount = amount_of(believed or {}, shown)
    if believed and len(finished) >= FEWEST and amount < FEWEST:
        return {"draws": len(finished), "amount": amount, "path": {}, "base": {}, "change": {}}
    future = np.tensordot(shares, np.stack([futures[draw][:, :known] for draw in shown]), 1)
    usual = np.tensordot(shares, np.stack([baselines[draw][:, START - HISTORY :][:, :known] for draw in shown]), 1)
    change = _changes(baselines, futures, sorted(finished), shares, early) if finished else {}
    return {
        "draws": len(finished),
        "amount": amount,
        "path": path(future),
        "base": path(usual),
        "change": change,
        "caution": caution(change) if change else "",
    }


def caution(change: Mapping[str, Mapping[str, Any]]) -> str:
    """What must be said where there are fewer vacant posts as fewer are sought; nothing elsewhere."""
    vacant, sought, unmet = (change[name] for name in CAUTIONED)
    if vacant["sign"] >= 0 or sought["sign"] >= 0 or not for_want_of_seeking(vacant["mean"], sought["mean"]):
        return ""
    fewer, unsought = (f"{-one['mean']:,.1f}" for one in (vacant, sought))
    sign = "+" if unmet["mean"] > 0 else "\N{MINUS SIGN}"
    care = f"changes by {sign}{abs(unmet['mean']):.1f} percentage points" if unmet["sign"] else "may rise or fall"
    return in_words(f"In {last_year()}", fewer, unsought, care, worse=unmet["sign"] > 0)


def _changes(
    baselines: Mapping[int, Floats], futures: Mapping[int, Floats], draws: list[int], shares: Floats, early: bool
) -> dict[str, Any]:
    after = by_year(np.stack([futures[draw] for draw in draws]))[..., -1]
    before = by_year(np.stack([baselines[draw][:, START - HISTORY :] for draw in draws]))[..., -1]
    found = {}
    for one in FIGURES:
        place = SHOWN.index(one.name)
        of_draws = (after - before)[:, place] / one.per
        found[one.name] = told_change(of_draws, shares, early) | {
            "level": float(shares @ after[:, place]) / one.per,
            "was": float(shares @ before[:, place]) / one.per,
        }
    return found


def told_change(of_draws: Floats, shares: Floats, early: bool) -> dict[str, Any]:
    """A difference over draws that count by their shares, as the page shows it.

    ``sign`` is that of the mean if the interval is clear of zero, or `early` if the first draws all agree.
    """
    change = weighted_interval(of_draws, shares)
    counted = of_draws[shares > NEGLIGIBLE / len(shares)]
    agree = early and len(counted) in range(SURE, ENOUGH) and (np.all(counted > 0) or np.all(counted < 0))
    return {
        "mean": change.mean,
        "low": change.low if change.runs > 1 else None,
        "high": change.high if change.runs > 1 else None,
        "clear": change.clear,
        "sign": int(np.sign(change.mean)) if agree or change.clear else 0,
    }


def dots() -> dict[str, list[dict[str, Any]]]:
    """Published figures by figure of the page, in its units."""
    return {
        one.name: [
            {"month": month_name(each.month), "value": each.value / one.per, "source": each.source, "basis": each.basis}
            for each in published_for(one.name, "all")
        ]
        for one in FIGURES
        if one.charted
    }
