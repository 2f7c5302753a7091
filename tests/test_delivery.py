"""When staff run out of time, visits are shortened before they are left out, and only the latter are handed back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.jit import as_record
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.rules.delivery import care_handed_back, visits_shortened
from sim.units import Sector, Service
from sim.virtual_market import virtual_market

P = behaviour()
RECORD = as_record(P)


@given(st.integers(0, 10_000_000), st.floats(0.0, 1.0))
def test_visits_are_shortened_first_and_by_no_more_than_buyers_put_up_with(demand, share):
    not_given = int(demand * share)
    shortened = visits_shortened(not_given, demand, RECORD)
    assert 0 <= shortened <= min(not_given, demand * P.missed_tolerated)
    if not_given <= int(demand * P.missed_tolerated):
        assert shortened == not_given
        assert care_handed_back(not_given, shortened, RECORD) == 0
    assert care_handed_back(not_given, shortened, RECORD) <= not_given - shortened


def month_of(service: Service, vacancies: float, sector: Sector = Sector.INDEPENDENT) -> CareLabourModel:
    model = virtual_market(service=service, sector=sector, vacancies=vacancies, pool=0.05)
    model.step()
    return model


def test_home_care_short_of_staff_shortens_visits_and_leaves_others_out():
    model = month_of(Service.HOME_CARE, 0.4)
    columns = model.providers.columns
    asked = columns.demand_minutes.sum(axis=1) + columns.returned_minutes
    short = columns.missed_minutes > columns.shortened_minutes
    assert short.any()
    assert (columns.shortened_minutes <= columns.missed_minutes).all()
    assert (columns.shortened_minutes[short] == (asked[short] * P.missed_tolerated).astype(int)).all()
    assert columns.returned_minutes.sum() > 0
    assert (columns.returned_minutes[~short] == 0).all()


def test_care_homes_do_not_shorten_visits():
    columns = month_of(Service.NURSING, 0.4).providers.columns
    assert columns.missed_minutes.sum() > 0
    assert columns.shortened_minutes.sum() == 0


def test_councils_shorten_visits_too_but_hand_nothing_back():
    columns = month_of(Service.HOME_CARE, 0.4, Sector.COUNCIL).providers.columns
    assert columns.missed_minutes.sum() > columns.shortened_minutes.sum() > 0
    assert columns.returned_minutes.sum() == 0
