"""People and providers who are followed: nothing is missed or changed, and everywhere it is the same people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from small import SCALE, private_store
from test_invariance import in_other_rows

from sim.events import Event
from sim.extras import Extras, tables_of
from sim.folders import load_results
from sim.following import FollowedPeople
from sim.history import history, take_state
from sim.levers.base import all_levers
from sim.manifest import scenarios_of
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.population import build_population
from sim.replicate import Plan
from sim.results import Results
from sim.running import run, run_all
from sim.sample import Sample, identity
from sim.scenario import scenario_from
from sim.units import LeaveReason, Role, Sector, Service, Status, Visa, month_index, month_name
from sim.virtual_market import virtual_market
from sim.world import build_world

EVERYBODY = 10**9
VALUES: dict[str, Any] = {
    "name": "Enacted law",
    "scale": SCALE,
    "replicates": 2,
    "window": {"from": "2021-10", "to": "2023-05"},
}
RAISED: dict[str, Any] = {
    **VALUES,
    "name": "Raised",
    "levers": [{"national_living_wage": {"from": "2022-07", "percent": 10.0}}],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")) as folder:
        yield folder


@pytest.fixture(scope="module")
def results(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("results") / "new"
    return run_all([VALUES, RAISED], people=300, providers=60, output=folder)


def eventful_market(threads: int = 1) -> CareLabourModel:
    """A market in which everything that can happen to a person happens within two years."""
    return virtual_market(
        providers=60,
        service=[Service.HOME_CARE, Service.RESIDENTIAL, Service.NURSING, Service.COMMUNITY],
        sector=[Sector.INDEPENDENT, Sector.INDEPENDENT, Sector.INDEPENDENT, Sector.COUNCIL],
        margin=[-0.3, 0.05, 0.1],
        vacancies=0.2,
        sponsored=0.3,
        travel=0.2,
        month=month_index(2021, 7),
        levers=[all_levers()["zero_hours_ban"].model_validate({"from": "2022-04", "minimum_hours": 16.0})],
        threads=threads,
    )


@pytest.fixture(scope="module")
def watched() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Everybody followed for two years: events, panel, and the books of the months added up."""
    model = eventful_market()
    people = FollowedPeople(model, EVERYBODY, model.month)
    model.watchers.append(people)
    books: dict[str, Any] = {}
    for _ in range(24):
        model.step()
        for name in ("leavers", "starters", "people_in", "people_out", "promoted", "transferred"):
            books[name] = books.get(name, 0) + getattr(model.ledger, name)
    tables = people.tables(model)
    return tables["events"].to_pandas(), tables["panel"].to_pandas(), {**books, "model": model}


def test_events_of_everybody_are_what_the_books_count(watched: tuple[pd.DataFrame, pd.DataFrame, Any]) -> None:
    events, _, books = watched
    kinds, reasons = events["event"].astype(str), events["reason"].astype(str)
    left = events[kinds.isin(["leaves_care", "changes_employer"])]
    told = left["reason"].astype(str).value_counts()
    for reason in list(LeaveReason)[1:]:
        assert told.get(reason.name.lower(), 0) == books["leavers"][..., reason].sum(), reason.name
    assert (books["leavers"].sum(axis=(0, 1, 2, 3))[1:] > 0).sum() >= 8
    assert ((kinds == "arrives") & (events["from"] == "overseas_sponsored")).any()
    started = kinds.isin(["starts_job", "changes_employer"])
    assert started.sum() == books["starters"].sum()
    assert (kinds == "arrives").sum() == books["people_in"].sum()
    gone = events["to"].isin(["local_pool", "nhs_staff", "retired", "ill_health", "abroad"])
    assert gone.sum() == books["people_out"].sum()
    assert (kinds == "changes_role").sum() == books["promoted"].sum()
    assert (kinds == "goes_with_contract").sum() == books["transferred"].sum()
    assert not reasons[kinds == "leaves_care"].eq("").any()


def test_every_kind_of_event_happens_to_people(watched: tuple[pd.DataFrame, pd.DataFrame, Any]) -> None:
    seen = set(watched[0]["event"].astype(str))
    of_people = {event.name.lower() for event in Event if event < Event.OPENS}
    assert of_people - seen == {"settles"}, "settlement takes five years"


