"""Providers that are followed: posts, care, money and licence at the end of every month, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.employers import EmployerNames, council_names
from sim.events import Event, EventLog, Side
from sim.month.commission import HOME_SERVICES
from sim.panel import Blocks
from sim.sample import Sample, identity
from sim.seen import UNKNOWN
from sim.units import MINUTES_PER_HOUR, PENCE_PER_POUND, Payer, Role, Sector, Service, month_name
from sim.watching import TRANSFER

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Ints = NDArray[np.int64]
WHOLE = (
    "active", "council", "service", "sector", "licensed", "posts_sought", "posts_filled", "posted_pay", "fee", "price",
    "agency_minutes", "overtime_minutes", "missed_minutes", "shortened_minutes", "returned_minutes",
    "guaranteed_minutes", "wage_bill", "on_costs", "reserves",
)  # fmt: skip
FRACTIONS = ("margin", "strain", "zero_hours_share", "beds_closed")


class FollowedProviders:
    """Watches a keyed sample of establishments: so many of those open now, and the same share of those that open later.

    Months are compared at their ends. Contracts alone are looked at as they are let, for need, purchases and rationing
    move the same hours later in the month.

    Rows of people with direct payments stand for many employers each, and are left out.
    """

    def __init__(self, model: CareLabourModel, number: int, first: int) -> None:
        columns = model.providers.columns
        candidates = (columns.active == 1) & (columns.sector != int(Sector.DIRECT_PAYMENT))
        self.sample = Sample.of(model.draw_seed, columns.uid[candidates], number)
        self.first, self.log, self.panel = first, EventLog(), ProviderPanel()
        self._last = _state(model, self._rows(model))
        self._before_letting = self._last

    def fork(self) -> FollowedProviders:
        """A watcher that has seen the same and goes on by itself."""
        twin = FollowedProviders.__new__(FollowedProviders)
        twin.__dict__.update(self.__dict__, log=self.log.fork(), panel=self.panel.fork())
        return twin

    def before(self, verb: str, model: CareLabourModel) -> None:
        """Remember what care everybody holds before contracts are let."""
        if verb == TRANSFER and model.month >= self.first:
            self._before_letting = _state(model, self._rows(model))

    def after(self, verb: str, model: CareLabourModel) -> None:
        """Enter who won and lost care as contracts were let."""
        if verb != TRANSFER or model.month < self.first:
            return
        # Nobody opens or closes while contracts are let, so the rows are the same.
        was, now = self._before_letting, _state(model, self._rows(model))
        won = now["demand_minutes"].sum(axis=1) - was["demand_minutes"].sum(axis=1)
        self._enter(model.month, Event.WINS_CONTRACT, won > 0, was, now)
        self._enter(model.month, Event.LOSES_CONTRACT, won < 0, was, now)
        other_guarantee = now["guaranteed_minutes"] != was["guaranteed_minutes"]
        self._enter(model.month, Event.KEEPS_CONTRACT, (won == 0) & other_guarantee, was, now)

    def month_over(self, model: CareLabourModel) -> None:
        """What changed since the month before, and the month's rows of the panel."""
        month = model.month - 1
        now = _state(model, self._rows(model))
        if month >= self.first:
            self._tell(month, now)
            self.panel.add(month, now)
        self._last = {name: values[now["active"] == 1] for name, values in now.items()}

    def tables(self, model: CareLabourModel) -> dict[str, Any]:
        """The log and the panel."""
        return {"events": self.log.table(model), "provider_panel": self.panel.table(model)}

    def _rows(self, model: CareLabourModel) -> Ints:
        """Rows of those followed that are open, or closed this month."""
        columns = model.providers.columns
        rows = self.sample.rows(columns.uid)
        here = (columns.active[rows] == 1) | (columns.closed[rows] == model.month - 1)
        return np.asarray(rows[here & (columns.sector[rows] != int(Sector.DIRECT_PAYMENT))])

    def _tell(self, month: int, now: dict[str, NDArray[Any]]) -> None:
        last = self._last
        place = np.minimum(np.searchsorted(last["uid"], now["uid"]), max(last["uid"].size - 1, 0))
        known = last["uid"][place] == now["uid"] if last["uid"].size else np.zeros(now["uid"].size, dtype=bool)
        was = {name: values[place[known]] for name, values in last.items()}
        self._enter(month, Event.OPENS, ~known, None, now)
        now = {name: values[known] for name, values in now.items()}
        self._enter(month, Event.CLOSES, now["active"] == 0, was, now)
        licensed = now["licensed"] - was["licensed"]
        self._enter(month, Event.GAINS_LICENCE, licensed > 0, was, now)
        self._enter(month, Event.LOSES_LICENCE, licensed < 0, was, now)
        care_worker = int(Role.CARE_WORKER)
        pay = now["posted_pay"][:, care_worker] != was["posted_pay"][:, care_worker]
        self._enter(month, Event.POSTED_PAY_CHANGES, pay, was, now)
        self._enter(month, Event.HANDS_BACK_CARE, now["returned_minutes"] > 0, was, now)
        # A home that closes for good reopens no beds, whatever its row says.
        beds = np.where(now["active"] == 1, now["beds_closed"] - was["beds_closed"], 0.0)
        self._enter(month, Event.CLOSES_BEDS, beds > 0.0, was, now)
        self._enter(month, Event.REOPENS_BEDS, beds < 0.0, was, now)

    def _enter(self, month: int, what: Event, which: Any, was: dict[str, Any] | None, now: dict[str, Any]) -> None:
        before = Side() if was is None else _side({name: values[which] for name, values in was.items()})
        after = {name: values[which] for name, values in now.items()}
        self.log.add(month, what, after["uid"], before, _side(after))


