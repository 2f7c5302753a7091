"""Indicators against direct counts from tables and ledgers, kept month by month while a small market runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from small import origin, private_store

from sim.experiments.outcomes import Outcome, groups_of, known_outcomes, shipped_outcomes, yearly
from sim.experiments.work import wanted as wanted_of
from sim.geography import council_rows, load_places
from sim.history import start
from sim.indicators import INDICATORS
from sim.measures import Base, over_a_year, share
from sim.month.groups import GroupKind
from sim.month.stock import Measure
from sim.recording import STOCKS, stack
from sim.results import definitions
from sim.series import Measured, Wanted, joined, measure
from sim.special_indicators import PENCE, SPECIAL, specials
from sim.units import ClientGroup, LeaveReason, Payer, Role, Sector, Service, Source, Status, Visa, month_name

SCALE = 0.01
MONTHS = 14
LAST = MONTHS - 1
NEAR_FLOOR = 10


class Seen(NamedTuple):
    """What a market left behind."""

    measured: Measured
    model: Any
    leavers: np.ndarray
    """[month, L, S, X, R, reason]"""
    starters: np.ndarray
    payments: np.ndarray
    costs: np.ndarray

    def at_end(self, indicator: str, area: str = "England", group: str = "all") -> float:
        return float(self.measured.of(indicator, area, group)[LAST])


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    with private_store(tmp_path_factory.mktemp("store")):
        walk = start(origin(scale=SCALE))
    books = []
    for month in range(MONTHS):
        walk.to(month + 1)
        books.append(walk.model.ledger)
    parts = [np.stack([getattr(book, name) for book in books]) for name in ("leavers", "starters", "payments", "costs")]
    return Seen(measure(stack(walk.records), SCALE, 0, LAST), walk.model, *parts)


def posts(seen: Seen, *, sectors: tuple[int, ...], service: int | None = None, council: Any = None) -> Any:
    """Posts sought, filled and vacant of establishments, straight from their columns."""
    columns = seen.model.providers.columns
    chosen = (columns.uid != 0) & np.isin(columns.sector, sectors)
    if service is not None:
        chosen &= columns.service == service
    if council is not None:
        chosen &= np.isin(columns.council, council)
    sought, filled = columns.posts_sought[chosen].astype(int), columns.posts_filled[chosen].astype(int)
    return sought.sum(), filled.sum(), np.clip(sought - filled, 0, None).sum()


def staff(seen: Seen) -> Any:
    """Columns of people in post with their employer's sector, service and unpaid travel."""
    workers, providers = seen.model.workers.columns, seen.model.providers.columns
    rows = np.flatnonzero(workers.status == Status.CARE)
    return rows, workers, providers, providers.sector[workers.employer[rows]]


CORE = (int(Sector.INDEPENDENT), int(Sector.COUNCIL))
EVERYBODY = tuple(int(sector) for sector in Sector)


def test_vacancies_are_those_of_council_and_independent_sector(seen: Seen) -> None:
    sought, filled, vacant = posts(seen, sectors=CORE)
    assert vacant > 0
    assert seen.at_end("posts_sought") == pytest.approx(sought / SCALE)
    assert seen.at_end("filled_posts") == pytest.approx(filled / SCALE)
    assert seen.at_end("vacancies") == pytest.approx(vacant / SCALE)
    assert seen.at_end("vacancy_rate") == pytest.approx(vacant / (filled + vacant))
    with_assistants = posts(seen, sectors=EVERYBODY)[1]
    assert with_assistants > filled
    assert seen.at_end("filled_posts_all") == pytest.approx(with_assistants / SCALE)


@pytest.mark.parametrize("service", [Service.RESIDENTIAL, Service.HOME_CARE])
def test_vacancies_by_service(seen: Seen, service: Service) -> None:
    _, filled, vacant = posts(seen, sectors=CORE, service=int(service))
    assert seen.at_end("vacancy_rate", group=service.name.lower()) == pytest.approx(vacant / (filled + vacant))


