"""Councils, regions and distances."""

import numpy as np
import pytest

from sim.geography import load_places, local_distance
from sim.population.inputs import the_geography

COUNCILS, REGIONS, SYSTEMS = 153, 9, 42


@pytest.fixture(scope="module")
def geography():
    return the_geography()


def test_every_council_lies_in_a_region_and_a_system(geography):
    places = load_places()
    assert len(places.council_codes) == geography.region.size == COUNCILS
    assert list(places.council_codes) == sorted(places.council_codes)
    assert len(places.regions) == REGIONS
    assert set(geography.region) == set(range(REGIONS))
    assert len(places.ics) == SYSTEMS
    assert set(geography.ics) == set(range(SYSTEMS))


def test_london_has_its_33_councils(geography):
    assert np.count_nonzero(geography.region == load_places().regions.index("London")) == 33


def test_each_list_of_neighbours_starts_with_the_council_itself_and_goes_outwards(geography):
    for council in range(COUNCILS):
        span = slice(geography.neighbour_start[council], geography.neighbour_start[council + 1])
        assert geography.neighbour_council[span][0] == council
        assert geography.neighbour_km[span][0] == 0.0
        assert np.all(np.diff(geography.neighbour_km[span]) >= 0.0)
        assert len(set(geography.neighbour_council[span])) == span.stop - span.start


def test_being_in_reach_is_mutual_and_distance_is_that_of_the_centres(geography):
    owner = np.repeat(np.arange(COUNCILS), np.diff(geography.neighbour_start))
    pairs = set(zip(owner.tolist(), geography.neighbour_council.tolist(), strict=True))
    assert {(b, a) for a, b in pairs} == pairs
    other = geography.neighbour_council
    east, north = geography.easting_km, geography.northing_km
    straight = np.hypot(east[owner] - east[other], north[owner] - north[other])
    assert straight == pytest.approx(geography.neighbour_km, abs=0.6)


def test_only_two_island_councils_border_no_other(geography):
    borders = np.add.reduceat(geography.neighbour_border, geography.neighbour_start[:-1]) - 1
    names = np.array(load_places().short_names)[borders == 0]
    assert set(names) == {"Isle of Wight", "Isles of Scilly"}


def test_journeys_within_a_council_grow_with_its_area_up_to_a_limit():
    assert local_distance(np.array([9.0, 36.0, 1e6]), 8.0) == pytest.approx([1.1284, 2.2568, 8.0], abs=1e-3)


def test_arrays_of_the_map_cannot_be_changed(geography):
    with pytest.raises(ValueError, match="read-only"):
        geography.neighbour_km[0] = 1.0
