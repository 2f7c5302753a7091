"""``docs/calibration.md``: what the model was fitted to, how well, and what that says of its parameters."""

from __future__ import annotations

import textwrap

import numpy as np

from sim.calibration.backtest import held
from sim.calibration.findings import Findings
from sim.calibration.priors import TAILS, value_at
from sim.calibration.recovery import IDENTIFIED
from sim.calibration.study import Plan
from sim.calibration.targets import WITHIN, Target
from sim.documentation.markdown import number, table
from sim.parameters import parameter_table
from sim.units import month_name

OPENING = """# Calibration: what the model was fitted to

Written by `{command}`; do not edit by hand.

Parameters of behaviour are inferred from {targets} published figures of the years up to 2021/22
(`sim/data/targets.csv`, each with its source and the reason for its tolerance). **No later figure is fitted here**
(that of moves out of care tells no years and may reach into 2022/23): what the model says of 2022/23 onward is a test
of it. Some ranges of evidence rest in part on later years all the same
(the premium of seniors, the compression of differentials, licences and rogue sponsors, pass-through of fees; see the
sources in [parameters.md](parameters.md)). What happened outside the sector, and what law and budgets brought, is
given: floors, visas granted, unemployment, need, funds, fees, the vaccination condition.

All {parameters} parameters with a range of evidence ([parameters.md](parameters.md)) vary at once. Half of each prior
lies evenly between the low and the central value, half between the central and the high one. {first:,} runs fill the
whole prior (a Latin hypercube); after them, and after each later wave ({later} runs), an *emulator* is fitted: a
polynomial that says what a run would show, linear in all parameters and quadratic in the {quadratic} that matter most,
with a ridge penalty chosen by leaving out one run at a time. Later waves lie where the emulator says that the figures
may be met. The posterior comes from the last emulator by elliptical slice sampling (Murray, Adams and MacKay 2010);
{candidates} of its draws were run, and those {draws} kept whose runs come nearest to the figures (mean square of
distances, in tolerances with what the model can't meet): the emulator is nearer for the mean of draws than for single
ones. *What fits* below is what these runs show, not what the emulator says of them; chosen by them, they fit a little
better than they would with other luck. **The choice narrows intervals**, by luck as well as by what runs tell of the
parameters, and the recovery of known parameters below is that of draws before it. How many later figures lie in the
intervals is told in [validation.md](validation.md). Levels and means are compared as logarithms when parameters are
inferred, and in their own units below.
Runs simulate {scale} of England, each with people and luck of its own. Levels move with the share simulated, care not
met above all (the study of scale in [validation.md](validation.md)): what was fitted at one share is off by that at
another.

{errors}
Where draws were run, the emulator's mean was off by {apart:.1f} tolerances at most. The largest split R-hat of the
chains is {between:.2f} (1 where all agree).
"""

ERRORS = """The emulator's own error, {error:.1f} tolerances for the median figure with the luck of runs in it, counts
as an error of the figures, with what it has in common across figures. So does **what the model can't meet**: the mean
square by which a series lies further from the model, where a posterior lies, than its errors allow (Kennedy and O'Hagan
2001). Half of its variance is common to the years of a series (an assumption). Such a series pulls the parameters less,
and its intervals on the page of validation are wider; no tolerance below is."""

NOT_FITTED = """## Known and not fitted

- **Reasons for leaving** (a third burnt out or stressed, 30% for better conditions elsewhere) and **strain** (68% work
  under high tension): surveys of feelings, of which the model has only a shortfall of staff.
- **Posts lifted by a rise of the legal minimum** (about 760,000): counts people paid below the coming rate, which the
  model's pay distribution shows at one moment only.
- **Starters** (37.4% of staff in 2017/18, 39.3% in 2018/19): with turnover of 31% posts would have grown by 6 to 8% a
  year, and they grew by 1%; the figures can't be on one base.
- **New starters who leave within a year** (48% in 2017): an old figure of one survey; turnover in the first year of
  experience stands in for it.
- **Councils' costs, fees and margins**: costs and fees are inputs up to 2024/25, and margins rest on them.
- Figures marked `recalled` in the evidence.
"""


LETTERS_PER_LINE = 120
LARGE = 1.0
"""Tolerances from which what the model can't meet is listed."""


def page(found: Findings, plan: Plan, command: str, for_use: str) -> str:
    """The page; `for_use` is its part on the posterior of all years."""
    *others, last = (f"{size:,}" for size in plan.later or (0,))
    later = f"{', '.join(others)} and {last}" if others else last
    opening = OPENING.format(
        command=command, targets=len(found.targets), parameters=len(found.names), first=plan.first, later=later,
        quadratic=plan.quadratic, draws=plan.draws, candidates=plan.candidates, scale=f"{100.0 * plan.scale:g}%",
        between=found.between_chains, errors=_errors(found), apart=found.emulator_apart,
    )  # fmt: skip
    parts = [opening, _fit(found), _backtested(found), _identified(found), _learnt(found), for_use, NOT_FITTED]
    return "\n".join(parts)


def _errors(found: Findings) -> str:
    """How the emulator's error and the model's own enter the posterior."""
    of_series = {target.series: (target, size) for target, size in zip(found.targets, found.discrepancy, strict=True)}
    large = sorted((size, target.name) for target, size in of_series.values() if size >= LARGE)
    text = ERRORS.format(error=found.emulator_error)
    if not large:
        return f"{text} No series lies {LARGE:g} tolerances or more away."
    listed = "; ".join(f"{name} ({size:.1f})" for size, name in reversed(large))
    told = textwrap.fill(f"In tolerances, where it is {LARGE:g} or more: {listed}.", LETTERS_PER_LINE)
    return f"{text}\n{told}"


