"""Part of ``docs/calibration.md`` on the posterior for use, which all years inform."""

from __future__ import annotations

import numpy as np

from sim.calibration.page import written
from sim.calibration.priors import TAILS, value_at
from sim.calibration.targets import LAST_FITTED, WITHIN, covariance, published_values
from sim.documentation.markdown import number, table
from sim.parameters import parameter_table, uncertain
from sim.validity.refit import Refit

MOVED = 0.2
"""Move of a median, as a quantile of the prior, from which a parameter is listed."""

TEXT = """## For use: all years

The draws above serve the test on later years ([validation.md](validation.md)) and nothing else. Once the test was
made, the parameters were inferred again from **all** {figures} figures, those of 2022/23 to 2024/25 among them, by
{runs} runs about the first posterior that went on to March 2025. These draws (`sim/data/posterior_use.csv`) are what
`--draws` uses. No figure is left to test them on. The largest split R-hat is {between:.2f}.

Of the {later} later figures {met} lie within {within:.0f} errors of what is published; of the earlier ones
{met_early} of {early} do. {moved}
"""


def all_years(found: Refit, runs: int, first_points: np.ndarray) -> str:
    """The part, from what all years say and the points of the first posterior."""
    tolerance = np.sqrt(np.diag(covariance(found.figures)))
    published = published_values(found.figures)
    shows = found.check.shows
    later = np.array([figure.month > LAST_FITTED for figure in found.figures])
    low, high = np.nanquantile(shows, TAILS, axis=0)
    middle = np.nanmean(shows, axis=0)
    apart = (middle - published) / tolerance
    rows = [
        [
            figure.name, figure.when, written(figure, figure.value), written(figure, float(middle[place])),
            f"{written(figure, low[place])} to {written(figure, high[place])}", f"{apart[place]:+.1f}",
        ]
        for place, figure in enumerate(found.figures)
        if later[place]
    ]  # fmt: skip
    met = np.abs(apart) <= WITHIN
    text = TEXT.format(
        figures=later.size, runs=runs, between=found.between_chains, later=int(later.sum()),
        met=int(met[later].sum()), within=WITHIN, met_early=int(met[~later].sum()), early=int((~later).sum()),
        moved=_moved(found, first_points),
    )  # fmt: skip
    return text + "\n" + table(("figure", "month", "published", "model", "90% of draws", "apart"), rows) + "\n"


def _moved(found: Refit, first_points: np.ndarray) -> str:
    """Parameters whose median moves most when later years are fitted too."""
    before, after = np.median(first_points, axis=0), np.median(found.check.points, axis=0)
    moved = [place for place in np.argsort(-np.abs(after - before)) if abs(after[place] - before[place]) >= MOVED]
    if not moved:
        return f"No parameter's median moves by as much as {MOVED:.0%} of its prior."
    listed = [
        f"{parameter_table()[name].meaning.lower()} (`{name}`, {number(value_at(name, float(before[place])))} to "
        f"{number(value_at(name, float(after[place])))})"
        for place in moved
        for name in (uncertain()[place],)
    ]
    return "Medians that move by a fifth of their prior or more: " + "; ".join(listed) + "."
