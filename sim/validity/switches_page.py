"""Section on mechanisms switched off one at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.calibration.priors import TAILS, Floats
from sim.calibration.runs import Job
from sim.figures import DOTS, DOTS_PER_INCH, FAINT, PALETTE
from sim.validity.report import Grid, Head, Picture, Piece, Points, Row, Section, Words
from sim.validity.sensitivity import CONCLUSIONS, FUTURES, OUTCOMES, concluded, policy_text
from sim.validity.sensitivity_page import WHEN, written
from sim.validity.study import Study
from sim.validity.switches import SWITCHES, run_switches

NAME, TITLE = "switches", "What the conclusions owe to single mechanisms"
DRAWS = 30
CLEAR = 2.0
"""Standard errors from nothing at which the mean of a change counts as clear."""
SHOWN = ("vacancy_rate", "unmet_share", "turnover_all", "filled_posts")
DRAWN = "vacancy_rate"
LABELS, PANEL, GAP = 0.25, 0.33, 0.06
"""Parts of the picture's width: labels, each panel, and what is between the panels."""
LETTERS = 24
"""In a line of a label."""
BLUE, ORANGE = PALETTE[:2]

OPENING = """{draws} draws, each run on {scale:g}% of England to March 2030 with all mechanisms on and with each off in
turn, without and with a real living wage as in the section on sensitivity. A mechanism is off from the start of the
simulation on, by setting its parameters to zero, and nothing is fitted anew: a change of a level is what the mechanism
contributes to this model, and not what a model without it would say once fitted to the same figures. What the policy
changes depends on that less. Seeds are the same throughout, but once one person decides otherwise luck takes its
course, so that intervals (90% of the draws) hold luck as well. In bold: the mean over draws is more than {clear:g}
standard errors from nothing."""

CONTAGION = """**Contagion of leaving is not in the model**, so that there is nothing to switch off: nobody leaves
because a colleague or a manager did, follows anybody to another employer, or is referred by a friend. One person's
leaving reaches others only through work and care: a team short of staff is under strain, and strain makes others leave
(strain feedback); care not met makes staff with caring duties leave (unpaid carers). Staff who go over with a contract
of home care that another provider wins do so by law and count as no leavers."""


class Found(NamedTuple):
    """What draws show."""

    shown: Floats
    """[draw, switch, conclusion]"""

    def of(self, indicator: str, effect: bool) -> Floats:
        """[draw, switch] one conclusion."""
        places = [(one.outcome.indicator, one.effect) for one in CONCLUSIONS]
        return np.asarray(self.shown[:, :, places.index((indicator, effect))])

    def change(self, indicator: str, effect: bool) -> Floats:
        """[draw, switch] a conclusion with a mechanism off less the same with all on."""
        values = self.of(indicator, effect)
        return np.asarray(values - values[:, :1])


class Summary(NamedTuple):
    """Mean of the draws, ends of 90% of them, and whether the mean stands clear of nothing."""

    mean: float
    low: float
    high: float
    clear: bool


def summary(values: Floats) -> Summary:
    """Of one figure over its draws."""
    low, high = np.quantile(values, TAILS)
    error = float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else float("inf")
    mean = float(values.mean())
    return Summary(mean, float(low), float(high), abs(mean) > CLEAR * error)


def study() -> Study:
    """The study of structural switches."""
    return Study(NAME, len(SWITCHES) * FUTURES * len(OUTCOMES), DRAWS, run_switches, section, policy_text())


def found_in(shows: Floats) -> Found:
    """Runs [draw, value] taken apart."""
    return Found(concluded(shows.reshape(len(shows), len(SWITCHES), FUTURES, len(OUTCOMES))))


def section(jobs: Sequence[Job], shows: Floats, folder: Path) -> Section:
    """What the conclusions owe to single mechanisms."""
    found = found_in(shows)
    file = folder / "validation_switches.png"
    text = draw(found, file)
    opening = OPENING.format(draws=len(jobs), scale=100.0 * jobs[0].scale, clear=CLEAR)
    pieces: tuple[Piece, ...] = (
        Words(opening),
        Points(tuple(f"**{one.label}** off: {one.off}." for one in SWITCHES[1:])),
        Words(CONTAGION),
        Picture(file, text),
        Head("Levels without a policy"),
        _grid(found, False, "Change of figures of 2029/30 when a mechanism is off: mean, and 90% of the draws"),
        Head("Effect of a real living wage"),
        _grid(found, True, "Change of the policy's effect when a mechanism is off: mean, and 90% of the draws"),
    )
    return Section(NAME, TITLE, verdict(found), pieces, tuple(_rows(found)))


def verdict(found: Found) -> str:
    """Whether any switch turns the policy's effect on vacancies, and which mechanism matters most."""
    means = found.of("vacancy_rate", True).mean(axis=0)
    turned = [one.label for one, mean in zip(SWITCHES, means, strict=True) if mean * means[0] <= 0.0]
    kept = f"turns without {', '.join(turned)}" if turned else "keeps its sign with each mechanism off"
    level, effect = (_largest(found, is_effect) for is_effect in (False, True))
    return (
        f"The effect of a real living wage on the vacancy rate {kept} ({100.0 * min(means):+.2f} to "
        f"{100.0 * max(means):+.2f} points, mean of the draws). Of the vacancy rate itself {level}; of the policy's "
        f"effect on it {effect}. Contagion of leaving is not in the model."
    )