def test_vacancies_by_sector_and_role(seen: Seen) -> None:
    _, filled, vacant = posts(seen, sectors=(int(Sector.COUNCIL),))
    assert seen.at_end("vacancy_rate", group="council") == pytest.approx(vacant / (filled + vacant))
    columns = seen.model.providers.columns
    core = (columns.uid != 0) & np.isin(columns.sector, CORE)
    sought, filled = (
        values[core, Role.CARE_WORKER].astype(int) for values in (columns.posts_sought, columns.posts_filled)
    )
    vacant = np.clip(sought - filled, 0, None).sum()
    assert seen.at_end("vacancy_rate", group="care_worker") == pytest.approx(vacant / (filled.sum() + vacant))


def test_vacancies_by_region_and_council(seen: Seen) -> None:
    places = load_places()
    london = [place for place, row in enumerate(council_rows()) if row["region"] == "London"]
    assert len(london) == 33
    _, filled, vacant = posts(seen, sectors=CORE, council=london)
    assert seen.at_end("vacancy_rate", "London") == pytest.approx(vacant / (filled + vacant))
    kent = places.councils.index("Kent")
    _, filled, vacant = posts(seen, sectors=CORE, council=[kent])
    assert seen.at_end("vacancy_rate", "Kent") == pytest.approx(vacant / (filled + vacant))


def test_change_in_vacancies_is_posts_sought_less_filled_plus_staff_beyond(seen: Seen) -> None:
    parts = [seen.measured.of(name) for name in ("posts_sought", "filled_posts", "posts_over")]
    assert parts[2].min() >= 0
    assert seen.measured.of("vacancies") == pytest.approx(parts[0] - parts[1] + parts[2])


@pytest.mark.parametrize(
    ("indicator", "sectors"),
    [
        ("turnover_independent", (0,)),
        ("turnover_council_independent", CORE),
        ("turnover_all", EVERYBODY),
    ],
)
def test_turnover_is_leavers_of_twelve_months_over_staff_in_post(
    seen: Seen, indicator: str, sectors: tuple[int, ...]
) -> None:
    told = np.delete(seen.leavers, LeaveReason.CLOSURE, axis=-1)  # an employer that has closed tells of nobody
    assert seen.leavers[-12:, ..., LeaveReason.CLOSURE].sum() > 0
    left = told[-12:, :, :, list(sectors)].sum()
    assert seen.at_end(indicator) == pytest.approx(left / posts(seen, sectors=sectors)[1])
    care_workers = told[-12:, :, :, list(sectors), Role.CARE_WORKER].sum()
    columns = seen.model.providers.columns
    in_post = columns.posts_filled[(columns.uid != 0) & np.isin(columns.sector, sectors), Role.CARE_WORKER].sum()
    assert seen.at_end(indicator, group="care_worker") == pytest.approx(care_workers / in_post)


def test_the_three_bases_of_turnover_differ(seen: Seen) -> None:
    names = ("turnover_independent", "turnover_council_independent", "turnover_all")
    assert len({round(seen.at_end(name), 6) for name in names}) == 3


def test_leavers_of_the_councils_are_englands(seen: Seen) -> None:
    """Councils' flows are recorded by themselves, and leave out staff of closed employers as England's do."""
    assert seen.leavers[-12:, ..., LeaveReason.CLOSURE].sum() > 0

    def left(area: str) -> float:
        posts_there = seen.at_end("filled_posts_all", area)
        return seen.at_end("turnover_all", area) * posts_there if posts_there else 0.0

    assert sum(left(council) for council in load_places().councils) == pytest.approx(left("England"))


def test_first_months_count_leavers_of_the_spin_up(seen: Seen) -> None:
    assert 0.1 < seen.measured.of("turnover_all")[0] < 0.6


def test_starters_and_where_they_came_from(seen: Seen) -> None:
    came = seen.starters[-12:, :, :, list(CORE)].sum(axis=(0, 1, 2, 3, 4))
    assert seen.at_end("starters_rate") == pytest.approx(came.sum() / posts(seen, sectors=CORE)[1])
    for source in Source:
        found = seen.at_end("starters_share", group=source.name.lower())
        assert found == pytest.approx(came[source] / came.sum())
    assert seen.at_end("starters") == pytest.approx(seen.starters[-1].sum() / SCALE)


