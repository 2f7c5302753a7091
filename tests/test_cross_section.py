"""Contrasts between groups, and councils: what is compared, how, and what is said of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.calibration.runs import Job
from sim.calibration.targets import LAST_FITTED
from sim.geography import council_rows
from sim.series import Key, Keys, Measured
from sim.shipped import PACKAGE
from sim.units import Sector, Service
from sim.validity import councils_page
from sim.validity.councils import (
    SHOWN,
    YEARS,
    conditions,
    covariance,
    kept,
    lasting,
    modelled,
    persistence,
    run_councils,
    slope,
    spread,
    values_shown,
)
from sim.validity.cross_section import FITTED, OF_AGENTS, OPEN, Contrast, Found, contrasts, run_contrasts, shown
from sim.validity.cross_section_page import section, verdict
from sim.validity.cross_section_ranks import rank_correlation
from sim.validity.visits import alone

TINY_RUN = Job((), (), 0.005, 1)
COUNCILS = len(council_rows())


def told() -> np.ndarray:
    return np.array([one.value for one in contrasts()])


def perfect(draws: int = 4) -> Found:
    return Found(contrasts(), np.tile(told(), (draws, 1)))


def test_contrasts_are_formed_from_their_two_sides() -> None:
    sides = {side for one in contrasts() for side in (one.one, one.other) if side is not None}
    groups = {(s.indicator, s.area, s.group_type, g) for s in sides for g in s.group.split("+")}
    ages = {("people", "England", "age", group) for group in ("under 20", "20-24", "50-59")}
    keys = tuple(
        Key("england" if area == "England" else "region", area, kind, group, indicator)
        for indicator, area, kind, group in sorted(groups | ages)
        if indicator not in OF_AGENTS
    )
    values = np.arange(1.0, len(keys) + 1.0)[:, None] + np.arange(120.0) / 1000.0
    measured = Measured(Keys(keys), 0, values, {})
    asked = {(one.one.indicator, one.one.month): 0.5 for one in contrasts() if one.one.indicator in OF_AGENTS}
    found = dict(zip(contrasts(), shown(measured, asked), strict=True))
    looked_at = set()

    def of(one: Contrast, indicator: str, group: str, kind: str) -> float:
        return float(values[keys.index(Key("england", "England", kind, group, indicator)), one.one.month])

    for one, value in found.items():
        if one.other is None:
            assert value == 0.5
        elif one.name.startswith("turnover, under 20 or 20-24"):
            young = ("under 20", "20-24")
            weights = [of(one, "people", group, "age") for group in young]
            expected = np.average([of(one, "turnover", group, "age") for group in young], weights=weights)
            assert value == pytest.approx(expected / of(one, "turnover", "50-59", "age"))
        elif one.name == "share of people who are British":
            everybody = sum(of(one, "people", group, "nationality") for group in ("British", "EU", "non-EU"))
            assert value == pytest.approx(of(one, "people", "British", "nationality") / everybody)
        elif one.name == "vacancy rate, home care less residential":
            home, residential = (of(one, "vacancy_rate", group, "service") for group in ("home_care", "residential"))
            assert value == pytest.approx(home - residential)
        else:
            continue
        looked_at.add(one.name.split(",")[0])
    assert {"turnover", "share of people who are British", "vacancy rate"} <= looked_at


def test_a_run_shows_every_contrast() -> None:
    shows = alone(run_contrasts, TINY_RUN)
    assert shows.shape == (len(contrasts()),)
    found = {one.name: value for one, value in zip(contrasts(), shows, strict=True)}
    assert 0.5 < found["share of people who are British"] < 1.0
    assert 0.0 < found["organisations with fewer than 50 employees"] < 1.0
    assert np.isnan(shows).sum() < 3


def test_what_was_fitted_is_marked_and_nothing_later_is() -> None:
    uses = {(one.name, one.one.month): one.used for one in contrasts()}
    assert uses["vacancy rate, home care less residential", LAST_FITTED] == FITTED
    assert uses["turnover, 20 km and over less under 1 km", LAST_FITTED] == FITTED
    assert all(one.used == OPEN for one in contrasts() if one.one.month > LAST_FITTED)
    assert uses["turnover, occupational therapist less all staff", LAST_FITTED] == OPEN


def test_contrasts_off_by_three_tolerances_are_not_met(tmp_path: Path) -> None:
    assert perfect().met.all()
    off = told().copy()
    off[0] += 3.0 * contrasts()[0].tolerance
    shows = np.tile(off, (4, 1))
    assert not Found(contrasts(), shows).met[0]
    assert Found(contrasts(), shows).met[1:].all()
    page = section([TINY_RUN] * 4, shows, tmp_path)
    assert f"{len(off) - 1} of {len(off)} contrasts are met" in page.verdict
    assert [row.verdict for row in page.rows].count("fail") == 1
    assert (tmp_path / "validation_cross_section.png").is_file()


def test_groups_the_wrong_way_round_are_told() -> None:
    assert "in 0 of" in verdict(Found(contrasts(), -np.tile(told(), (2, 1))))


def test_small_organisations_are_counted_as_organisations() -> None:
    providers = SimpleNamespace(
        uid=np.array([1, 2, 3, 4, 0]), active=np.array([1, 1, 1, 1, 1]), organisation=np.array([7, 7, 8, 9, 9]),
        sector=np.array([0, 0, 0, int(Sector.COUNCIL), 0]), service=np.full(5, int(Service.RESIDENTIAL)),
        posts_filled=np.array([[30, 0], [30, 0], [10, 5], [10, 0], [10, 0]]),
    )  # fmt: skip
    assert OF_AGENTS["small_organisations"](providers) == 0.5
    assert OF_AGENTS["staff_per_care_home"](providers) == pytest.approx(85.0 / 4.0)


def test_ranks_share_ties_and_leave_out_what_is_not_known() -> None:
    one = np.array([1.0, 2.0, 2.0, 9.0, np.nan])
    assert rank_correlation(one, np.array([10.0, 20.0, 20.0, 21.0, 0.0])) == pytest.approx(1.0)
    assert rank_correlation(one, -(one**3)) == pytest.approx(-1.0)
    assert np.isnan(rank_correlation(one[:2], one[:2]))


def synthetic(lasting_part: np.ndarray, noise: float, draws: int = 60) -> np.ndarray:
    """Runs in which councils have a lasting part, and luck of single years."""
    luck = np.random.default_rng(3).standard_normal((draws, len(SHOWN), len(YEARS), COUNCILS))
    return np.asarray((0.3 + lasting_part + noise * luck).reshape(draws, -1))


def test_spread_of_councils_holds_as_much_luck_as_the_country_has() -> None:
    true = 0.03 * np.random.default_rng(1).standard_normal(COUNCILS)
    true -= true.mean()
    scale, noise = 0.04, 0.1
    found = modelled(synthetic(true, noise), scale, 0)
    shared = found.of_england(np.arange(COUNCILS))
    expected = np.sqrt(true.var(ddof=1) + scale * noise**2)
    assert spread(shared) == pytest.approx(expected, rel=0.04)
    assert lasting(shared) == pytest.approx(true.std(ddof=1), rel=0.04)
    assert persistence(shared, 1) == pytest.approx(true.var() / expected**2, rel=0.06)


def test_councils_known_in_different_years_are_compared_fairly() -> None:
    councils, years = np.array([-0.1, 0.0, 0.1, 0.02]), np.array([0.0, 0.05, 0.2, 0.1])
    values = councils + years[:, None]
    values[3, 0], values[0, 2], values[:3, 3] = np.nan, np.nan, np.nan
    found = kept(values, fewest=3)
    assert found[2] - found[0] == pytest.approx(0.2, abs=1e-6)
    assert np.isnan(found[3])


def test_covariance_takes_pairs_that_are_known() -> None:
    values = np.random.default_rng(2).standard_normal((2, 12))
    values[0, 0], values[1, 5] = np.nan, np.nan
    both = ~np.isnan(values).any(axis=0)
    assert covariance(values)[0, 1] == pytest.approx(np.cov(values[:, both])[0, 1])


def test_slopes_on_conditions() -> None:
    condition = conditions()["unemployment, per point"]
    assert slope(5.0 - 0.02 * condition, condition) == pytest.approx(-0.02)


@pytest.mark.parametrize(("sign", "says"), [(1.0, "at least the 0.3"), (-1.0, "must show no ranking of councils")])
def test_councils_ranked_as_published_or_not(
    sign: float, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(councils_page, "RESAMPLES", 3)
    ranked = sign * np.nan_to_num(councils_page.told_mean())
    shows = synthetic(ranked, 0.02, draws=6)
    page = councils_page.section([TINY_RUN._replace(scale=0.05)] * 6, shows, tmp_path)
    assert says in page.verdict
    first = next(row for row in page.rows if row.item.startswith("rank correlation of councils"))
    assert first.verdict == ("pass" if sign > 0 else "fail")
    assert (tmp_path / "validation_councils.png").is_file()


def test_a_run_shows_councils() -> None:
    shows = alone(run_councils, TINY_RUN)
    assert shows.size == values_shown()
    rates = shows.reshape(len(SHOWN), len(YEARS), COUNCILS)
    assert 0.1 < np.nanmean(rates[0]) < 0.6
    assert 0.0 < np.nanmean(rates[1]) < 0.4


def test_published_rates_by_council_are_used_nowhere_else() -> None:
    users = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if "council_turnover" in file.read_text(encoding="utf-8")
    }
    assert users == {"provenance.py", "validity/councils.py", "validity/councils_page.py"}
