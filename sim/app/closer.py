"""Single lives and books of one simulated future, as the page tells them: drawn at random, and no evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.extras import tables_of
from sim.sample import lots
from sim.stories import tell
from sim.units import Role, month_name

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import CareLabourModel
    from sim.watching import Watcher

UNTOLD = ("fit_changes",)
"""Events left out: people find so often that a job fits better or worse that little else would be read."""


class Life(NamedTuple):
    """What happened to one person."""

    uid: str
    title: str
    lines: tuple[tuple[str, str], ...]
    """Month (YYYY-MM) and what happened in it."""


class Year(NamedTuple):
    """An establishment in the last month of a financial year."""

    month: str
    filled: int
    vacant: int
    pay: float
    """Posted for care workers, pounds an hour."""
    fee: float
    """Paid by the council for an hour of direct care, pounds."""
    hours: float
    """Direct care bought, hours a week."""
    missed: float
    """Direct care bought and not given, hours a week."""
    wages: float
    """Wages and on-costs, pounds a week."""
    margin: float
    """Share of income, smoothed over a year."""
    reserves: float
    """Pounds."""


class Books(NamedTuple):
    """What became of one establishment."""

    uid: str
    name: str
    years: tuple[Year, ...]
    closed: str
    """Month in which it closed; empty if it did not."""


class Lives(NamedTuple):
    """People and establishments that were followed."""

    people: tuple[Life, ...]
    places: tuple[Books, ...]


def lives_of(model: CareLabourModel, watchers: Sequence[Watcher], start: int, last: int) -> Lives:
    """What watchers saw of people in care jobs from the first month on, and of independent establishments."""
    tables = {name: table.to_pandas() for name, table in tables_of(watchers, model).items()}
    events = tables["events"][~tables["events"]["event"].isin(UNTOLD)]
    people, places = (_there(tables[name], month_name(start)) for name in ("panel", "provider_panel"))
    staff = _in_order(model.draw_seed, people[people["status"] == "care"])
    firms = _in_order(model.draw_seed, places[places["sector"] == "independent"])
    return Lives(_people(tables["panel"], events, staff, month_name(last)), _places(tables["provider_panel"], firms))


def _there(panel: pd.DataFrame, month: str) -> pd.DataFrame:
    return panel[panel["month"] == month]


def _in_order(seed: int, rows: pd.DataFrame) -> list[str]:
    """Identities in the order of the lots that they have for life."""
    uids = rows["uid"].tolist()
    drawn = lots(seed, np.array([int(uid, 16) for uid in uids], dtype=np.uint64))
    return [uids[place] for place in np.argsort(drawn, kind="stable")]


def _people(panel: pd.DataFrame, events: pd.DataFrame, uids: list[str], last: str) -> tuple[Life, ...]:
    found = []
    for uid in uids:
        story = tell(panel[panel["uid"] == uid], events[events["uid"] == uid], last)
        found.append(Life(uid, story.title, story.lines))
    return tuple(found)


def _places(panel: pd.DataFrame, uids: list[str]) -> tuple[Books, ...]:
    found = []
    for uid in uids:
        months = panel[panel["uid"] == uid].to_dict("records")
        name = str(months[0]["name"])
        shut = next((str(row["month"]) for row in months if not row["open"]), "")
        open_months = [row for row in months if row["open"]]
        shown = [open_months[0], *(row for row in open_months[1:] if str(row["month"]).endswith("-03"))]
        found.append(Books(uid, name, tuple(_year(row) for row in shown), shut))
    return tuple(found)


def _year(row: dict[Any, Any]) -> Year:
    roles = [role.name.lower() for role in Role]
    return Year(
        month=str(row["month"]),
        filled=sum(int(row[f"posts_filled_{role}"]) for role in roles),
        vacant=sum(int(row[f"posts_vacant_{role}"]) for role in roles),
        pay=float(row["posted_pay_care_worker"]),
        fee=float(row["fee_council"]),
        hours=float(row["hours_bought"]),
        missed=float(row["hours_missed"]),
        wages=float(row["wage_bill"] + row["on_costs"]),
        margin=float(row["margin"]),
        reserves=float(row["reserves"]),
    )