def test_leavers_and_where_they_went(seen: Seen) -> None:
    left = seen.leavers[-12:, :, :, list(CORE)].sum(axis=(0, 1, 2, 3, 4))
    shares = [seen.at_end("leavers_share", group=reason.name.lower()) for reason in list(LeaveReason)[1:]]
    assert shares == pytest.approx(left[1:] / left.sum())
    assert sum(shares) == pytest.approx(1.0)
    left = seen.leavers[-1].sum() - seen.leavers[-1, ..., LeaveReason.CLOSURE].sum()
    assert seen.at_end("leavers") == pytest.approx(left / SCALE)


def test_contracts_visas_and_hours(seen: Seen) -> None:
    rows, workers, _, sector = staff(seen)
    assert seen.at_end("zero_hours_share") == pytest.approx(np.mean(workers.contract_minutes[rows] == 0))
    assert seen.at_end("sponsored_share") == pytest.approx(np.mean(workers.visa[rows] == Visa.SPONSORED))
    assert seen.at_end("mean_hours") == pytest.approx(workers.worked_minutes[rows].mean() / 60)
    core = rows[sector <= 1]
    minutes = workers.worked_minutes[core]
    settled = LAST - workers.job_start[core] >= 12
    assert seen.at_end("long_service_share") == pytest.approx(minutes[settled].sum() / minutes.sum())


def test_where_staff_came_from_and_how_long_they_have_been_in_care(seen: Seen) -> None:
    rows, workers, _, sector = staff(seen)
    core = rows[sector <= 1]
    assert seen.at_end("staff_from_care") == pytest.approx(np.mean(workers.came_from[core] == Source.CARE))
    began = [int(month_name(int(month))[:4]) for month in workers.sector_start[core]]
    years = int(month_name(LAST)[:4]) - np.array(began)
    assert seen.at_end("staff_new_to_care") == pytest.approx(np.mean(years <= 2))
    assert seen.at_end("staff_long_in_care") == pytest.approx(np.mean(years > 10))
    assert np.mean(years == 2) > 0.0 < np.mean(years == 10), "the edges of both bands are told apart"


def test_moves_out_of_care_are_of_care_workers_and_seniors_who_change_jobs(seen: Seen) -> None:
    frontline = [Role.CARE_WORKER, Role.SENIOR_CARE_WORKER]
    left = seen.leavers[-12:, :, :, list(CORE)][:, :, :, :, frontline].sum(axis=(0, 1, 2, 3, 4))
    out = left[LeaveReason.NHS_JOB] + left[LeaveReason.OTHER_JOB]
    within = left[LeaveReason.CARE_JOB] + left[LeaveReason.AGENCY_WORK]
    assert seen.at_end("moves_out_of_care") == pytest.approx(out / (out + within))
    everybody = seen.leavers[-12:, :, :, list(CORE)].sum(axis=(0, 1, 2, 3, 4))
    assert everybody[LeaveReason.NHS_JOB] > left[LeaveReason.NHS_JOB], "nurses go to the NHS, and don't count"


def test_pay_and_its_distribution(seen: Seen) -> None:
    rows, workers, _, sector = staff(seen)
    assert seen.at_end("mean_pay") == pytest.approx(workers.pay[rows].mean() / 100)
    care = rows[(sector == 0) & (workers.role[rows] == Role.CARE_WORKER)]
    pay = np.sort(workers.pay[care])
    for percent in (10, 25, 50, 75, 90):
        expected = pay[int(np.ceil(len(pay) * percent / 100)) - 1] / 100
        assert seen.at_end(f"pay_p{percent}", group="care_worker") == pytest.approx(expected)
    at_floor = workers.pay[rows[sector == 0]] <= seen.model.law.adult_rate + NEAR_FLOOR
    assert seen.at_end("share_at_floor") == pytest.approx(at_floor.mean())
    assert seen.at_end("national_living_wage") == seen.model.law.adult_rate / 100


