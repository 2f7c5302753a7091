"""The starting population: margins that went in come out, and nothing contradicts itself."""

import csv
import math
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import sim.population
from sim.conditions import in_force
from sim.draws import person_id
from sim.geography import council_rows, load_places, read_rows
from sim.jit import as_record
from sim.parameters import behaviour
from sim.population import build_population, held_out_error
from sim.population.inputs import figures, margin, out_of_work_in_pool
from sim.population.keys import identities, scaled_within, whole
from sim.population.report import DOCUMENT, after_spin_up, all_checks, people_in_post, share_at_floor
from sim.rules.pay import other_roles_pay, weekly_on_costs, weekly_wage
from sim.units import NEVER, NOBODY, Payer, Role, Sector, Service, Status, Stream, Visa

SAMPLE = 0.05
SAMPLING_ERRORS = 4.0
CLUSTERING = 4.0
"""Establishments are sampled whole, so errors of shares exceed those of a simple random sample by about this factor."""
HELD_OUT_MEAN_ERROR = 0.24
PACKAGE = Path(sim.population.__file__).parent


@pytest.fixture(scope="module")
def england():
    return build_population(1.0, seed=1)


@pytest.fixture(scope="module")
def sample():
    return build_population(SAMPLE, seed=1)


@pytest.fixture(scope="module")
def april_2016():
    """England once the spin-up is over."""
    return after_spin_up(1.0, seed=1)


@pytest.fixture(scope="module")
def checks(england, april_2016):
    return all_checks(england, april_2016, 1.0)


def test_margins_come_back_out(checks):
    wrong = [one for one in checks if not abs(one.difference) <= one.tolerance]
    assert not wrong, "\n".join(map(str, wrong))


def test_there_is_a_check_for_each_kind_of_margin(checks):
    assert len(checks) >= 55
    for word in ("posts", "vacancy", "zero hours", "age", "nationals", "pay", "self-funders", "beds", "establishments"):
        assert any(word in one.name for one in checks)


def test_margins_come_back_out_of_a_sample_within_sampling_error(sample):
    wrong = []
    for one in all_checks(sample, after_spin_up(SAMPLE, seed=1), SAMPLE):
        if one.unit == "%":
            share = max(one.target / 100.0, 0.01)
            error = 100.0 * math.sqrt(share * (1.0 - share) / one.sample)
            allowed = one.tolerance + SAMPLING_ERRORS * CLUSTERING * error
        elif one.unit in {"posts", "beds"}:
            allowed = one.tolerance + SAMPLING_ERRORS * math.sqrt(max(one.target, 1.0) / SAMPLE)
        elif one.unit == "establishments":
            allowed = 0.1 * one.target
        else:
            allowed = one.tolerance + 0.03 * one.target
        if not abs(one.difference) <= allowed:
            wrong.append((one, allowed))
    assert not wrong, "\n".join(map(str, wrong))


def test_posts_filled_are_the_people_in_post(england):
    workers, providers = england.workers, england.providers
    people = people_in_post(england)
    heads = np.bincount(
        workers.employer[people.live].astype(np.int64) * len(Role) + people.role, minlength=len(providers) * len(Role)
    )
    assert np.array_equal(heads.reshape(-1, len(Role)), providers.posts_filled)
    assert np.all(providers.posts_sought >= providers.posts_filled)
    assert np.array_equal(providers.posts_start, providers.posts_sought)


def test_rows_without_a_person_are_empty_and_there_is_room(england):
    workers, count = england.workers, people_in_post(england).live.size
    assert workers.capacity >= 1.4 * count
    with_agencies = workers.status == Status.AGENCY
    assert 0.03 * count < with_agencies.sum() < 0.05 * count
    assert np.array_equal(workers.uid != 0, with_agencies | (workers.status == Status.CARE))
    assert np.all(workers.employer[workers.status != Status.CARE] == NOBODY)


def test_neighbours_lie_together_with_room_between(england):
    workers, blocks = england.workers, england.row_blocks
    home, rows = workers.home_council, np.flatnonzero(workers.status == Status.CARE)
    assert np.array_equal(np.searchsorted(blocks, rows, side="right") - 1, home[rows])
    residents = np.bincount(home[rows], minlength=len(blocks) - 1)
    assert np.all(np.diff(blocks) >= 1.4 * residents)


