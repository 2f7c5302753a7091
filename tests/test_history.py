"""History once, futures many: states restore to the bit, and a lever that does nothing changes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import SCALE, origin, private_store, same_records, same_state

from sim import checkpoints
from sim.baselines import ANNOUNCED, ENACTED, first_announced
from sim.history import Walk, history, known, restore, start, start_model, take_state
from sim.levers.base import all_levers
from sim.outlook import outlook_of
from sim.parameters import behaviour
from sim.population import build_population
from sim.provenance import SHOWS_RESULTS, code_hash, takes_part
from sim.settings import setting
from sim.shipped import PACKAGE
from sim.units import MONTHS_PER_YEAR, NEVER, Status, month_index, month_name

APRIL = month_index(2022, 4)
LEVER_MONTH = APRIL + 3
END = APRIL + 8
DOSES: dict[str, dict[str, Any]] = {
    "agency_limits": {"compliance": 1.0, "highest_share": 0.01},
    "agenda_for_change_parity": {"share_of_employers": 1.0, "pension": 20.0},
    "assessment_teams": {"percent": 50.0},
    "block_commissioning": {"share": 0.5},
    "commissioner_capability": {"share_of_change": 1.0, "price_points": -40.0, "extra_years": -3},
    "care_technologist": {"posts_per_100": 5.0, "learning_months": 2},
    "care_technology": {"kind": "assistive", "released": 10.0, "learning_months": 2},
    "council_budget": {"source": "savings", "percent": 10.0},
    "data_integration": {"share": 1.0},
    "day_one_flexibility": {"share_of_employers": 1.0},
    "edi_strategy": {"worth": 20.0},
    "employer_tax": {"share_of_change": 1.0, "rate_points": 5.0},
    "fair_pay_agreement": {"above_minimum": 1.0},
    "fee_uplift": {"percent": 10.0, "funding": {"from": "new_grant"}, "ring_fenced": 0.8},
    "guaranteed_hours_offer": {"low_hours_threshold": 16.0},
    "honest_job_previews": {"clearer": 1.0},
    "joint_roles": {"time_in_nhs": 0.5},
    "leadership_programme": {"gain": 10.0},
    "national_living_wage": {"percent": 10.0},
    "nhs_recruitment_drive": {"percent_a_year": 30.0},
    "overseas_recruitment": {"roles": ["care_worker", "senior_care_worker"], "open": False},
    "paid_travel_time": {"share": 1.0},
    "peer_network": {"relief": 1.0},
    "career_pathway": {"posts": 30.0},
    "full_time_with_part_time_flexibility": {"could_work_full_time": 1.0},
    "staffing_mix": {"posts": 50.0},
    "training_offer": {"hours_a_week": 5.0, "hours_needed": 50.0},
    "workforce_registration": {"share_of_change": 1.0, "fee": 100.0, "turned_away": 20.0},
    "pay_progression": {"share_of_change": 1.0, "experience_step": 5.0, "qualification_step": 2.0},
    "overseas_induction_support": {"share_of_employers": 1.0, "worth": 10.0},
    "portable_qualification": {"months_spared": 2},
    "recruitment_hub": {"share_of_change": 1.0, "joining": 100.0, "paperwork_taken": 1.0},
    "referral_scheme": {"share_referred": 1.0},
    "right_to_work_asylum": {"people_a_year": 50_000},
    "reablement_and_assessment": {"share_of_change": 1.0, "more_therapists": 200.0, "reabled": 1.0, "less_care": 1.0},
    "real_living_wage": {"share_of_employers": 1.0},
    "returners_programme": {"more_looking": 300.0},
    "rota_optimisation": {"travel_saved": 0.5, "wishes_met": 0.5},
    "self_managed_teams": {"relief": 1.0, "wishes_met": 1.0},
    "settlement_rules": {"years_more": -4},
    "rural_coastal_offer": {"share_of_change": 1.0, "distance_taken": 1.0},
    "sick_pay_and_pension": {"share_of_change": 1.0, "pension_points": 5.0},
    "sponsor_licensing": {"share_of_change": 1.0, "scrutiny_change": 4.0},
    "sponsor_portability": {"years": 3.0},
    "staff_benefits": {"worth": 5.0},
    "staff_survey_mandate": {"made_up": 0.5},
    "targeted_recruitment": {"more_looking": 100.0},
    "unpaid_carer_support": {"support": 1.0},
    "wage_enforcement": {"inspected": 100.0},
    "wellbeing_programme": {"relief": 1.0},
    "workforce_plan": {"response": 50.0, "target": 0.0, "lead_months": 3},
    "zero_hours_ban": {"minimum_hours": 16.0},
}
OFF: dict[str, Any] = {
    "overseas_recruitment": [], "portable_qualification": 0, "right_to_work_asylum": 0, "settlement_rules": 0
}  # fmt: skip
"""Doses of zero that are not a decimal."""
LATER = ("block_commissioning", "nhs_recruitment_drive", "settlement_rules")
"""Levers that show after these few months: when contracts are next let, next April, or years later."""


def lever(name: str, month: int, **changes: Any) -> Any:
    return all_levers()[name].model_validate({"from": month_name(month), **DOSES[name], **changes})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")) as folder:
        yield folder


def at_april() -> Walk:
    return history(origin(), APRIL)


@pytest.fixture(scope="module")
def baseline(store: Path) -> Walk:
    return at_april().to(END)


def test_every_lever_has_a_dose_here() -> None:
    assert set(DOSES) == set(all_levers())


def test_a_model_starts_in_april_2016_and_from_the_store_is_the_same(store: Path) -> None:
    made = start_model(SCALE, 5)
    assert made.month == 0
    assert known(origin(5), 0)
    again = start_model(SCALE, 5)
    assert again is not made
    assert same_state(start(origin(5)).to(3), Walk(made, list(start(origin(5)).records)).to(3))


def test_restored_state_goes_on_as_if_it_had_never_stopped(store: Path, baseline: Walk) -> None:
    uninterrupted = start(origin())
    uninterrupted.to(END)
    assert known(origin(), APRIL)
    assert same_state(at_april().to(END), uninterrupted)
    assert same_state(baseline, uninterrupted)


def test_threads_do_not_matter(store: Path, baseline: Walk) -> None:
    assert same_state(history(origin(), APRIL, threads=2).to(END), baseline)


def test_an_earlier_april_serves_a_later_one(store: Path, baseline: Walk) -> None:
    later = APRIL + MONTHS_PER_YEAR
    months: list[int] = []
    history(origin(), later + 1, tick=months.append)
    assert months == list(range(APRIL, later + 1))
    assert known(origin(), later)


@pytest.mark.parametrize("name", sorted(DOSES))
def test_a_branch_with_a_lever_equals_the_uninterrupted_run_with_it(store: Path, baseline: Walk, name: str) -> None:
    policy = lever(name, LEVER_MONTH)
    whole = at_april()
    whole.model.levers = (policy,)
    whole.to(END)
    branched = at_april().to(LEVER_MONTH)
    fork, past = take_state(branched.model), list(branched.records)
    branched.to(END)
    restore(branched.model, fork, [policy])
    again = Walk(branched.model, past).to(END)
    assert same_state(again, whole)
    assert same_records(again, baseline) == (name in LATER)


@pytest.mark.parametrize("name", sorted(DOSES))
def test_a_lever_at_dose_zero_is_the_baseline(store: Path, baseline: Walk, name: str) -> None:
    off = lever(name, APRIL, **{all_levers()[name].dose: OFF.get(name, 0.0)})
    assert off.is_off()
    walk = at_april()
    walk.model.levers = (off,)
    assert same_state(walk.to(END), baseline)


@pytest.mark.parametrize("name", sorted(DOSES))
def test_a_lever_before_its_first_month_is_the_baseline(store: Path, baseline: Walk, name: str) -> None:
    walk = at_april()
    walk.model.levers = (lever(name, END),)
    assert same_state(walk.to(END), baseline)


def test_a_lever_from_april_2016_finds_the_law_of_the_month_before(store: Path) -> None:
    raised = lever("national_living_wage", 0)
    walk = start(origin())
    unchanged = walk.model.law.adult_rate
    restore(walk.model, take_state(walk.model), [raised])
    assert walk.model.law.adult_rate == unchanged
    walk.to(1)
    assert walk.model.law.adult_rate > unchanged
    assert walk.model.law.old_care_floor == unchanged


def test_key_tells_everything_apart() -> None:
    one = origin()
    others = [
        origin(seed=2),
        origin(scale=0.005),
        one._replace(behaviour=behaviour({"wage_weight": behaviour().wage_weight + 1e-12})),
    ]
    keys = {one.key(0), one.key(12), *(other.key(0) for other in others)}
    assert len(keys) == 2 + len(others)


def test_what_is_assumed_of_the_future_is_no_part_of_the_past() -> None:
    usual, low = origin(), origin()._replace(outlook=outlook_of(ENACTED, {"need_growth": "low"}))
    announced = origin()._replace(outlook=outlook_of(ANNOUNCED))
    parted = month_index(2026, 10)
    assert low.key(parted) == usual.key(parted)
    assert low.key(parted + 1) != usual.key(parted + 1)
    assert announced.key(first_announced()) == usual.key(first_announced())
    assert announced.key(first_announced() + 1) != usual.key(first_announced() + 1)


def test_nobody_starts_a_job_in_the_future_when_the_spin_up_begins() -> None:
    first = -int(setting("spin_up_months"))
    now, then = build_population(0.01, 1).workers, build_population(0.01, 1, month=first).workers
    in_post = then.status == Status.CARE
    assert then.job_start[in_post].max() < first
    assert np.array_equal(then.job_start[in_post] - first, now.job_start[in_post])
    assert np.all(then.visa_month[then.visa_month != NEVER] < first)


def test_spin_up_leaves_tenure_where_published_margins_put_it(store: Path) -> None:
    def share_with_a_year(workers: Any, month: int) -> float:
        in_post = workers.status == Status.CARE
        return float(np.mean(month - workers.job_start[in_post] >= MONTHS_PER_YEAR))

    at_start = start(origin(scale=0.01)).model
    built = build_population(0.01, 1).workers
    assert share_with_a_year(at_start.workers, 0) == pytest.approx(share_with_a_year(built, 0), abs=0.06)


@pytest.mark.parametrize("damage", ["cut short", "one byte", "one byte of what is packed", "empty", "not a state"])
def test_a_damaged_state_is_noticed_and_made_anew(
    store: Path, baseline: Walk, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    path = checkpoints.place(origin().key(APRIL))
    whole = path.read_bytes()

    def with_one_byte_changed(part: bytes) -> bytes:
        place = whole.index(part) + 2000
        return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]

    damaged = {
        "cut short": whole[: len(whole) // 2],
        "one byte": with_one_byte_changed(b"workers.pay.npy"),
        "one byte of what is packed": with_one_byte_changed(b"packed.npz"),
        "empty": b"",
        "not a state": b"PK\x03\x04 something else",
    }
    path.write_bytes(damaged[damage])
    assert same_state(at_april().to(END), baseline)
    assert "damaged" in capsys.readouterr().err
    assert checkpoints.load(origin().key(APRIL)) is not None


def test_a_full_disk_is_a_message_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written = np.lib.format.write_array

    def full(file: Any, values: Any, *arguments: Any, **options: Any) -> None:
        if values.size > 100:
            raise OSError(28, os.strerror(28))
        written(file, values, *arguments, **options)

    with private_store(tmp_path / "store"):
        monkeypatch.setattr(np.lib.format, "write_array", full)
        assert not checkpoints.save("a" * 20, {"small": np.zeros(3), "large": np.zeros(1000)}, {"what": "x"})
        monkeypatch.undo()
        assert "No space left on device" in capsys.readouterr().err
        assert list(checkpoints.folder().iterdir()) == []
        assert checkpoints.load("a" * 20) is None


def test_a_store_that_cannot_be_written_is_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with private_store(tmp_path / "store") as folder:
        (folder / "histories").write_text("in the way", encoding="utf-8")
        assert not checkpoints.save("b" * 20, {"x": np.zeros(3)}, {"what": "x"})
        assert "cannot keep a state" in capsys.readouterr().err


def test_arrays_come_back_as_they_went(tmp_path: Path) -> None:
    arrays = {"numbers": np.arange(12, dtype=np.int16).reshape(3, 4), "one": np.array(5), "none": np.zeros((0, 2))}
    with private_store(tmp_path / "store"):
        assert checkpoints.save("c" * 20, arrays, {"what": "x"}, packed={"sparse": np.eye(50)})
        back = checkpoints.load("c" * 20)
    assert back is not None
    assert set(back) == {*arrays, "sparse"}
    assert np.array_equal(back["sparse"], np.eye(50))
    for name, values in arrays.items():
        assert back[name].dtype == values.dtype
        assert back[name].shape == values.shape
        assert np.array_equal(back[name], values)


def test_what_was_longest_unused_goes_first_and_files_of_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_store(tmp_path / "store"):
        for age, key in ((300, "a" * 20), (200, "b" * 20), (100, "c" * 20)):
            checkpoints.save(key, {"x": np.zeros(1000)}, {"what": key[0]})
            when = checkpoints.place(key).stat().st_mtime - age
            os.utime(checkpoints.place(key), (when, when))
        size = checkpoints.place("c" * 20).stat().st_size
        theirs = checkpoints.folder() / "my_old_results.npz"
        theirs.write_bytes(bytes(10 * size))
        os.utime(theirs, (1000.0, 1000.0))
        monkeypatch.setattr(checkpoints, "setting", lambda name: 3.5 * size / checkpoints.BYTES_PER_GB)
        checkpoints.save("d" * 20, {"x": np.zeros(1000)}, {"what": "d"})
        assert [entry.about["what"] for entry in checkpoints.entries()] == ["b", "c", "d"]
        assert theirs.is_file()


def test_modules_that_only_show_results_take_no_part_in_a_run() -> None:
    for name in SHOWS_RESULTS:
        assert (PACKAGE / name).is_file()
    code = (
        "import sys, sim.replicate, json; print(json.dumps([name for name in sys.modules if name.startswith('sim.')]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    used = {name.removeprefix("sim.").replace(".", "/") + ".py" for name in json.loads(done.stdout)}
    assert "history.py" in used
    assert [name for name in used if not takes_part(name) and (PACKAGE / name).is_file()] == []
    assert len(code_hash()) == 16