def test_effective_pay_counts_unpaid_travel(seen: Seen) -> None:
    rows, workers, providers, _ = staff(seen)
    employer = workers.employer[rows]
    paid = np.maximum(providers.travel_paid_share[employer], seen.model.law.travel_paid_share[employer])
    travel = providers.travel_share[employer]
    effective = np.floor(workers.pay[rows] * ((1.0 + paid * travel) / (1.0 + travel)))
    assert seen.at_end("mean_effective_pay") == pytest.approx(effective.mean() / 100)
    assert seen.at_end("share_below_minimum") == pytest.approx(np.mean(effective < seen.model.law.adult_rate))
    assert seen.at_end("mean_effective_pay") < seen.at_end("mean_pay")


def test_premiums(seen: Seen) -> None:
    rows, workers, _, sector = staff(seen)
    independent = rows[sector == 0]
    care = independent[workers.role[independent] == Role.CARE_WORKER]
    months = LAST - workers.sector_start[care]
    old, new = workers.pay[care[months >= 60]].mean(), workers.pay[care[months < 12]].mean()
    assert seen.at_end("experience_premium") == pytest.approx(old - new)
    senior = workers.pay[independent[workers.role[independent] == Role.SENIOR_CARE_WORKER]].mean()
    assert seen.at_end("senior_premium") == pytest.approx(senior - workers.pay[care].mean())


def test_care_needed_bought_and_missed(seen: Seen) -> None:
    councils, providers = seen.model.councils.columns, seen.model.providers.columns
    need, bought = councils.need_minutes.sum(), councils.bought_minutes.sum()
    missed, waiting = providers.missed_minutes.sum(), councils.waiting_minutes.sum()
    assert missed > 0
    assert seen.at_end("hours_needed") == pytest.approx(need / 60 / SCALE)
    assert seen.at_end("hours_delivered") == pytest.approx((bought - missed) / 60 / SCALE)
    assert seen.at_end("missed_share") == pytest.approx(missed / bought)
    assert seen.at_end("waiting_share") == pytest.approx(waiting / need)
    trimmed = councils.trimmed_minutes.sum()
    assert seen.at_end("trimmed_share") == pytest.approx(trimmed / need)
    assert seen.at_end("unmet_share") == pytest.approx((waiting + trimmed + missed) / need)
    agency = providers.agency_minutes.sum()
    assert seen.at_end("agency_share") == pytest.approx(agency / (bought - missed))
    home_care = providers.missed_minutes[providers.service == Service.HOME_CARE].sum()
    of = councils.bought_minutes[:, Service.HOME_CARE].sum()
    assert seen.at_end("missed_share", group="home_care") == pytest.approx(home_care / of)


def test_need_assessed_and_waiting_by_client_group(seen: Seen) -> None:
    councils = seen.model.councils.columns
    group = ClientGroup.LEARNING_DISABILITY
    waiting, done = councils.awaiting[:, group].sum(), councils.assessed[:, group].sum()
    name = "learning_disability"
    assert seen.at_end("people_awaiting_assessment", group=name) == pytest.approx(waiting / SCALE, rel=0.01)
    assert seen.at_end("wait_for_assessment", group=name) == pytest.approx(waiting / done, rel=0.02)
    unassessed = (councils.awaiting[:, None, :] * councils.person_minutes).sum()
    need = councils.need_minutes.sum()
    assert seen.at_end("unassessed_share") == pytest.approx(unassessed / (unassessed + need), rel=1e-3)
    for indicator, minutes in (
        ("hours_assessed", councils.need_minutes),
        ("hours_commissioned", councils.bought_minutes),
    ):
        expected = minutes[:, :, Payer.COUNCIL].sum() / 60 / SCALE
        assert seen.at_end(indicator) == pytest.approx(expected, rel=1e-3)
        parts = [seen.at_end(indicator, group=one.name.lower()) for one in ClientGroup]
        assert sum(parts) == pytest.approx(expected, rel=1e-3)
    assert 4.5e6 < seen.at_end("unpaid_carers") < 5.5e6