def test_somebody_who_settles_is_told_once() -> None:
    model = virtual_market(sponsored=0.5)
    tied = model.workers.visa == Visa.SPONSORED
    model.workers.visa_month[tied] = model.month - model.law.settlement_months + 3
    people = FollowedPeople(model, EVERYBODY, model.month)
    model.watchers.append(people)
    for _ in range(6):
        model.step()
    events = people.tables(model)["events"].to_pandas()
    settled = events[events["event"] == "settles"]
    assert len(settled) > 0.8 * tied.sum()
    assert set(settled["month"].astype(str)) == {month_name(model.month - 3)}
    assert settled["uid"].is_unique


def test_log_and_panel_tell_the_same_life(watched: tuple[pd.DataFrame, pd.DataFrame, Any]) -> None:
    """Between two months' ends somebody's pay, employer and place change only if the log says how."""
    events, panel, _ = watched
    # An accepted job is one that somebody does not have yet.
    happened = events[events["event"] != "accepts_job"]
    told = {(who, month): group for (who, month), group in happened.groupby(["uid", "month"], observed=True)}
    panel = panel.sort_values(["uid", "month"], key=lambda column: column.astype(str))
    rows = panel[["uid", "month", "place", "employer", "pay", "contract_hours"]].astype({"place": str, "employer": str})
    checked = 0
    for before, now in zip(rows.itertuples(), rows.iloc[1:].itertuples(), strict=False):
        if before.uid != now.uid:
            continue
        # Pay outside care is followed too, but no event tells of it.
        same = (before.place, before.employer) == (now.place, now.employer)
        same_pay = before.pay == now.pay or pd.isna(now.contract_hours)
        if same and same_pay:
            continue
        last = told[(now.uid, now.month)].iloc[-1]
        assert last["to"] == now.place
        if pd.notna(now.contract_hours):
            assert last["employer_after"] == now.employer
            assert now.pay in set(told[(now.uid, now.month)]["pay_after"])
        checked += 1
    assert checked > 500


def test_panel_is_what_agents_say_of_themselves(watched: tuple[pd.DataFrame, pd.DataFrame, Any]) -> None:
    _, panel, books = watched
    model = books["model"]
    last = panel[panel["month"] == month_name(model.month - 1)].set_index("uid")
    assert len(last) == len(model.workers)
    for worker in list(model.workers)[::40]:
        row = last.loc[identity(int(worker.uid))]
        assert row["value"] == pytest.approx(worker.value_of_job())
        assert row["age"] == worker.age_years
        assert row["tied_to_sponsor"] == worker.tied
        if worker.in_care:
            assert row["belief_in_match"] == pytest.approx(worker.belief_in_match())
            assert row["pay"] == worker.pay / 100
            assert row["effective_pay"] <= row["pay"]
            assert row["strain_of_team"] == worker.provider.strain
            assert row["employer_uid"] == identity(int(worker.provider.uid))
            assert f", {int(worker.provider.posts_start.sum())} post" in row["employer"]


def test_following_changes_nothing(store: Path, results: Results) -> None:
    plain = run_all([VALUES, RAISED])
    for one, other in zip(plain.runs, results.runs, strict=True):
        np.testing.assert_array_equal(one.measured.values, other.measured.values)
        assert one.measured.tables["moves"].equals(other.measured.tables["moves"])
    with pytest.raises(LookupError, match="people=100"):
        _ = plain.panel


def test_the_same_people_are_followed_in_every_scenario(results: Results) -> None:
    panel = results.panel.query("replicate == 1")
    first = panel[panel["month"] == "2021-10"].groupby("scenario", observed=True)["uid"].agg(list)
    # Some of those who were drawn left in the first month, and newcomers came.
    assert len(first["Enacted law"]) == pytest.approx(300, abs=15)
    assert first["Enacted law"] == first["Raised"]
    last = panel[panel["month"] == "2023-05"].groupby("scenario", observed=True)["uid"].agg(set)
    stayed = set(first["Enacted law"])
    both = last["Enacted law"] & last["Raised"]
    assert both & stayed
    assert last["Enacted law"] != last["Raised"], "the policy changed who is there"