def test_nobody_is_paid_below_the_floor_that_binds_them(england):
    workers, providers = england.workers, england.providers
    people = people_in_post(england)
    age = -workers.birth_month[people.live] / 12.0
    adult_rate, youth_rate = in_force("adult_rate", 0), in_force("youth_rate", 0)
    adult = (age >= in_force("adult_age", 0)) | (providers.adult_rate_for_all[workers.employer[people.live]] == 1)
    pay = workers.pay[people.live]
    assert pay[adult].min() == adult_rate
    assert pay[~adult].min() >= youth_rate
    assert pay[people.sector == Sector.COUNCIL].min() >= in_force("council_floor", 0)
    assert np.all(providers.posted_pay >= adult_rate)


def test_pay_bunches_at_the_floor_as_in_march_2016(april_2016):
    people = people_in_post(april_2016)
    assert share_at_floor(april_2016, people) == pytest.approx(17.0, abs=3.0)
    assert share_at_floor(april_2016, people, within=10) <= 40.0


def test_zero_hours_are_held_more_often_by_those_who_like_them(england):
    workers, live = england.workers, people_in_post(england).live
    zero = workers.contract_minutes[live] == 0
    dislikes_guarantee = workers.value_of_guarantee[live] < 0.0
    assert dislikes_guarantee.mean() == pytest.approx(0.30, abs=0.02)
    assert dislikes_guarantee[zero].mean() > dislikes_guarantee[~zero].mean() + 0.05


def test_contracts_hours_and_dates_are_possible(england):
    workers, live = england.workers, people_in_post(england).live
    contract, worked, wanted = (workers.arrays[f"{kind}_minutes"][live] for kind in ("contract", "worked", "wanted"))
    assert np.all((contract == 0) | (contract == worked))
    assert worked.min() > 0
    assert np.all(wanted >= worked)
    job, sector, birth = workers.job_start[live], workers.sector_start[live], workers.birth_month[live]
    assert np.all(sector <= job)
    assert np.all(job < 0)
    assert sector.min() >= -600
    assert np.all((sector - birth) / 12.0 >= 17.8)


def test_median_journey_is_about_five_km_and_some_are_over_twenty(england):
    distance = england.workers.distance[people_in_post(england).live]
    assert 4.0 <= np.median(distance) <= 6.0
    assert 0.02 <= (distance > 20.0).mean() <= 0.10


def test_nobody_is_sponsored_in_2016(england):
    workers, live = england.workers, people_in_post(england).live
    assert not np.any(workers.visa[live] == Visa.SPONSORED)
    assert np.all(workers.sponsor[live] == NOBODY)
    assert np.all(workers.clock_start[live] == NEVER)


def test_demand_is_what_filled_posts_would_deliver_and_councils_buy_their_part(england):
    providers, councils = england.providers, england.councils
    assert np.array_equal(providers.demand_minutes.sum(axis=1), providers.capacity_minutes)
    assert np.array_equal(councils.bought_minutes.sum(axis=(0, 1)), providers.demand_minutes.sum(axis=0))
    assert np.array_equal(councils.need_minutes, councils.bought_minutes)
    # Not all care that is bought finds staff, so that what is spent, with which money begins, is less than its price.
    assert councils.budget == pytest.approx(figures()["money_at_start"] * councils.spent, abs=1.0)
    weekly = (providers.demand_minutes[:, Payer.COUNCIL] / 60.0 * providers.fee[:, Payer.COUNCIL]).sum()
    assert councils.spent.sum() == pytest.approx(weekly * 52 / 12, rel=1e-6)


def test_fees_cover_costs_and_leave_the_margin(england):
    providers = england.providers
    chosen = (providers.sector == Sector.INDEPENDENT) & (providers.staff_minutes > 0)
    income = (providers.fee * providers.demand_minutes).sum(axis=1)[chosen] / 60.0
    staff = (providers.wage_bill + providers.on_costs)[chosen]
    full = staff * (providers.capacity_minutes / np.maximum(providers.staff_minutes, 1))[chosen]
    cost = full + providers.other_cost[chosen] * providers.capacity_minutes[chosen] / 60.0
    margin_found = 1.0 - cost / np.maximum(income, 1.0)
    # Where few care staff carry a manager the fee is capped: such establishments start at a loss.
    near = np.abs(margin_found - providers.margin[chosen]) < 0.01
    assert near.mean() > 0.9
    assert 1.0 - cost[near].sum() / income[near].sum() == pytest.approx(0.055, abs=0.02)


