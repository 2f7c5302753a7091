"""Visas by occupation and by grant: who may stay, for whom they may work, and which floor binds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from markets import Policy, surely

from sim.conditions import in_force
from sim.draws import Purpose, uniforms
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.rulebook import Rulebook
from sim.scenario import scenario_from
from sim.units import NEVER, NOBODY, LeaveReason, Nationality, Role, Source, Status, Visa, month_index
from sim.virtual_market import TEN_YEARS_EARLIER, virtual_market

START = TEN_YEARS_EARLIER
ELIGIBLE = Policy(lambda book: book.in_country_switching.switch(True))
NURSE = Role.REGISTERED_NURSE


@dataclass(frozen=True)
class Until:
    """A policy that ends before a month."""

    policy: Policy
    end: int
    name: str = "until"

    def edit(self, book: Rulebook, month: int) -> None:
        if month < self.end:
            self.policy.edit(book, month)


def tied(model: CareLabourModel) -> Any:
    return model.workers.visa == Visa.SPONSORED


def step(model: CareLabourModel, months: int) -> CareLabourModel:
    for _ in range(months):
        model.step()
    return model


# People who come


def coming(months: int = 0, lag: float = 2.5) -> CareLabourModel:
    """Sponsors short of staff, and a route that was opened in the first month."""
    known = behaviour({"arrival_months": lag})
    model = virtual_market(
        licensed=True, vacancies=0.3, pool=0.2, month=month_index(2022, 4), behaviour=known, audit=True
    )
    return step(model, months)


def waited_for(model: CareLabourModel) -> Any:
    """Rows of people who have a visa and are on their way."""
    workers = model.workers
    return np.flatnonzero(tied(model) & (workers.sector_start <= NEVER) & (workers.status != Status.EMPTY))


def test_people_granted_a_visa_start_some_months_later_and_their_posts_wait_for_them() -> None:
    model = coming()
    came = [int(step(model, 1).ledger.starters[..., Source.OVERSEAS_SPONSORED].sum()) for _ in range(8)]
    assert came[:2] == [0, 0]
    assert sum(came[2:4]) > 0
    workers = model.workers
    there = tied(model) & (workers.status == Status.CARE)
    assert set(np.unique(workers.job_start[there] - workers.visa_month[there])) == {2, 3}
    on_their_way = waited_for(model)
    assert on_their_way.size > 0
    assert (workers.sponsor[on_their_way] == workers.next_employer[on_their_way]).all()
    quick = coming(lag=1.0)
    assert int(step(quick, 2).ledger.starters[..., Source.OVERSEAS_SPONSORED].sum()) > 0


@pytest.mark.parametrize("portable", [False, True])
def test_nobody_comes_to_a_sponsor_that_lost_its_licence_meanwhile(portable: bool) -> None:
    model = coming(1)
    model.levers = (Policy(lambda book: book.portability_months.replace(36)),) if portable else ()
    expected = waited_for(model)
    assert expected.size > 0
    model.providers.licensed[:] = 0
    model.providers.licence_lost[:] = model.month - 3
    uid = model.workers.uid[expected].copy()
    step(model, 4)
    assert not np.isin(uid, model.workers.uid).any()


# People already here


def here_for_a_while(seed: int, last: int) -> CareLabourModel:
    """Every third person is here by another route, with permission to stay that ends in the next two years."""
    model = virtual_market(seed=seed, licensed=True, pool=0.3, levers=[Until(ELIGIBLE, last)])
    workers = model.workers
    chosen = (workers.status == Status.CARE) & (uniforms(seed, workers.uid, 0, Purpose.SETUP) < 1 / 3)
    when = uniforms(seed, workers.uid, 1, Purpose.SETUP)
    workers.visa[chosen] = Visa.OTHER_ROUTE
    workers.nationality[chosen] = Nationality.NON_EU
    workers.leave_until[chosen] = START + 1 + np.floor(24 * when[chosen])
    return model


def test_closing_sponsorship_of_people_already_here_shows_in_vacancies_after_and_not_before() -> None:
    closing = START + 12
    more = []
    for seed in range(8):
        open_, closed = here_for_a_while(seed, START + 99), here_for_a_while(seed, closing)
        for _ in range(12):
            open_.step(), closed.step()
            assert (open_.providers.posts_filled == closed.providers.posts_filled).all()
        assert open_.ledger.visas[0] > 0
        step(open_, 12), step(closed, 12)
        assert closed.ledger.visas[0] == 0 < closed.ledger.visas[2]
        vacant = [(m.providers.posts_sought - m.providers.posts_filled).clip(0).sum() for m in (open_, closed)]
        more.append(vacant[1] - vacant[0])
    assert surely(more) > 0


def test_the_law_on_people_already_here_ends_in_july_2028_for_care_workers_and_not_for_nurses() -> None:
    def eligible(role: str, month: str) -> float:
        year, number = map(int, month.split("-"))
        return in_force("in_country_switching", month_index(year, number), role)

    assert [eligible("care_worker", month) for month in ("2022-01", "2022-02", "2028-07", "2028-08")] == [0, 1, 1, 0]
    assert [eligible("registered_nurse", month) for month in ("2022-01", "2028-08")] == [1, 1]


def test_in_july_2028_as_in_law_the_end_of_sponsorship_shows_in_vacancies_from_august_on_and_not_before() -> None:
    """England on enacted law, beside a policy that keeps on what law has until then anyway."""
    stays = {"overseas_recruitment": {"from": "2027-08", "in_country": True}}
    window = {"from": "2027-08", "to": "2030-07"}
    august, more, sponsored = month_index(2028, 8), [], np.zeros(2)
    for seed in range(1, 5):
        vacant: list[Any] = []
        for which, levers in enumerate(([], [stays])):
            scenario = scenario_from({"name": "x", "scale": 0.02, "window": window, "levers": levers})
            model, seen = CareLabourModel(scenario=scenario, seed=seed), {}
            while model.month <= scenario.window.end:
                model.step()
                seen[model.month - 1] = (model.providers.posts_sought - model.providers.posts_filled).clip(0).sum()
                sponsored[which] += model.ledger.visas[0] if august <= model.month - 1 < august + 6 else 0
            vacant.append(seen)
        ends, stays_open = vacant
        before, after = ([month for month in ends if (month < august) == early] for early in (True, False))
        assert all(ends[month] == stays_open[month] for month in before)
        more.append(sum(ends[month] for month in after) / sum(stays_open[month] for month in after) - 1.0)
    assert sponsored[0] < 0.2 * sponsored[1], "from the first months on nurses alone, and others like them"
    assert surely(more) > 0.005, "of vacancies, over two years"


def test_without_a_licence_nobody_is_sponsored_and_people_go_when_their_permission_ends() -> None:
    model = virtual_market(licensed=False, levers=[ELIGIBLE])
    workers = model.workers
    model.providers.licence_lost[:] = START - 5
    ending = (workers.status == Status.CARE) & (np.arange(workers.capacity) % 5 == 0)
    workers.visa[ending], workers.leave_until[ending] = Visa.OTHER_ROUTE, START
    people = workers.uid[ending].copy()
    model.step()
    assert not np.isin(model.workers.uid, people).any()
    assert model.ledger.visas[2] == people.size


def test_people_whose_employer_has_no_licence_find_one_that_has_before_their_permission_ends() -> None:
    found = {}
    for name, levers in (("eligible", [ELIGIBLE]), ("not eligible", [])):
        model = virtual_market(licensed=[True, False], vacancies=0.3, levers=levers)
        workers, licensed = model.workers, model.providers.licensed.copy()
        model.providers.licence_lost[:] = START - 5
        ending = (workers.status == Status.CARE) & (licensed[workers.employer] == 0)
        workers.visa[ending], workers.leave_until[ending] = Visa.OTHER_ROUTE, START + 6
        people = workers.uid[ending].copy()
        step(model, 6)
        sponsored = np.isin(workers.uid, people) & tied(model)
        working = sponsored & (workers.status == Status.CARE)
        assert (model.providers.licensed[workers.employer[working]] == 1).all()
        assert (workers.sponsor[working] == workers.employer[working]).all()
        found[name] = sponsored.sum() / people.size
    assert found["eligible"] > 0.1
    assert found["not eligible"] == 0


# The floor of one's own grant


def test_a_visa_that_is_renewed_brings_the_floor_in_force_then_and_a_charge() -> None:
    floor = Policy(lambda book: (book.visa_floor.replace(900), book.visa_cost.replace(70_000)))
    model = virtual_market(sponsored=0.4, licensed=True, levers=[ELIGIBLE, floor])
    workers = model.workers
    held = tied(model)
    workers.visa_floor[held] = 760
    soon = held & (np.arange(workers.capacity) % 2 == 0)
    workers.leave_until[soon] = START
    workers.leave_until[held & ~soon] = START + 30
    first, rest = workers.uid[soon].copy(), workers.uid[held & ~soon].copy()
    model.step()
    stayed = np.isin(workers.uid, first) & (workers.status == Status.CARE)
    assert stayed.sum() > 10
    assert (workers.visa_floor[stayed] == 900).all()
    assert (workers.pay[stayed] >= 900).all()
    assert (workers.leave_until[stayed] == START + model.law.visa_months).all()
    assert model.ledger.costs[:, :, 4].sum() == stayed.sum() * 70_000
    others = np.isin(workers.uid, rest) & (workers.status == Status.CARE)
    assert (workers.visa_floor[others] == 760).all()
    assert workers.pay[others].mean() < 900


def test_a_new_sponsor_means_a_new_grant_unless_the_visa_is_portable() -> None:
    floor = Policy(lambda book: book.visa_floor.replace(800))
    portable = Policy(lambda book: book.portability_months.replace(600), name="portable")
    for levers, expected in (([ELIGIBLE, floor], {800}), ([ELIGIBLE, floor, portable], {760})):
        model = virtual_market(sponsored=0.6, licensed=True, vacancies=0.3, levers=levers)
        workers = model.workers
        workers.visa_floor[tied(model)] = 760
        before, sponsor = workers.uid.copy(), workers.sponsor.copy()
        step(model, 12)
        same = np.flatnonzero((workers.uid[: before.size] == before) & (before != 0))
        moved = same[(sponsor[same] != NOBODY) & (workers.sponsor[same] != sponsor[same])]
        # Whoever goes over with a contract keeps the start of the job, and the visa as it was granted.
        moved = moved[(workers.status[moved] == Status.CARE) & (workers.job_start[moved] > START)]
        assert moved.size > 5
        assert set(workers.visa_floor[moved].tolist()) == expected


# Sponsors lost


def abandoned(levers: list[Any]) -> tuple[CareLabourModel, Any]:
    """Every sponsor loses its licence, and nobody else has one; everybody who was sponsored."""
    model = virtual_market(sponsored=0.3, levers=[ELIGIBLE, *levers])
    people = model.workers.uid[tied(model)].copy()
    model.providers.licence_lost[:], model.providers.licensed[:] = START - 1, 0
    return model, people


def still_here(model: CareLabourModel, people: Any) -> int:
    return int(np.isin(model.workers.uid, people).sum())


def test_workers_of_a_revoked_sponsor_look_on_while_the_clock_is_paused_and_go_when_it_runs() -> None:
    pause = Policy(lambda book: book.clock_paused.switch(True), name="pause")
    running, people = abandoned([])
    paused, _ = abandoned([Until(pause, START + 8)])
    step(running, 1), step(paused, 1)
    looking = still_here(paused, people)
    assert still_here(running, people) == looking > 100
    assert paused.ledger.displaced[0] == looking
    step(running, 2), step(paused, 2)
    assert still_here(running, people) < 0.03 * looking, "a new establishment may have won a licence"
    step(paused, 5)
    workers = paused.workers
    here = np.isin(workers.uid, people)
    assert here.sum() > 0.9 * looking
    seeking = here & (workers.status == Status.SEEKING)
    assert seeking.sum() > 0.9 * here.sum(), "hardly anybody in reach may sponsor them"
    seeking &= workers.leave_reason == LeaveReason.VISA
    waiting = workers.uid[seeking & (workers.next_employer == NOBODY)].copy()
    step(paused, 1)
    assert still_here(paused, waiting) == 0


def test_the_pause_is_for_workers_of_revoked_sponsors_alone() -> None:
    pause = Policy(lambda book: book.clock_paused.switch(True), name="pause")
    model = virtual_market(sponsored=0.3, levers=[ELIGIBLE, pause])
    people = model.workers.uid[tied(model)].copy()
    model.providers.active[:] = 0
    step(model, 3)
    assert still_here(model, people) == 0


# The NHS as a sponsor


def all_sponsored(role: Role) -> CareLabourModel:
    """Everybody in care is sponsored and works in one role; no other sponsor is in reach."""
    model = virtual_market(sponsored=1.0, licensed=[True, False], nhs=20.0, levers=[ELIGIBLE])
    providers, workers = model.providers, model.workers
    for posts in (providers.posts_filled, providers.posts_sought, providers.posts_start):
        posts[:, role] = posts.sum(axis=1)
        posts[:, [other for other in Role if other != role]] = 0
    workers.role[workers.status == Status.CARE] = role
    return model


def test_a_sponsored_nurse_can_move_to_the_nhs_and_a_sponsored_care_worker_cannot() -> None:
    nurses, carers = all_sponsored(NURSE), all_sponsored(Role.CARE_WORKER)
    sponsored = carers.workers.uid[tied(carers)].copy()
    gone = 0
    for _ in range(4):
        nurses.step(), carers.step()
        gone += nurses.ledger.leavers[..., NURSE, LeaveReason.NHS_JOB].sum()
        at_nhs = carers.workers.uid[carers.workers.status == Status.NHS]
        assert not np.isin(at_nhs, sponsored).any()
    workers = nurses.workers
    at_nhs = (workers.status == Status.NHS) & tied(nurses)
    assert at_nhs.sum() == gone > 0
    assert (workers.sponsor[at_nhs] == NOBODY).all()
    assert (workers.clock_start[at_nhs] == NEVER).all()
    assert (workers.leave_until[at_nhs] > nurses.month).all()
    in_care = workers.status == Status.CARE
    assert nurses.providers.posts_filled[:, NURSE].sum() == (in_care & (workers.role == NURSE)).sum()
    people = workers.uid[at_nhs].copy()
    step(nurses, 6)
    assert still_here(nurses, people) == people.size, "no clock runs for them"


# Entry from overseas, by role


def test_caps_hold_by_role_and_roles_may_share_one() -> None:
    """A cap on nurses takes nothing from care workers; care workers and seniors share theirs."""
    statics = virtual_market().world.statics
    book = Rulebook(statics, month_index(2023, 8), virtual_market().outlook)
    law = book.freeze()
    assert law.visa_cap[Role.CARE_WORKER] > 5_000
    assert law.visa_cap_of[Role.SENIOR_CARE_WORKER] == Role.CARE_WORKER
    assert law.visa_cap_of[NURSE] == NURSE
    assert 0 < law.visa_cap[NURSE] < law.visa_cap[Role.CARE_WORKER]


def test_only_who_is_tied_counts_as_sponsored() -> None:
    model = virtual_market(sponsored=0.4, licensed=True, levers=[ELIGIBLE])
    rows = np.flatnonzero(tied(model))
    model.workers.visa_month[rows[::2]] = START - model.law.settlement_months - 1
    step(model, 1)
    workers = model.workers
    still = tied(model) & (workers.status == Status.CARE)
    still &= model.month - 1 - workers.visa_month < model.law.settlement_months
    assert 0 < still.sum() < 0.7 * rows.size
    assert model.stock.sponsored.sum() == still.sum()