def test_the_sample_remains_the_share_that_it_was(results: Results) -> None:
    panel = results.panel.query("scenario == 'Enacted law' and replicate == 1")
    places = results.places.query("scenario == 'Enacted law' and replicate == 1")
    followed = panel.groupby("month", observed=True)["uid"].count()
    everybody = places.groupby("month", observed=True)["people"].sum() * SCALE
    share = followed / everybody[followed.index]
    assert share.iloc[0] == pytest.approx(share.iloc[-1], rel=0.15)
    newcomers = set(panel[panel["month"] == "2023-05"]["uid"]) - set(panel[panel["month"] == "2021-10"]["uid"])
    assert len(newcomers) > 20


def test_a_larger_sample_holds_the_smaller_one() -> None:
    uids = np.arange(1, 10_001, dtype=np.uint64) * np.uint64(2**32 + 7)
    small, large = (set(Sample.of(5, uids, number).rows(uids)) for number in (50, 200))
    assert len(small) == 50
    assert len(large) == 200
    assert small < large
    assert set(Sample.of(6, uids, 50).rows(uids)) != small
    assert len(Sample.of(5, uids, EVERYBODY).rows(uids)) == uids.size
    assert Sample.of(5, uids, 0).rows(uids).size == 0


@pytest.mark.parametrize("key", [None, 3])
def test_neither_rows_nor_threads_matter(key: int | None) -> None:
    def followed(shuffled: int | None, threads: int) -> dict[str, Any]:
        p = behaviour()
        population = build_population(SCALE, 1, p, month_index(2022, 4))
        world = build_world(population, p, SCALE)
        if shuffled is not None:
            world = in_other_rows(world, population.geography, p.distance_decay, shuffled)
        model = CareLabourModel(world, seed=1, month=month_index(2022, 4), behaviour=p, threads=threads)
        asked = Extras(people=100, providers=40, crossings=(("role", "age"),))
        model.watchers += [*asked.crossing_watchers(model, model.month), *asked.followers(model, model.month)]
        for _ in range(6):
            model.step()
        return tables_of(model.watchers, model)

    one, other = followed(None, 1), followed(key, 2)
    assert set(one) == {"events", "panel", "provider_panel", "crossings"}
    for name, table in one.items():
        pd.testing.assert_frame_equal(table.to_pandas(), other[name].to_pandas(), check_categorical=False, obj=name)
        assert table.num_rows > 100


def test_a_stored_history_gives_the_same_as_one_that_is_simulated(store: Path, tmp_path: Path) -> None:
    with private_store(tmp_path / "fresh"):
        fresh = run(RAISED, people=40, providers=10, detail="service,role")
    stored = run(RAISED, people=40, providers=10, detail="service,role")
    for name in ("events", "panel", "provider_panel", "crossings"):
        pd.testing.assert_frame_equal(fresh.frame(name), stored.frame(name), check_categorical=False)


def test_a_scenario_is_told_alike_alone_and_in_company(results: Results, tmp_path: Path) -> None:
    with private_store(tmp_path / "store"):
        alone = run(RAISED, people=300, providers=60)
    for name in ("events", "panel", "provider_panel"):
        company = results.frame(name).query("scenario == 'Raised'").reset_index(drop=True)
        pd.testing.assert_frame_equal(alone.frame(name), company, check_categorical=False)


def test_the_manifest_asks_for_the_same_again(store: Path, results: Results) -> None:
    again = run_all(scenarios_of(results.manifest), **results.manifest["asked_for"])
    for name in ("events", "panel", "provider_panel"):
        pd.testing.assert_frame_equal(again.frame(name), results.frame(name), check_categorical=False)


def test_who_is_followed_is_drawn_where_scenarios_have_one_past(store: Path) -> None:
    """With a lever before the window, the draw is made when it begins, and is another one than without such company."""
    early = {**VALUES, "name": "Early", "levers": [{"fee_uplift": {"from": "2020-01", "percent": 3.0}}]}
    asked = Extras(people=25)
    alone, company = (Plan(tuple(map(scenario_from, ones)), asked) for ones in ([VALUES], [VALUES, early]))
    assert alone.drawn_in == month_index(2021, 10)
    assert company.drawn_in == month_index(2020, 1)
    results = run_all([{**VALUES, "replicates": 1}, {**early, "replicates": 1}], people=25)
    panel = results.panel.query("month == '2021-10'").groupby("scenario", observed=True)["uid"].agg(set)
    assert len(panel["Enacted law"] & panel["Early"]) > 10
    again = run({**VALUES, "replicates": 1}, people=25).panel.query("month == '2021-10'")
    assert len(again) == pytest.approx(25, abs=4)