def test_weekly_costs_are_those_of_the_rules(sample):
    workers, providers, p = sample.workers, sample.providers, as_record(behaviour())
    totals = np.zeros((len(providers), 2))
    complete = np.arange(50)
    for row in np.flatnonzero((workers.status == Status.CARE) & (workers.employer < complete.size)):
        j = workers.employer[row]
        wage = weekly_wage(
            workers.pay[row], workers.worked_minutes[row], providers.travel_share[j], providers.travel_paid_share[j]
        )
        nic_rate, threshold = in_force("nic_rate", 0), int(in_force("nic_threshold", 0))
        totals[j] += wage, weekly_on_costs(wage, nic_rate, threshold, in_force("pension_rate", 0), p)
    assert np.array_equal(totals[complete, 0], providers.wage_bill[complete])
    assert np.array_equal(totals[complete, 1], providers.on_costs[complete])


def test_same_seed_same_population_and_another_seed_another(sample):
    again, other = build_population(SAMPLE, seed=1), build_population(SAMPLE, seed=2)
    for kind in ("workers", "providers", "nhs", "councils"):
        mine, theirs = getattr(sample, kind).arrays, getattr(again, kind).arrays
        assert all(np.array_equal(mine[name], theirs[name]) for name in mine)
    assert not np.array_equal(sample.workers.pay, other.workers.pay)


def test_identities_are_those_of_the_draws_and_unique(england):
    council, place = np.array([0, 152, 7]), np.array([0, 1, 1_000_000])
    vector = identities(Stream.PROVIDER, council, place)
    pairs = zip(council.tolist(), place.tolist(), strict=True)
    assert vector.tolist() == [person_id(int(Stream.PROVIDER), one, 0, two) for one, two in pairs]
    for table in england[:4]:
        uid = table.uid[table.uid > 0]
        assert np.unique(uid).size == uid.size


@pytest.mark.parametrize("scale", [0.0, -1.0, 1.5, math.nan])
def test_impossible_scale_is_refused(scale):
    with pytest.raises(ValueError, match="scale must lie between"):
        build_population(scale, seed=1)


def test_smallest_scale_still_has_every_council_and_service():
    population = build_population(0.001, seed=3)
    providers = population.providers
    assert people_in_post(population).live.size == pytest.approx(1482, abs=10)
    assert set(providers.service) == set(Service)
    assert np.count_nonzero(providers.sector == Sector.DIRECT_PAYMENT) == 153


def test_a_sample_keeps_main_services_in_every_council_and_sizes_of_establishments(sample, england):
    for service in (Service.RESIDENTIAL, Service.HOME_CARE, Service.COMMUNITY):
        held = np.unique(sample.providers.council[sample.providers.service == service])
        assert held.size >= 150
    sizes = [
        one.providers.posts_filled[one.providers.service == Service.HOME_CARE].sum(axis=1) for one in (sample, england)
    ]
    assert sizes[0].mean() == pytest.approx(sizes[1].mean(), rel=0.1)


def test_nhs_and_pool_follow_the_scale(sample, england):
    assert sample.nhs.posts.sum() == pytest.approx(SAMPLE * england.nhs.posts.sum(), rel=0.001)
    assert sample.councils.pool.sum() == pytest.approx(SAMPLE * england.councils.pool.sum(), rel=0.001)
    filled = england.nhs.filled.sum() / england.nhs.posts.sum()
    assert filled == pytest.approx(1.0 - figures()["nhs_vacancy_rate"], abs=0.001)


def test_error_against_held_out_councils_is_no_worse_than_stated(capsys):
    found = held_out_error()
    assert len(found) == 11
    with capsys.disabled():
        for one in found:
            print(
                f"\n{one.council:20s} {one.period} {one.published:8,.0f} {one.modelled:8,.0f} {one.error:+.0%}", end=""
            )
    assert np.mean([abs(one.error) for one in found]) < HELD_OUT_MEAN_ERROR
    names = [one.council for one in found]
    assert set(names) <= set(load_places().short_names)


