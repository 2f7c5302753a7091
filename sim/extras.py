"""Further records, for those who ask: people and providers who are followed, and crossings of groups.

They are made by watchers while months are simulated. A stored history holds none, so whoever asks for them has the
months of the window simulated again, from the last state kept before it; results are the same to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.detail import DIMENSIONS, crossing_name
from sim.problems import COMMAND_LINE, Problem, ScenarioError
from sim.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.model import CareLabourModel
    from sim.watching import Watcher


class Extras(NamedTuple):
    """What was asked for beside the usual results."""

    people: int = 0
    """People followed at first."""
    providers: int = 0
    """Establishments followed at first."""
    crossings: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.people or self.providers or self.crossings)

    def check(self) -> Extras:
        """The same, or ScenarioError if it cannot be had."""
        from sim.crossings import check_size

        numbers = {"--people": self.people, "--providers": self.providers}
        problems = [
            Problem(COMMAND_LINE, 0, option, str(number), "a whole number of 0 or more")
            for option, number in numbers.items()
            if number < 0
        ]
        if problems:
            raise ScenarioError(problems)
        check_size(self.crossings)
        return self

    def first_month(self, window: int, branch: int) -> int:
        """First month that has to be watched: turnover in the first one reported needs the eleven before it."""
        ahead = MONTHS_PER_YEAR - 1 if self.crossings else 0
        return max(0, min(window - ahead, branch))

    def told(self) -> dict[str, Any]:
        """What was asked for, as options of `sim.run`."""
        detail = [crossing_name(dimensions) for dimensions in self.crossings]
        return {"people": self.people, "providers": self.providers, "detail": detail}

    def crossing_watchers(self, model: CareLabourModel, window: int) -> list[Watcher]:
        """Watchers of crossings, from the model's next month on."""
        from sim.crossings import CrossingWatch

        asked = {name for dimensions in self.crossings for name in dimensions}
        shown = [name for name in DIMENSIONS if name in asked]
        return [CrossingWatch(model, dimensions, window, shown) for dimensions in self.crossings]

    def followers(self, model: CareLabourModel, window: int) -> list[Watcher]:
        """Watchers of people and providers, drawn among those there now."""
        from sim.following import FollowedPeople
        from sim.following_providers import FollowedProviders

        found: list[Watcher] = []
        if self.people:
            found.append(FollowedPeople(model, self.people, window))
        if self.providers:
            found.append(FollowedProviders(model, self.providers, window))
        return found


NOTHING = Extras()
"""Nothing beside the usual results."""


def tables_of(watchers: Sequence[Watcher], model: CareLabourModel) -> dict[str, Any]:
    """What several watchers saw; tables of one name stand one below the other."""
    import pyarrow as pa

    found: dict[str, list[Any]] = {}
    for watcher in watchers:
        for name, table in watcher.tables(model).items():
            found.setdefault(name, []).append(table)
    return {name: pa.concat_tables(tables).unify_dictionaries().combine_chunks() for name, tables in found.items()}