def written(target: Target, value: float) -> str:
    """A value of a target as it would be published."""
    if target.unit == "share":
        return f"{100.0 * value:.1f}%"
    return f"£{value:.2f}" if target.unit == "GBP/hour" else f"{value:.0f}p"


def _fit(found: Findings) -> str:
    rows = []
    middle = found.middle
    low, high = np.nanquantile(found.shows, TAILS, axis=0)
    for place, target in enumerate(found.targets):
        told = written(target, float(np.nanmean(found.shows[:, place])))
        rows.append([
            target.name, target.when, written(target, target.value), told,
            f"{written(target, low[place])} to {written(target, high[place])}", f"{middle[place]:+.1f}",
        ])  # fmt: skip
    worst = np.argsort(-np.abs(middle))
    missed = [place for place in worst if abs(middle[place]) > WITHIN]
    listed = "\n".join(
        f"- {rows[place][0]}, {rows[place][1]}: {rows[place][3]} against {rows[place][2]} published" for place in missed
    )
    return f"""## What fits

In the mean of the draws {found.met} of {len(found.targets)} figures lie within {WITHIN:.0f} tolerances, in a single
draw {found.met_by_each:.0%} on average, and in the mean of runs over the whole prior {found.met_before}.
A tolerance is one standard deviation of the published figure about what the model should meet. *Apart* is the model's
mean less the published figure, in tolerances; intervals hold 90% of the draws.

![Each figure with what the model shows before and after calibration](figures/calibration_fit.png)

{table(("figure", "month", "published", "model", "90% of draws", "apart"), rows)}

### What does not

Figures more than {WITHIN:.0f} tolerances away, furthest first:

{listed or "None."}
"""


def _backtested(found: Findings) -> str:
    tests, count, rows = found.backtests, held(found.backtests), []
    for one in tests:
        model, carried, last = one.beside_last_values
        rows.append([
            month_name(one.origin), str(one.fitted), str(len(one.of)), f"{one.coverage:.0%}", f"{one.off:.1f}",
            f"{model:.1f}", f"{carried:.1f}", f"{last:.1f}",
        ])  # fmt: skip
    heading = (
        "fitted up to", "figures", "figures after", "in their 90% intervals", "off by", "of series seen before: off by",
        "with their last miss taken off", "their last values: off by",
    )  # fmt: skip
    return f"""## What a fit to fewer years would have said

Of {count.figures} figures after the years of three shorter fits {count.in_all} lie in the 90% intervals
of every fit that did not know them. Those of later years come after more than one fit: of {count.intervals} intervals
{count.holding} ({count.holding / count.intervals:.0%}) hold their figure. The figures up to a month alone were fitted,
and those after it, up to 2021/22, set beside what the emulator then says; no run was made for it, and no later figure
read. Intervals hold the posterior, the emulator's error, that of the published figures and what the model
could not meet of the same series before; draws are those before the choice by what they show. *Off by* is the root
mean square, in tolerances. The column before the last takes off what the fit missed of the last figure that it knew of
the same series, as if it would miss as much again; the last one takes figures to stay as they were last.

This is no forecast. The rules were made in sight of all these figures: that pay keeps up with earnings was prompted by
median pay of March 2022, which each of the fits is asked for. And the runs from which the emulator learnt were placed
by all figures, as every wave of history matching after the first is; only the fits leave the later ones out.

{table(heading, rows)}
"""


def _identified(found: Findings) -> str:
    stood_in = found.recovery.truth.shape[0]
    rows = [
        [
            found.names[place],
            f"{found.recovery.explained[place]:.0%}",
            f"{found.recovery.coverage[place]:.0%}",
            f"{found.recovery.width[place]:.0%}",
        ]
        for place in found.identified
    ]
    coverage = found.recovery.coverage[found.identified].mean()
    others = np.setdiff1d(np.arange(len(found.names)), found.identified)
    ends = np.quantile(found.points[:, others], (TAILS[0], 0.5, TAILS[1]), axis=0)
    stayed = int(((ends[2] - ends[0] >= 0.9 * 0.9) & (np.abs(ends[1] - 0.5) <= 0.1)).sum())
    heading = ("parameter", "variance explained", "known values in the interval", "width of it, of the prior's")
    return f"""## What can be known

Would the method find parameters that are known? {stood_in} runs of the first wave were left out when an emulator was
fitted and stood in for the truth, with errors added as large as those of the published figures. A parameter counts as
identified where posterior means explain at least {IDENTIFIED:.0%} of the variance of the known values.
**{found.identified.size} of {len(found.names)} are**, most of them loosely: the last column says how much narrower they
become. Of the others {stayed} have a posterior at least nine tenths as wide as their prior and centred within a tenth
of it; they carry their range into the draws. Of the known values of identified parameters, {coverage:.0%} lay in their
90% intervals. The test is easier than the real task: the known values lie all over the priors, and the emulator is that
of the first wave.

![Share of the prior variance of known parameters that was recovered](figures/calibration_recovery.png)

{table(heading, rows)}
"""


def _learnt(found: Findings) -> str:
    rows = []
    for place in found.identified:
        name = found.names[place]
        row = parameter_table()[name]
        ends = [
            f"{value_at(name, float(at)):.3g}" for at in np.quantile(found.points[:, place], (TAILS[0], 0.5, TAILS[1]))
        ]
        rows.append([name, row.meaning, f"{number(row.low)} to {number(row.high)}", number(row.central), ends[1],
                     f"{ends[0]} to {ends[2]}"])  # fmt: skip
    heading = ("parameter", "meaning", "range of evidence", "starting value", "median", "90% of draws")
    return f"""## What was learnt

![Posterior and prior of the identified parameters](figures/calibration_posterior.png)

{table(heading, rows)}
"""