def test_the_document_states_the_error(checks):
    mean = np.mean([abs(one.error) for one in held_out_error()])
    assert f"| mean absolute error | | | | {mean:.1%} |" in DOCUMENT.read_text(encoding="utf-8")


def test_building_does_not_read_the_held_out_posts():
    readers = [path.name for path in PACKAGE.glob("*.py") if "held_out_posts.csv" in path.read_text(encoding="utf-8")]
    assert readers == ["posts.py"]
    source = (PACKAGE / "posts.py").read_text(encoding="utf-8")
    assert source.count("held_out_posts.csv") == 1
    assert source.index("def held_out_error") < source.index("held_out_posts.csv")


def test_no_council_column_later_than_2021_22_places_a_post():
    source = (PACKAGE / "posts.py").read_text(encoding="utf-8")
    used = set(re.findall(r'council_column\("(\w+\.csv)", "(\w+)"\)', source))
    assert used == {
        ("council_beds.csv", "beds_in_homes_without_nursing"),
        ("council_beds.csv", "beds_in_homes_with_nursing"),
        ("councils.csv", "disabled_share_2021"),
        ("council_clients.csv", "community_clients"),
        ("council_clients.csv", "direct_payment_clients"),
    }
    assert {row["period"] for row in read_rows("council_beds.csv")} == {"2021-06"}
    assert {row["period"] for row in read_rows("council_clients.csv")} == {"2020/21"}
    assert max(row["year"] for row in read_rows("council_activity.csv")) == "2021/22"