def test_months_from_the_window_on_are_simulated_again_and_kept(store: Path, results: Results) -> None:
    run(VALUES)
    plain = Plan((scenario_from(VALUES),))
    asked = Plan((scenario_from(VALUES),), Extras(people=17))
    assert plain.months_ahead(1) == 0
    assert asked.months_ahead(1) == asked.end - month_index(2021, 4)
    run(VALUES, people=17)
    assert asked.months_ahead(1) == 0
    assert history(asked.origin(1), asked.kept).model.month == asked.kept
    assert len(take_state(history(asked.origin(1), asked.kept).model).tables["workers"]["uid"]) > 0


def test_providers_are_told_as_their_columns_stand(results: Results) -> None:
    panel = results.provider_panel.query("scenario == 'Enacted law' and replicate == 1")
    assert panel[panel["month"] == "2021-10"]["uid"].nunique() == pytest.approx(60, abs=4)
    vacant = np.maximum(panel["posts_sought_care_worker"] - panel["posts_filled_care_worker"], 0)
    assert (vacant == panel["posts_vacant_care_worker"]).all()
    here = panel[panel["open"]]
    assert here["hours_delivered"].to_numpy() == pytest.approx((here["hours_bought"] - here["hours_missed"]).to_numpy())
    assert not panel["sector"].eq("direct_payment").any()
    walk = history(Plan((scenario_from(VALUES),)).origin(1), month_index(2023, 6))
    last = panel[panel["month"] == "2023-05"].set_index("uid")
    providers = walk.model.providers
    found = 0
    for row in np.flatnonzero(providers.active == 1):
        uid = identity(int(providers.uid[row]))
        if uid in last.index:
            told = last.loc[uid]
            assert told["posted_pay_care_worker"] == providers.posted_pay[row, Role.CARE_WORKER] / 100
            assert told["fee_council"] == providers.fee[row, 0] / 100
            assert told["reserves"] == providers.reserves[row] / 100
            assert told["licensed"] == (providers.licensed[row] == 1)
            found += 1
    assert found > 40


def test_events_of_providers_are_told(watched: Any, results: Results) -> None:
    events = results.events.query("who == 'provider'")
    seen = set(events["event"].astype(str))
    assert {"posted_pay_changes", "gains_licence", "hands_back_care"} <= seen
    raised = events.query("event == 'posted_pay_changes' and scenario == 'Raised'")
    assert (raised["pay_after"] > raised["pay_before"]).mean() > 0.9


def test_files_say_that_they_are_simulated(results: Results) -> None:
    assert results.folder is not None
    for stem in ("simulated_events", "simulated_people", "simulated_providers"):
        table = pq.read_table(results.folder / f"{stem}.parquet")
        assert b"None of them exists" in table.schema.metadata[b"note"]
        assert (results.folder / f"{stem}.csv").is_file()
    back = load_results(results.folder)
    for name in ("events", "panel", "provider_panel"):
        pd.testing.assert_frame_equal(back.frame(name), results.frame(name), check_categorical=False)


def test_a_long_table_is_parquet_only(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim import folders

    monkeypatch.setattr(folders, "setting", lambda name: 100)
    folders.save_results(Results(results.runs, dict(results.manifest)), tmp_path / "out", detail=False)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert "simulated_people.parquet" in names
    assert "simulated_people.csv" not in names


def test_people_out_of_care_have_no_contract(results: Results) -> None:
    panel = results.panel
    out = panel[panel["status"] != Status.CARE.name.lower()]
    assert len(out) > 0
    assert out[["contract_hours", "belief_in_match", "strain_of_team"]].isna().all().all()
    assert panel[panel["status"] == "care"][["pay", "contract_hours", "belief_in_match"]].notna().all().all()
