"""Establishments that are followed: beds closed, contracts won and lost and licences lost are told when they happen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from markets import Policy

from sim.following_providers import FollowedProviders
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.rulebook import Rulebook
from sim.sample import identity
from sim.units import MINUTES_PER_HOUR, Payer, Service, month_index
from sim.virtual_market import virtual_market

EVERYBODY = 10**9
SHORT: dict[str, Any] = {"service": Service.NURSING, "vacancies": 0.4, "pool": 0.05}


def follow(model: CareLabourModel, months: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events and panel of every establishment over some months."""
    watcher = FollowedProviders(model, EVERYBODY, model.month)
    model.watchers.append(watcher)
    for _ in range(months):
        model.step()
    tables = watcher.tables(model)
    events, panel = (tables[name].to_pandas().astype({"month": str}) for name in ("events", "provider_panel"))
    return events, panel


def month_by_month(panel: pd.DataFrame, column: str) -> list[tuple[str, str, float, float]]:
    """Identity, month and value of a column a month earlier and then, of establishments open in both."""
    values = panel[panel["open"]].pivot(index="uid", columns="month", values=column)
    pairs = zip(values.columns, values.columns[1:], strict=False)
    return [
        (uid, month, was, now)
        for before, month in pairs
        for uid, was, now in zip(values.index, values[before], values[month], strict=True)
        if not (np.isnan(was) or np.isnan(now))
    ]


def told(events: pd.DataFrame, *kinds: str) -> dict[tuple[str, str], Any]:
    """Events of some kinds by identity and month; an establishment has one of them at most in a month."""
    chosen = events[events["event"].isin(kinds)]
    assert not chosen.duplicated(["uid", "month"]).any()
    return {(row.uid, row.month): row for row in chosen.itertuples()}


def yearly_letting(book: Rulebook) -> None:
    book.contract_years.replace(1)
    book.block_share.replace(0.5)


def test_homes_short_of_staff_are_told_to_close_beds_by_as_much_as_the_panel_shows() -> None:
    events, panel = follow(virtual_market(**SHORT), 24)
    shown = told(events, "closes_beds", "reopens_beds")
    changes = {(uid, month): (was, now) for uid, month, was, now in month_by_month(panel, "beds_closed") if was != now}
    assert len(changes) > 40, "homes in this market lack four posts in ten"
    for key, (was, now) in changes.items():
        event = shown[key]
        assert event.event == ("closes_beds" if now > was else "reopens_beds")
        assert (event.beds_closed_before, event.beds_closed_after) == pytest.approx((was, now))
    first = panel["month"].min()
    assert {key for key in shown if key[1] != first} == set(changes)


def test_homes_with_staff_are_told_to_reopen_their_beds() -> None:
    model = virtual_market(service=Service.NURSING, vacancies=0.02)
    model.providers.beds_closed[:40] = 0.3
    events, panel = follow(model, 18)
    assert panel[panel["month"] == panel["month"].max()]["beds_closed"].mean() < 0.02
    reopened = events[events["event"] == "reopens_beds"]
    assert reopened["uid"].nunique() >= 38
    assert (reopened["beds_closed_after"] < reopened["beds_closed_before"]).all()


def test_other_services_have_no_beds_and_homes_no_contract() -> None:
    _, panel = follow(virtual_market(service=[Service.HOME_CARE, Service.NURSING]), 2)
    homes = panel["service"] == "nursing"
    assert panel["beds_closed"].notna().eq(homes).all()
    assert panel["hours_guaranteed"].notna().eq(~homes).all()


class HoursLet:
    """Adds up what changes hands, from the books of the months."""

    def __init__(self) -> None:
        self.minutes = 0

    def before(self, verb: str, model: CareLabourModel) -> None:
        """Nothing is looked at before."""

    def after(self, verb: str, model: CareLabourModel) -> None:
        """Nothing is looked at between."""

    def month_over(self, model: CareLabourModel) -> None:
        self.minutes += int(model.ledger.relet.sum())


def test_contracts_won_and_lost_are_the_hours_that_the_books_say_change_hands() -> None:
    model, books = virtual_market(providers=20, month=0, levers=[Policy(yearly_letting)]), HoursLet()
    model.watchers.append(books)  # type: ignore[arg-type]
    events, panel = follow(model, 36)
    won, lost = (events[events["event"] == name] for name in ("wins_contract", "loses_contract"))
    assert won["uid"].nunique() > 10
    assert lost["uid"].nunique() > 10
    gained = (won["hours_after"] - won["hours_before"]).sum()
    assert gained == pytest.approx(books.minutes / MINUTES_PER_HOUR)
    assert gained == pytest.approx((lost["hours_before"] - lost["hours_after"]).sum())
    assert set(won["month"]) == set(lost["month"])
    contracts = told(events, "wins_contract", "loses_contract", "keeps_contract")
    guaranteed = month_by_month(panel, "hours_guaranteed")
    changes = {(uid, month): (was, now) for uid, month, was, now in guaranteed if was != now}
    assert len(changes) > 30
    for key, (was, now) in changes.items():
        assert (contracts[key].contract_hours_before, contracts[key].contract_hours_after) == pytest.approx((was, now))


def test_a_sole_bidder_keeps_its_care_under_a_contract_with_another_guarantee() -> None:
    nobody_opens = behaviour({"opening_base": 0.0, "opening_unmet": 0.0})
    model = virtual_market(councils=2, providers=2, month=0, levers=[Policy(yearly_letting)], behaviour=nobody_opens)
    events, panel = follow(model, 25)
    kept = events[events["event"] == "keeps_contract"]
    assert set(kept["uid"]) == {identity(int(uid)) for uid in model.providers.uid[:2]}
    assert (kept["hours_after"] == kept["hours_before"]).all()
    assert not events["event"].isin(["wins_contract", "loses_contract"]).any()
    last = panel[panel["month"] == panel["month"].max()].set_index("uid")
    for row in range(2):
        shown = last.loc[identity(int(model.providers.uid[row]))]
        assert 0.0 < shown["hours_guaranteed"] == model.providers.guaranteed_minutes[row] / MINUTES_PER_HOUR
        assert model.providers.guaranteed_minutes[row] <= model.providers.demand_minutes[row, Payer.COUNCIL]


def test_a_licence_lost_is_told_in_the_month_in_which_the_panel_drops_it() -> None:
    model = virtual_market(licensed=True, sponsored=0.2, month=month_index(2023, 7))
    model.providers.rogue[:40] = 1
    events, panel = follow(model, 24)
    lost = told(events, "loses_licence")
    columns = model.providers
    revoked = np.flatnonzero(columns.licence_lost >= model.month - 24)
    assert len(revoked) > 10
    assert {key[0] for key in lost} == {identity(int(columns.uid[row])) for row in revoked}
    licensed = panel[panel["open"]].astype({"licensed": float})
    dropped = {(uid, month) for uid, month, was, now in month_by_month(licensed, "licensed") if now < was}
    first = panel["month"].min()
    assert {key for key in lost if key[1] != first} == dropped