def test_every_figure_is_used_has_a_source_and_lies_within_its_bounds():
    files = [*PACKAGE.glob("*.py"), PACKAGE.parent / "reach.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    for row in read_rows("population.csv"):
        stem = row["name"].split(".")[0]
        assert f'"{stem}' in source, row["name"]
        assert row["source"]
        assert row["unit"]
        assert row["status"] in {"published", "derived", "assumption", "recalled"}
        assert row["grade"] in {"strong", "moderate", "weak", "assumption"}
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row["name"]


def test_people_out_of_work_in_the_pool_are_unemployed_residents():
    """Jobs and the rate of unemployment give how many are unemployed; councils without either figure are left out."""
    labour = {row["code"]: row for row in read_rows("council_labour.csv")}
    unemployed = pool = 0.0
    for row in council_rows():
        rate, jobs = (
            labour[row["code"]][name] for name in ("unemployment_rate_c2020_pct", "resident_jobs_2021_thousand")
        )
        if rate and jobs:
            unemployed += 1_000 * float(jobs) * float(rate) / (100 - float(rate))
            pool += figures()["pool_share"] * float(row["pop_16_64"])
    assert out_of_work_in_pool() == pytest.approx(unemployed / pool, abs=0.005)


def test_every_margin_has_a_source_and_a_status():
    rows = read_rows("margins.csv")
    keys = [(row["series"], row["period"], row["geography"], row["breakdown"]) for row in rows]
    assert len(keys) == len(set(keys))
    for row in rows:
        assert row["source"]
        assert row["status"] in {"published", "derived", "assumption", "recalled"}
        if row["status"] in {"derived", "recalled", "assumption"} and row["series"].startswith("target"):
            assert row["note"]


def test_recalled_figures_are_listed_as_inputs_of_last_resort():
    text = (PACKAGE.parent / "data" / "README.md").read_text(encoding="utf-8").split("## Inputs of last resort")[1]
    for file in ("margins.csv", "population.csv"):
        for row in read_rows(file):
            if row["status"] == "recalled":
                name = row.get("name") or row["breakdown"].removeprefix("role ")
                assert name.split(".")[0] in text, (file, name)


def test_parts_of_posts_add_up():
    cells = [one for one in read_rows("margins.csv") if one["series"] == "target_posts" and "," in one["breakdown"]]
    roles = [one for one in read_rows("margins.csv") if one["series"] == "target_posts" and "role" in one["breakdown"]]
    total = margin("target_posts", "council and independent")
    assert sum(float(one["value"]) for one in cells) == total
    assert sum(float(one["value"]) for one in roles) == total


def test_a_missing_figure_or_margin_is_named():
    with pytest.raises(KeyError, match=r"population\.csv has no row 'no_such_figure'"):
        figures()["no_such_figure"]
    with pytest.raises(KeyError, match=r"margins\.csv has no row"):
        margin("no_such_series", "all")


def test_whole_numbers_keep_running_totals():
    values = np.array([0.4, 0.4, 0.4, 2.3, 0.0, 1.5])
    rounded = whole(values)
    assert rounded.sum() == 5
    assert np.all(np.abs(np.cumsum(rounded) - np.cumsum(values)) <= 0.5)


def test_weights_scaled_within_groups_meet_totals():
    scaled = scaled_within(np.array([1.0, 3.0, 0.0, 0.0]), np.array([0, 0, 2, 2]), np.array([8.0, 5.0, 6.0]))
    assert scaled.tolist() == [2.0, 6.0, 3.0, 3.0]


def test_data_files_are_plain_tables():
    for path in (PACKAGE.parent / "data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            widths = {len(row) for row in csv.reader(stream)}
        assert len(widths) == 1, path.name


def test_employers_who_pay_less_than_others_make_up_for_half_of_it_by_other_merits(sample):
    providers = sample.providers
    alike = (providers.sector == Sector.INDEPENDENT) & (providers.service == Service.RESIDENTIAL)
    premium, amenities = providers.pay_premium[alike], providers.amenities[alike]
    assert amenities.mean() == pytest.approx(0.0, abs=0.02)
    well_paid = premium > np.quantile(premium, 0.75)
    assert amenities[well_paid].max() < amenities[premium == 0.0].max()
    slope = np.polyfit(np.log1p(premium[well_paid]), amenities[well_paid], 1)[0]
    assert slope == pytest.approx(-figures()["amenities_for_pay"], abs=0.15)
    # Those whom the floor lifts make up for what they pay, and not for the less that they would pay without it.
    pay = np.log(providers.posted_pay[alike, Role.CARE_WORKER])
    at_floor = pay == pay.min()
    assert at_floor.mean() > 0.2
    gap = amenities[at_floor].mean() - amenities[~at_floor].mean()
    made_up = gap / (pay[~at_floor].mean() - pay[at_floor].mean())
    assert made_up == pytest.approx(figures()["amenities_for_pay"], abs=0.1)


def test_pay_of_other_roles_moves_with_care_workers_above_the_floor():
    assert other_roles_pay(1000, 900, 945, 950) == 1050
    assert other_roles_pay(900, 900, 905, 950) == 950


def test_agency_staff_of_the_start_are_like_those_most_inclined_to_such_work(sample):
    workers, people = sample.workers, sample.workers.uid != 0
    inclination = workers.value_of_flexibility - workers.value_of_guarantee
    direct = np.isin(workers.role, (Role.CARE_WORKER, Role.SENIOR_CARE_WORKER, Role.REGISTERED_NURSE))
    in_post = people & (workers.status == Status.CARE) & direct & (workers.sponsor == NOBODY)
    agency = people & (workers.status == Status.AGENCY)
    for council in np.unique(workers.home_council[agency]):
        here = workers.home_council == council
        found = np.sort(inclination[agency & here])[::-1]
        assert np.array_equal(found, np.sort(inclination[in_post & here])[::-1][: found.size])


@pytest.mark.parametrize("first", ["people", "work"])
def test_it_does_not_matter_which_of_two_threads_is_faster(monkeypatch, first):
    class OneByOne:
        def __init__(self, threads):
            assert threads == 1

        def __enter__(self):
            return self

        def __exit__(self, *problem):
            return None

        def submit(self, work, *arguments):
            result = work(*arguments) if first == "people" else None
            return SimpleNamespace(result=lambda: result if first == "people" else work(*arguments))

    usual = build_population(0.002, seed=5).workers.state()
    monkeypatch.setattr(sim.population, "ThreadPoolExecutor", OneByOne)
    found = build_population(0.002, seed=5).workers.state()
    assert [name for name, values in usual.items() if not np.array_equal(values, found[name])] == []
