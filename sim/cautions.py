"""What must be said beside fewer vacancies: whether posts are no longer sought, and whether more care is not met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.caution_words import for_want_of_seeking, in_words
from sim.headline import HEADLINES, changed, number

if TYPE_CHECKING:
    from sim.comparison import Comparison, Line, Split
    from sim.intervals import Interval

UNMET = next(line for line in HEADLINES if line.indicator == "unmet_share")


def cautions(comparison: Comparison, when: str) -> list[str]:
    """A sentence for each scenario in which there are fewer vacant posts because fewer are sought."""
    splits = [split for split in comparison.splits() if split.when == when and split.scenario in comparison.others]
    unmet = {line.scenario: line for line in comparison.lines() if line.when == when and line.headline == UNMET}
    return [_said(split, unmet[split.scenario]) for split in splits if _fewer_for_want_of_seeking(split)]


def _fewer_for_want_of_seeking(split: Split) -> bool:
    """Whether both falls are more than their intervals leave open, and the second is most of the first."""
    vacant, sought = split.change, split.parts["posts sought"]
    return _told(vacant) and _told(sought) and for_want_of_seeking(vacant.mean, sought.mean)


def _told(change: Interval) -> bool:
    """Whether a change is more than its interval leaves open; of a single run, which has none, any is told."""
    return change.clear or change.runs == 1


def _said(split: Split, unmet: Line) -> str:
    fewer = number(-split.change.mean, "thousand")
    unsought = number(-split.parts["posts sought"].mean, "thousand")
    care = f"changes by {changed(unmet.change, UNMET.kind)} percentage points"
    worse = _told(unmet.change) and unmet.change.mean > 0
    return in_words(f"{split.scenario}, {split.period}", fewer, unsought, care, worse=worse)