def _largest(found: Found, effect: bool) -> str:
    """The mechanism whose absence changes vacancies most, among those whose change is clear."""
    changes = found.change("vacancy_rate", effect)
    told = {one: summary(changes[:, at]) for at, one in enumerate(SWITCHES) if at}
    clear = {one: each for one, each in told.items() if each.clear}
    if not clear:
        return "no mechanism's absence changes anything clearly"
    one, each = max(clear.items(), key=lambda pair: abs(pair[1].mean))
    return f"the absence of {one.label} changes most ({100.0 * each.mean:+.2f} points)"


def _grid(found: Found, effect: bool, caption: str) -> Grid:
    conclusions = [one for one in CONCLUSIONS if one.effect == effect and one.outcome.indicator in SHOWN]
    rows = []
    for at, switch in enumerate(SWITCHES):
        cells = [switch.label if at else f"all on ({'effect' if effect else 'level'})"]
        for conclusion in conclusions:
            kind = found.change if at else found.of
            each = summary(kind(conclusion.outcome.indicator, effect)[:, at])
            change = at > 0 or effect
            mean, low, high = (written(conclusion, value, change) for value in each[:3])
            cells.append(f"{f'**{mean}**' if each.clear and at else mean} ({low} to {high})")
        rows.append(tuple(cells))
    return Grid(caption, ("switched off", *(one.outcome.label for one in conclusions)), tuple(rows))


def _rows(found: Found) -> list[Row]:
    rows = []
    for conclusion in CONCLUSIONS:
        unit = conclusion.outcome.unit
        for at, switch in enumerate(SWITCHES):
            kind = found.change if at else found.of
            each = summary(kind(conclusion.outcome.indicator, conclusion.effect)[:, at])
            item = f"{conclusion.name}: {f'change without {switch.label}' if at else 'all mechanisms on'}"
            rows.append(Row(item, WHEN, unit, None, None, None, each.mean, each.low, each.high, "", ""))
    return rows


def draw(found: Found, file: Path) -> str:
    """Draw the picture, and give its text for those who cannot see it."""
    from matplotlib.figure import Figure

    file.parent.mkdir(parents=True, exist_ok=True)
    means = found.of(DRAWN, True).mean(axis=0)
    same = bool((means * means[0] > 0.0).all())
    sign = "keeps its sign" if same else "does not keep its sign"
    title = f"Effect of a real living wage on vacancies {sign} with each mechanism off"
    figure = Figure(figsize=(9.0, 5.0))
    figure.text(0.02, 0.975, title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.02, 0.91, "Mean (dot) and 90% of the draws (line), 2029/30, percentage points", fontsize=9.5,
                color=DOTS, va="top")  # fmt: skip
    panels = (
        ("Change of the vacancy rate when off", found.change(DRAWN, False), 1, 0.0),
        ("Effect of the policy on the vacancy rate", found.of(DRAWN, True), 0, 100.0 * means[0]),
    )
    for column, (name, values, first, against) in enumerate(panels):
        axes = figure.add_axes((LABELS + column * (PANEL + GAP), 0.12, PANEL, 0.66))
        _panel(axes, 100.0 * values, first, against)
        axes.set_title(name, loc="left", fontsize=9.5)
        if column == 0:
            names = [textwrap.fill(name, LETTERS) for name in _names()]
            axes.set_yticks(range(len(SWITCHES)), names, fontsize=8.5)
    source = "Left: dashed at no change. Right: dashed at the effect with all on. Source: caresim"
    figure.text(0.02, 0.02, source, fontsize=8, color=DOTS)
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    told = [f"{name} {100.0 * mean:+.2f}" for name, mean in zip(_names(), means, strict=True)]
    return f"{title}. Mean effect on the vacancy rate in points: {'; '.join(told)}."


def _names() -> list[str]:
    """What is off, in words."""
    return ["all on", *(one.label for one in SWITCHES[1:])]


def _panel(axes: Any, values: Floats, first: int, against: float) -> None:
    """Dots and lines for each switch from `first` on; values [draw, switch], in points."""
    for at in range(first, len(SWITCHES)):
        each = summary(values[:, at])
        colour = BLUE if at else ORANGE
        axes.hlines(at, each.low, each.high, color=colour, linewidth=2.5, alpha=0.6)
        axes.plot(each.mean, at, "o", color=colour, markersize=6)
        axes.text(each.mean, at - 0.22, f"{each.mean:+.2f}", fontsize=8, color=DOTS, ha="center", va="bottom",
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8})  # fmt: skip
    axes.axvline(against, color=DOTS, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_ylim(len(SWITCHES) - 0.4, -0.7)
    axes.set_yticks([])
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.tick_params(axis="both", length=0, labelsize=8)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
