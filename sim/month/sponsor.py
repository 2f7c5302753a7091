"""Sponsor licences are won and lost, and people are granted visas to come from overseas."""

from __future__ import annotations

from sim.draws import Purpose, person_id, uniform
from sim.jit import kernel, part
from sim.month.advertise import posts_to_offer
from sim.month.moves import OVERSEAS_SPONSORED, place_of
from sim.month.newcomers import empty_row, write_newcomer
from sim.month.people import charge_sponsor, grant_visa
from sim.rules.migration import (
    found_out,
    joins_hub,
    licence_chance,
    revocation_chance,
    sponsored_here,
    wants_to_sponsor,
    without_work,
)
from sim.rules.staffing import months_to_arrival, vacancy_share
from sim.units import NEVER, Role, Sector, Stream

ROLE_COUNT = len(Role)
DIRECT_PAYMENT = int(Sector.DIRECT_PAYMENT)
SPONSORED_STREAM = int(Stream.OVERSEAS_SPONSORED)
PLACES_PER_PROVIDER = 256


@kernel
def licences(lo, hi, seed, month, providers, law, p):
    """Providers in rows [lo, hi) apply for a licence when they have vacancies a visa could fill; some lose theirs.

    Members of a hub may come under its licence for people already here too.
    """
    any_open, any_here = 0, 0
    for role in range(ROLE_COUNT):
        any_open += law.visa_open[role]
        any_here += sponsored_here(law.visa_open[role], law.in_country_switching[role])
    for j in range(lo, hi):
        if providers.active[j] == 0 or providers.sector[j] == DIRECT_PAYMENT:
            continue
        uid = providers.uid[j]
        if providers.licensed[j] == 1:
            if uniform(seed, uid, month, Purpose.REVOCATION) < revocation_chance(
                providers.rogue[j], law.enforcement, p
            ):
                providers.licensed[j] = 0
                providers.licence_lost[j] = month
        elif any_open > 0 and providers.licence_lost[j] <= NEVER:
            vacancy = vacancy_share(providers.posts_sought[j, 0], providers.posts_filled[j, 0])
            u, chance = uniform(seed, uid, 0, Purpose.ROGUE), licence_chance(vacancy, law.portability_months, p)
            applies = uniform(seed, uid, month, Purpose.OVERSEAS_SPONSOR) < chance
            if applies and not found_out(u, law.licence_checks, p):
                providers.licensed[j] = 1
                providers.rogue[j] = 1 if without_work(u, p) else 0
        if any_here > 0 and law.hub_joining[j] > 0.0:
            take_into_hub(seed, month, providers, j, law, p)


@part
def take_into_hub(seed, month, providers, j, law, p):
    """Provider `j`, if it has no licence and never lost one, may come under that of a hub."""
    if providers.licensed[j] == 1 or providers.licence_lost[j] > NEVER:
        return
    vacancy = vacancy_share(providers.posts_sought[j, 0], providers.posts_filled[j, 0])
    steady = not without_work(uniform(seed, providers.uid[j], 0, Purpose.ROGUE), p)
    if joins_hub(uniform(seed, providers.uid[j], month, Purpose.HUB), law.hub_joining[j], vacancy, steady):
        providers.licensed[j] = 1
        providers.rogue[j] = 0


@kernel
def sponsor_wishes(lo, hi, seed, providers, law, p, wishes):
    """Recruits from overseas that each licensed provider wants this month, by role, for posts that it offers here."""
    for j in range(lo, hi):
        for role in range(ROLE_COUNT):
            wishes[j, role] = 0
            if providers.licensed[j] == 0 or providers.active[j] == 0 or law.visa_open[role] == 0:
                continue
            vacant = posts_to_offer(seed, providers, j, role, p)
            if providers.rogue[j] == 1:
                vacant += int(p.rogue_extra_share * providers.posts_sought[j, role])
            wishes[j, role] = wants_to_sponsor(
                vacant,
                providers.posted_pay[j, role],
                law.visa_floor[role],
                law.visa_cost[role],
                providers.reserves[j],
                law.hub_paperwork[j],
                p,
            )


@kernel
def arrive(seed, month, share, wishes, workers, providers, councils, reach, mix, law, p, ledger, free):
    """Visas are granted: each provider gets its share of what the cap on a role allows.

    Providers are met council by council in the order of their identities, never by row.
    """
    for n in range(reach.provider.shape[0]):
        j = reach.provider[n]
        for role in range(ROLE_COUNT):
            if wishes[j, role] == 0:
                continue
            u = uniform(seed, providers.uid[j], month, Purpose.OVERSEAS_RETURN + 256 * role)
            for k in range(int(wishes[j, role] * share[role] + u)):
                i = empty_row(workers, free, providers.council[j])
                recruit(seed, month, workers, providers, councils, reach, mix, law, p, ledger, i, j, role, k)


@part
def recruit(seed, month, workers, providers, councils, reach, mix, law, p, ledger, i, j, role, k):
    """One person is granted a visa to come to a sponsor, and is waited for until the first day."""
    home = providers.council[j]
    uid = person_id(SPONSORED_STREAM, home, month, (reach.place[j] * ROLE_COUNT + role) * PLACES_PER_PROVIDER + k)
    write_newcomer(seed, workers, councils, i, uid, SPONSORED_STREAM, home, month, mix, law, p)
    workers.visa_month[i] = month
    grant_visa(workers, i, role, month, law)
    workers.wanted_minutes[i] = int(p.full_time_minutes)
    workers.free_minutes[i] = workers.wanted_minutes[i]
    workers.sponsor[i] = j
    workers.next_employer[i] = j
    workers.next_role[i] = role
    workers.next_start[i] = month + months_to_arrival(uniform(seed, uid, month, Purpose.START_LAG), p)
    providers.posts_promised[j, role] += 1
    ledger.people_in[home, SPONSORED_STREAM] += 1
    ledger.moves[OVERSEAS_SPONSORED, place_of(workers, providers, i)] += 1
    charge_sponsor(providers, ledger, j, law.visa_cost[role])