def _state(model: CareLabourModel, rows: Ints) -> dict[str, NDArray[Any]]:
    """Columns of the providers in these rows."""
    columns = model.providers.columns
    taken = {name: getattr(columns, name)[rows].astype(np.int64) for name in WHOLE}
    taken |= {name: getattr(columns, name)[rows].copy() for name in FRACTIONS}
    demand = columns.demand_minutes[rows].astype(np.int64)
    return {
        **taken,
        "uid": columns.uid[rows],
        "row": rows,
        "demand_minutes": demand,
        "bought_minutes": demand.sum(axis=1) + taken["returned_minutes"],
    }


def _side(state: dict[str, NDArray[Any]]) -> Side:
    """Establishments as one side of an event: pay is that posted for care workers, hours are care bought.

    Of these a contract guarantees some in home care; care homes have beds.
    """
    return Side(
        employer=state["row"],
        employer_uid=state["uid"],
        pay=state["posted_pay"][:, int(Role.CARE_WORKER)],
        contract=np.where(_visits(state), state["guaranteed_minutes"], UNKNOWN),
        hours=state["demand_minutes"].sum(axis=1),
        beds_closed=np.where(_homes(state), state["beds_closed"], float(UNKNOWN)),
    )


def _visits(state: dict[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Which are home care, where councils let contracts."""
    return np.asarray(state["service"] == int(Service.HOME_CARE))


def _homes(state: dict[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Which are care homes."""
    return np.asarray(state["service"] < HOME_SERVICES)


class ProviderPanel(Blocks):
    """How establishments stood at the end of each month."""

    def add(self, month: int, now: dict[str, NDArray[Any]]) -> None:
        """Write a month down."""
        self.blocks.append({**now, "month": np.full(now["uid"].size, month)})

    def table(self, model: CareLabourModel) -> Any:
        """The panel as an Arrow table."""
        import pyarrow as pa

        from sim.arrow import coded, distinct, named

        taken = self.joined()
        if not taken:
            return pa.table({})
        names = EmployerNames(model)
        texts: dict[str, Any] = {
            "month": coded(*distinct([month_name(int(month)) for month in taken["month"]])),
            "uid": pa.array([identity(int(uid)) for uid in taken["uid"]], pa.string()),
            "name": coded(*distinct([names(int(row)) for row in taken["row"]])),
            "council": named(council_names(model), taken["council"]),
            "service": named([each.name.lower() for each in Service], taken["service"]),
            "sector": named([each.name.lower() for each in Sector], taken["sector"]),
            "open": pa.array(taken["active"] == 1),
            "licensed": pa.array(taken["licensed"] == 1),
        }
        return pa.table({**texts, **_posts(taken), **_care(taken), **_money(taken)})


def _posts(taken: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """Posts and posted pay by role."""
    sought, filled = taken["posts_sought"], taken["posts_filled"]
    by_role = {
        "posts_sought": sought,
        "posts_filled": filled,
        "posts_vacant": np.maximum(sought - filled, 0),
        "posted_pay": taken["posted_pay"] / PENCE_PER_POUND,
    }
    return {
        f"{name}_{role.name.lower()}": values[:, int(role)] for name, values in by_role.items() for role in Role
    } | {"zero_hours_share": taken["zero_hours_share"]}


def _care(taken: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """Hours a week of direct care and beds closed to admission; missing in the month of closure."""
    from sim.arrow import known

    minutes = {
        "bought": taken["bought_minutes"],
        "delivered": taken["bought_minutes"] - taken["missed_minutes"],
        "missed": taken["missed_minutes"],
        "shortened": taken["shortened_minutes"],
        "handed_back": taken["returned_minutes"],
        "agency": taken["agency_minutes"],
        "overtime": taken["overtime_minutes"],
    }
    here = taken["active"] == 1
    hours = {f"hours_{name}": known(values / MINUTES_PER_HOUR, here) for name, values in minutes.items()}
    return {
        **hours,
        "hours_guaranteed": known(taken["guaranteed_minutes"] / MINUTES_PER_HOUR, here & _visits(taken)),
        "beds_closed": known(taken["beds_closed"], here & _homes(taken)),
        "strain_of_team": known(taken["strain"], here),
    }


def _money(taken: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """Fees and prices by payer, wages, margin and reserves."""
    rates = {
        f"{name}_{payer.name.lower()}": taken[name][:, int(payer)] / PENCE_PER_POUND
        for name in ("fee", "price")
        for payer in Payer
    }
    week = {name: taken[name] / PENCE_PER_POUND for name in ("wage_bill", "on_costs")}
    return {**rates, **week, "margin": taken["margin"], "reserves": taken["reserves"] / PENCE_PER_POUND}