def test_money(seen: Seen) -> None:
    paid = seen.payments[-1].sum(axis=(0, 1)) / 100 / SCALE
    for payer, name in ((Payer.COUNCIL, "council"), (Payer.NHS, "nhs"), (Payer.SELF_FUNDER, "self_funder")):
        assert seen.at_end(f"cost_{name}") == pytest.approx(paid[payer])
    assert seen.at_end("wage_bill") == pytest.approx(seen.costs[-1, :, :, :2].sum() / 100 / SCALE)
    assert seen.at_end("grants") == 0.0
    columns = seen.model.providers.columns
    chosen = (columns.active == 1) & (columns.sector == Sector.INDEPENDENT)
    income = ((columns.demand_minutes // 60) * columns.price).sum(axis=1)[chosen]
    expected = (income * columns.margin[chosen]).sum() / income.sum()
    assert seen.at_end("provider_margin") == pytest.approx(expected, abs=1e-6)


def test_parts_add_up_to_england(seen: Seen) -> None:
    measured, places = seen.measured, load_places()
    for name in ("filled_posts", "vacancies", "hours_needed", "cost_council"):
        whole = measured.of(name)
        assert sum(measured.of(name, region) for region in places.regions) == pytest.approx(whole)
        assert sum(measured.of(name, council) for council in places.councils) == pytest.approx(whole)
    assert sum(measured.of("leavers", group=role.name.lower()) for role in Role) == pytest.approx(
        measured.of("leavers")
    )


def test_groups_outside_a_base_are_not_shown(seen: Seen) -> None:
    with pytest.raises(KeyError):
        seen.at_end("vacancy_rate", group="personal_assistants")
    with pytest.raises(KeyError):
        seen.at_end("turnover_independent", group="council")
    assert seen.at_end("turnover_all", group="personal_assistants") > 0
    assert Base.ALL_EMPLOYED.holds("sector", "direct_payment")


def test_groups_of_people_add_up(seen: Seen) -> None:
    people = [key for key in seen.measured.keys if key.indicator == "people"]
    by_kind: dict[str, float] = {}
    pay: dict[str, float] = {}
    for key in people:
        found, each = (
            float(seen.measured.of(name, group=key.group, group_type=key.group_type)[LAST])
            for name in ("people", "pay_of_group")
        )
        by_kind[key.group_type] = by_kind.get(key.group_type, 0.0) + found
        pay[key.group_type] = pay.get(key.group_type, 0.0) + (found * each if found else 0.0)
    assert len(by_kind) == len(GroupKind)
    everybody = seen.at_end("filled_posts_all")
    assert all(total == pytest.approx(everybody) for total in by_kind.values())
    assert all(total == pytest.approx(everybody * seen.at_end("mean_pay")) for total in pay.values())


def test_sums_stand_in_the_order_in_which_the_month_takes_them() -> None:
    assert [measure.name.lower() for measure in Measure] == list(STOCKS)


def test_yearly_sums_and_shares() -> None:
    monthly = np.arange(30.0).reshape(15, 2)
    rolled = over_a_year(monthly)
    assert np.isnan(rolled[:11]).all()
    assert rolled[11] == pytest.approx(monthly[:12].sum(axis=0))
    assert rolled[14] == pytest.approx(monthly[3:].sum(axis=0))
    assert np.isnan(share(np.array([1.0]), np.array([0.0]))[0])
    assert share(np.array([1.0]), np.array([4.0]))[0] == 0.25


def test_every_indicator_is_defined_and_measured(seen: Seen) -> None:
    measured = {key.indicator for key in seen.measured.keys}
    told = {row["indicator"]: row for row in definitions()}
    assert measured == set(told) == {*INDICATORS, *SPECIAL}
    assert all(row["definition"].endswith(".") and row["unit"] for row in told.values())
    assert told["experience_premium"]["unit"] == PENCE


def test_keys_do_not_depend_on_what_happened(seen: Seen, tmp_path: Path) -> None:
    with private_store(tmp_path / "store"):
        walk = start(origin(seed=9, scale=0.003)).to(1)
    other = measure(stack(walk.records), 0.003, 0, 0)
    assert other.keys == seen.measured.keys
    assert len(set(other.keys)) == len(other.keys)
    assert list(specials(stack(walk.records), 0.003, councils_in_full=False))


def test_councils_are_told_in_full_on_request_only(seen: Seen, tmp_path: Path) -> None:
    with private_store(tmp_path / "store"):
        records = stack(start(origin(seed=9, scale=0.003)).to(1).records)
    full = measure(records, 0.003, 0, 0)
    short = measure(records, 0.003, 0, 0, councils_in_full=False)
    dropped = [key for key in full.keys if key not in set(short.keys)]
    assert {key.area_type for key in dropped} == {"council"}
    assert {key.group_type for key in dropped} == {"service", "client_group"}
    assert not any(key.group == "all" for key in dropped)
    rows = [full.keys.index(key) for key in short.keys]
    assert np.array_equal(full.values[rows], short.values, equal_nan=True)


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with private_store(tmp_path_factory.mktemp("store")):
        return stack(start(origin(scale=SCALE)).to(24).records)


def test_a_run_measured_in_two_parts_is_the_run_measured_at_once(two_years):
    whole = measure(two_years, SCALE, 0, 23)
    parts = joined(measure(two_years, SCALE, 0, 10), measure(two_years, SCALE, 11, 23, goes_on=True))
    assert parts.keys == whole.keys
    assert np.array_equal(parts.values, whole.values, equal_nan=True)
    assert all(parts.tables[name].to_pydict() == table.to_pydict() for name, table in whole.tables.items())
    assert parts.tables.keys() == whole.tables.keys()


def test_parts_of_different_runs_are_not_joined(two_years):
    with pytest.raises(ValueError, match="no parts of one run"):
        joined(measure(two_years, SCALE, 0, 10), measure(two_years, SCALE, 12, 23, goes_on=True))


def test_what_little_is_wanted_is_what_is_measured_of_everything(two_years):
    wanted = Wanted(frozenset({"turnover_all", "pay_p50", "cost_council"}), frozenset({"england", "region"}))
    whole, little = (measure(two_years, SCALE, 12, 23, wanted=each) for each in (None, wanted))
    assert {key.indicator for key in little.keys} == wanted.indicators
    assert {key.area_type for key in little.keys} == wanted.area_types
    for place, key in enumerate(little.keys):
        values = whole.of(key.indicator, key.area, key.group, key.group_type)
        assert np.array_equal(little.values[place], values, equal_nan=True)


def test_each_indicator_measured_alone_is_the_one_measured_with_everything(two_years):
    """Names of what is worked out together must not leave one of them out."""
    whole = measure(two_years, SCALE, 12, 23)
    for name in (*INDICATORS, *SPECIAL):
        everywhere = frozenset({"england", "region", "council"})
        alone = measure(two_years, SCALE, 12, 23, wanted=Wanted(frozenset({name}), everywhere))
        assert set(alone.keys) == {key for key in whole.keys if key.indicator == name}
        rows = [whole.keys.index(key) for key in alone.keys]
        assert np.array_equal(alone.values, whole.values[rows], equal_nan=True)


def test_groups_that_are_not_wanted_are_not_measured(two_years):
    names = frozenset({"vacancy_rate", "turnover", "people_awaiting_assessment", "leavers_share"})
    every, some = (
        measure(two_years, SCALE, 12, 23, wanted=Wanted(names, group_types=types)) for types in (None, {"all", "age"})
    )
    assert set(some.keys) == {key for key in every.keys if key.group_type in {"all", "age"} or key.group == "all"}
    assert {key.group_type for key in some.keys if key.group != "all"} == {"age"}
    assert {key.group_type for key in some.keys} < {key.group_type for key in every.keys}


def test_each_outcome_that_a_study_may_ask_for_is_told_when_it_asks_for_nothing_else(two_years):
    """Those by client group are asked for of all clients together."""
    for name in known_outcomes():
        for area_type, area in (("england", "England"), ("region", "London"), ("council", "Leeds")):
            outcome = shipped_outcomes().get(name, Outcome(name, name, "", 1.0, (name,)))
            of_each = [groups_of(indicator, area_type) for indicator in outcome.indicators]
            for group in of_each[0][:2]:
                asked = (outcome._replace(area=area, group=group),)
                if all(group in groups for groups in of_each):
                    measured = measure(two_years, SCALE, 12, 23, wanted=wanted_of(asked))
                    ((value,),) = yearly(measured, asked).values()
                    assert np.isfinite(value) or area != "England", (name, area, group)
