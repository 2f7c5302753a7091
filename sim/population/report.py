"""Margins that went into the population beside those that come out, and the error against held-out council totals.

``python -m sim.population.report`` builds the population at full scale, spins it up for the margins of pay, and writes
`docs/population.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.geography import load_places
from sim.population import HeldOut, Population, build_population, held_out_error
from sim.population.inputs import (
    CARE_HOMES,
    CELL_NAMES,
    CELLS,
    DIRECT_PAYMENT_CELL,
    PERCENT,
    ROLE_NAMES,
    Floats,
    Mask,
    council_column,
    margin,
    margins_of,
    region_margins,
    the_geography,
)
from sim.population.pay import adult_rate
from sim.population.posts import posts_by_council
from sim.shipped import PACKAGE
from sim.units import (
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    PENCE_PER_POUND,
    Gender,
    Nationality,
    Payer,
    Role,
    Sector,
    Service,
    Status,
)

DOCUMENT: Path = PACKAGE.parent / "docs" / "population.md"
TABLE_SEED = 1
ONE_STEP = 0.05
"""Pay is advertised in steps of so many pounds, on one of which a median comes to lie."""
SMALL_ORGANISATION = 50
"""Skills for Care counts organisations below this many employees as micro or small."""


class Check(NamedTuple):
    """One margin: what went in and what came out."""

    name: str
    target: float
    found: float
    unit: str
    tolerance: float
    """Largest difference at full scale, in the unit: rounding and, where people are drawn, sampling."""
    sample: float
    """People or posts the figure rests on at full scale, for sampling error at smaller scales."""

    @property
    def difference(self) -> float:
        """Found less target."""
        return self.found - self.target


class People(NamedTuple):
    """Columns of people in post that the checks use, taken once."""

    role: NDArray[np.int8]
    service: NDArray[np.int8]
    sector: NDArray[np.int8]
    region: NDArray[np.int8]
    employed: Mask
    """In council and independent establishments."""
    live: NDArray[np.int64]
    """Rows of the worker table."""


def people_in_post(population: Population) -> People:
    """People in post, in the order of rows; people with agencies are left out."""
    workers, providers = population.workers, population.providers
    live = np.flatnonzero(workers.status == Status.CARE)
    employer = workers.employer[live]
    sector = providers.sector[employer]
    return People(
        role=workers.role[live],
        service=providers.service[employer],
        sector=sector,
        region=population.geography.region[providers.council[employer]],
        employed=sector != Sector.DIRECT_PAYMENT,
        live=live,
    )


def _share(name: str, mask: Mask, base: Mask, target: float, tolerance: float) -> Check:
    """Percentage of `base` for which `mask` holds."""
    found = PERCENT * float(mask[base].mean()) if base.any() else float("nan")
    return Check(name, target, found, "%", tolerance, float(base.sum()))


def post_checks(population: Population, people: People, scale: float) -> Iterator[Check]:
    """Posts by service and sector, by role, by region; establishments; beds."""
    providers = population.providers
    whole_size = people.role.size
    for cell, name in enumerate(CELL_NAMES):
        service, sector = CELLS[cell]
        found = np.count_nonzero((people.service == service) & (people.sector == sector)) / scale
        target = margin("target_posts", "personal assistants" if cell == DIRECT_PAYMENT_CELL else name)
        yield Check(f"posts, {name}", target, found, "posts", 2.0 / scale, whole_size)
    for role in Role:
        found = np.count_nonzero(people.employed & (people.role == role)) / scale
        target = margin("target_posts", f"role {ROLE_NAMES[role]}")
        yield Check(f"posts, {ROLE_NAMES[role]}", target, found, "posts", max(0.002 * target, 100.0), target)
    for region, share in margins_of("target_share_of_posts", "all posts").items():
        inside = people.region == load_places().regions.index(region)
        yield _share(f"share of posts, {region}", inside, np.ones(whole_size, bool), share, 0.02)
    at_home = np.isin(people.service, (Service.HOME_CARE, Service.PERSONAL_ASSISTANTS))
    in_london = people.region == load_places().regions.index("London")
    ratio = margin("target_domiciliary_share", "home care and personal assistants", "London")
    target = PERCENT * ratio * float(at_home.mean())
    yield _share("posts in people's homes, London", at_home, in_london, target, 0.1)
    counted = providers.sector != Sector.DIRECT_PAYMENT
    target = sum(margin("target_establishments", name) for name in CELL_NAMES[:DIRECT_PAYMENT_CELL])
    yield Check("establishments", target, np.count_nonzero(counted) / scale, "establishments", 0.005 * target, target)
    beds = float(np.nansum(council_column("council_beds.csv", "care_home_beds")))
    yield Check("care home beds", beds, providers.beds.sum() / scale, "beds", 0.002 * beds, beds)


def vacancy_rate(population: Population, mask: Mask, roles: slice | list[int] = slice(None)) -> float:
    """Vacant posts as a percentage of all posts at the establishments of a mask (Skills for Care's definition)."""
    sought = population.providers.posts_sought[mask][:, roles].sum()
    filled = population.providers.posts_filled[mask][:, roles].sum()
    return float(PERCENT * (sought - filled) / sought) if sought else float("nan")


def vacancy_checks(population: Population) -> Iterator[Check]:
    """Vacancy rates: England, roles, services, regions, personal assistants."""
    providers = population.providers
    employed = providers.sector != Sector.DIRECT_PAYMENT
    size = float(providers.posts_sought[employed].sum())
    england = margin("target_vacancy_rate", "council and independent")
    yield Check("vacancy rate, England", england, vacancy_rate(population, employed), "%", 0.05, size)
    for role in Role:
        if role != Role.OTHER:
            target = margin("target_vacancy_rate", f"role {ROLE_NAMES[role]}")
            posts = float(providers.posts_sought[employed][:, role].sum())
            yield Check(
                f"vacancy rate, {ROLE_NAMES[role]}", target, vacancy_rate(population, employed, [role]), "%", 0.1, posts
            )
    homes = vacancy_rate(population, np.isin(providers.service, CARE_HOMES))
    ratio = vacancy_rate(population, providers.service == Service.HOME_CARE) / homes
    target = margin("target_vacancy_ratio", "home care over care homes")
    yield Check("vacancy rate, home care over care homes", target, ratio, "ratio", 0.03, size / 3.0)
    region = population.geography.region[providers.council]
    for row, factor in enumerate(region_margins("target_vacancy_ratio", "region over England")):
        if not np.isnan(factor):
            inside = employed & (region == row)
            found = vacancy_rate(population, inside)
            posts = float(providers.posts_sought[inside].sum())
            yield Check(f"vacancy rate, {load_places().regions[row]}", factor * england, found, "%", 0.1, posts)
    target = margin("target_vacancy_rate", "personal assistants")
    posts = float(providers.posts_sought[~employed].sum())
    yield Check("vacancy rate, personal assistants", target, vacancy_rate(population, ~employed), "%", 0.1, posts)


def people_checks(population: Population, people: People) -> Iterator[Check]:
    """Age, gender, nationality, qualification, experience."""
    workers, live, employed = population.workers, people.live, people.employed
    age = -workers.birth_month[live] / MONTHS_PER_YEAR
    everyone = np.ones(age.size, bool)
    size = float(age.size)
    yield Check(
        "mean age", margin("average_age", "all workers", period="2016/17"), float(age.mean()), "years", 0.5, size
    )
    yield _share("aged 55 or over", age >= 55.0, everyone, margin("target_share", "aged 55 or over"), 0.3)
    men = workers.gender[live] == Gender.MALE
    yield _share("men", men, everyone, margin("share_male", "all", period="2012/13"), 0.2)
    nationality = workers.nationality[live]
    yield _share("EU nationals", nationality == Nationality.EU, everyone, margin("target_share", "EU nationals"), 0.2)
    target = margin("target_share", "non-EU nationals")
    yield _share("non-EU nationals", nationality == Nationality.NON_EU, everyone, target, 0.2)
    in_london = people.region == load_places().regions.index("London")
    target = margin("nationality_share", "non-British", "London", "2018/19")
    yield _share("not British, London", nationality != Nationality.BRITISH, in_london, target, 0.5)
    qualified = workers.qualified[live] == 1
    target = margin("relevant_qualification_share", "workforce", period="2016/17")
    yield _share("relevant qualification", qualified, employed, target, 1.0)
    years = -workers.sector_start[live] / MONTHS_PER_YEAR
    target = margin("average_years_in_sector", "all", period="2016/17")
    yield Check("mean years in the sector", target, float(years[employed].mean()), "years", 0.3, float(employed.sum()))


def hours_checks(population: Population, people: People) -> Iterator[Check]:
    """Zero hours, full time, mean hours."""
    workers, live, employed = population.workers, people.live, people.employed
    zero = workers.contract_minutes[live] == 0
    yield _share("zero hours, England", zero, employed, margin("zero_hours_share", "all jobs", period="2016/17"), 0.7)
    home_care = people.service == Service.HOME_CARE
    target = margin("zero_hours_share", "domiciliary care workforce", period="2018/19")
    yield _share("zero hours, home care", zero, home_care, target, 1.0)
    regions = load_places().regions
    london = employed & (people.region == regions.index("London"))
    yield _share("zero hours, London", zero, london, margin("zero_hours_share", "all", "London", "2018/19"), 1.5)
    yorkshire = employed & (people.region == regions.index("Yorkshire and The Humber"))
    target = margin("zero_hours_share", "all", "Yorkshire and the Humber", "2016/17")
    yield _share("zero hours, Yorkshire and The Humber", zero, yorkshire, target, 1.5)
    target = margin("zero_hours_share", "personal assistants", period="2020")
    yield _share("zero hours, personal assistants", zero, ~employed, target, 1.0)
    full_time = workers.worked_minutes[live] >= 35 * MINUTES_PER_HOUR
    target = margin("contract_hours_share", "all roles, LA and independent: full time", period="2017/18")
    yield _share("full time", full_time, employed, target, 0.7)
    hours = float(workers.worked_minutes[live].mean()) / MINUTES_PER_HOUR
    target = margin("mean_weekly_hours", "whole sector, per job", period="2016")
    yield Check("mean hours a week", target, hours, "hours", 0.5, float(zero.size))


def pay_checks(population: Population, people: People) -> Iterator[Check]:
    """Care-worker pay: median, means, premium for experience, councils over independent employers."""
    workers, live = population.workers, people.live
    pay = workers.pay[live] / PENCE_PER_POUND
    care = people.role == Role.CARE_WORKER
    independent = care & (people.sector == Sector.INDEPENDENT)
    size = float(independent.sum())
    target = margin("care_worker_pay_median_nominal", "independent sector care workers", period="2016/17")
    yield Check("median pay of care workers", target, float(np.median(pay[independent])), "GBP/hour", ONE_STEP, size)
    residential = independent & (people.service == Service.RESIDENTIAL)
    target = margin("care_worker_pay_mean_nominal", "care homes without nursing", period="2016/17")
    yield Check("mean pay, residential", target, float(pay[residential].mean()), "GBP/hour", 0.1, size / 4.0)
    target = margin("care_worker_pay_mean_nominal", "care worker (England, LA summary reports)", period="2016/17")
    employed_care = care & people.employed
    yield Check("mean pay of care workers", target, float(pay[employed_care].mean()), "GBP/hour", 0.2, size)
    years = -workers.sector_start[live] / MONTHS_PER_YEAR
    premium = pay[independent & (years >= 5.0)].mean() - pay[independent & (years < 1.0)].mean()
    target = margin("pay_premium_5yrs_vs_new", "care workers, 5+ yrs vs <1 yr", period="2016")
    yield Check("premium for five years", target, float(premium * PENCE_PER_POUND), "pence/hour", 4.0, size / 5.0)
    council = care & (people.sector == Sector.COUNCIL)
    ratio = pay[council].mean() / pay[independent].mean()
    private = margin("care_worker_pay_mean_nominal", "independent (private) sector", period="2017/18")
    target = margin("care_worker_pay_mean_nominal", "council care employees", period="2017/18") / private
    yield Check("council over independent pay", target, float(ratio), "ratio", 0.04, float(council.sum()))


def share_at_floor(population: Population, people: People, within: int = 0) -> float:
    """Percent of independent care workers paid no more than `within` pence above the floor."""
    mask = (people.role == Role.CARE_WORKER) & (people.sector == Sector.INDEPENDENT)
    return PERCENT * float((population.workers.pay[people.live][mask] <= adult_rate() + within).mean())


def money_checks(population: Population) -> Iterator[Check]:
    """Payer mix of care homes."""
    providers = population.providers
    homes = np.isin(providers.service, CARE_HOMES) & (providers.sector == Sector.INDEPENDENT)
    region = population.geography.region[providers.council]
    for name, share in margins_of("selffunder_share_carehome", "all care homes", "2019/20").items():
        inside = homes if name == "England" else homes & (region == load_places().regions.index(name))
        weights: Floats = providers.beds[inside].astype(np.float64)
        demand = providers.demand_minutes[inside]
        funded = demand[:, Payer.SELF_FUNDER] / np.maximum(demand.sum(axis=1), 1)
        found = PERCENT * float((funded * weights).sum() / weights.sum())
        yield Check(f"self-funders in care homes, {name}", share, found, "%", 1.0, float(inside.sum()))


def after_spin_up(scale: float, seed: int) -> Population:
    """The population in April 2016 once the spin-up has brought it there, with central parameters.

    Pay is set so that it is as published then: in the months before, recruits take the place of people who had been in
    post for long, and part of the leads of experience and of seniors goes with them.
    """
    from sim.history import Origin, spin_up
    from sim.parameters import behaviour

    world = spin_up(Origin(scale, seed, behaviour()), threads=2).model.world
    return Population(world.workers, world.providers, world.nhs, world.councils, the_geography())


def all_checks(population: Population, spun_up: Population, scale: float) -> list[Check]:
    """Every margin that went in: of pay when the spin-up is over, of all else before it."""
    people = people_in_post(population)
    return [
        *post_checks(population, people, scale),
        *vacancy_checks(population),
        *people_checks(population, people),
        *hours_checks(population, people),
        *pay_checks(spun_up, people_in_post(spun_up)),
        *money_checks(population),
    ]


def _check_table(checks: list[Check]) -> str:
    lines = ["| margin | unit | in | out |", "| --- | --- | ---: | ---: |"]
    lines += [f"| {one.name} | {one.unit} | {one.target:,.6g} | {one.found:,.6g} |" for one in checks]
    return "\n".join(lines)


def _held_out_table(found: list[HeldOut]) -> str:
    lines = ["| council | year | published | modelled | error |", "| --- | --- | ---: | ---: | ---: |"]
    lines += [
        f"| {one.council} | {one.period} | {one.published:,.0f} | {one.modelled:,.0f} | {one.error:+.0%} |"
        for one in found
    ]
    errors = np.array([one.error for one in found])
    lines.append(f"| mean absolute error | | | | {np.abs(errors).mean():.1%} |")
    lines.append(f"| mean error | | | | {errors.mean():+.1%} |")
    return "\n".join(lines)


def _region_table() -> str:
    posts = np.bincount(the_geography().region, weights=posts_by_council().sum(axis=1))
    names = load_places().regions
    lines = ["| region | posts | share of England |", "| --- | ---: | ---: |"]
    lines += [
        f"| {name} | {count:,.0f} | {count / posts.sum():.1%} |" for name, count in zip(names, posts, strict=True)
    ]
    return "\n".join(lines)


def document(population: Population, spun_up: Population) -> str:
    """Text of `docs/population.md` for a population at full scale, before and after the spin-up."""
    people = people_in_post(spun_up)
    spent = population.councils.spent.sum() * MONTHS_PER_YEAR / PENCE_PER_POUND / 1e9
    template = (Path(__file__).with_name("report.md")).read_text(encoding="utf-8")
    return template.format(
        people=f"{len(population.workers):,}",
        establishments=f"{len(population.providers):,}",
        checks=_check_table(all_checks(population, spun_up, 1.0)),
        held_out=_held_out_table(held_out_error()),
        regions=_region_table(),
        at_floor=f"{share_at_floor(spun_up, people):.0f}%",
        near_floor=f"{share_at_floor(spun_up, people, 10):.0f}%",
        small_organisations=f"{share_of_small_organisations(population):.0f}%",
        spent=f"{spent:.1f}",
    )


def share_of_small_organisations(population: Population) -> float:
    """Percent of organisations with fewer than 50 people in post; personal assistants' employers are left out."""
    providers = population.providers
    counted = providers.sector != Sector.DIRECT_PAYMENT
    _, organisation = np.unique(providers.organisation[counted], return_inverse=True)
    size = np.bincount(organisation, weights=providers.posts_filled[counted].sum(axis=1))
    return PERCENT * float((size < SMALL_ORGANISATION).mean())


def main() -> None:
    """Write the document."""
    DOCUMENT.parent.mkdir(exist_ok=True)
    text = document(build_population(1.0, TABLE_SEED), after_spin_up(1.0, TABLE_SEED))
    DOCUMENT.write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {DOCUMENT}\n")


if __name__ == "__main__":
    main()
