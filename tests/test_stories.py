"""Stories: whole sentences, of the same people in every scenario, and nothing in them that the records do not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small import SCALE, private_store
from test_following import EVERYBODY, eventful_market
from typer.testing import CliRunner

from sim.cli import app
from sim.events import Event
from sim.following import FollowedPeople
from sim.results import Results
from sim.running import run_all
from sim.stories import LABEL, Story, stories, tell, tell_stories
from sim.storytelling import TOLD, hours, role_name
from sim.units import month_name

VALUES: dict[str, Any] = {
    "name": "Enacted law",
    "scale": SCALE,
    "replicates": 1,
    "window": {"from": "2021-10", "to": "2023-03"},
}
RAISED: dict[str, Any] = {
    **VALUES,
    "name": "Raised",
    "levers": [{"national_living_wage": {"from": "2022-07", "percent": 10.0}}],
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")):
        yield run_all([VALUES, RAISED], people=120)


@pytest.fixture(scope="module")
def lives() -> list[tuple[Story, Any, Any]]:
    """Everybody's story in a market in which everything happens, with the rows it was told from."""
    model = eventful_market()
    people = FollowedPeople(model, EVERYBODY, model.month)
    model.watchers.append(people)
    for _ in range(24):
        model.step()
    tables = people.tables(model)
    events, panel = tables["events"].to_pandas(), tables["panel"].to_pandas()
    by_event = dict(tuple(events.groupby("uid")))
    last = month_name(model.month - 1)
    return [
        (tell(months, by_event.get(uid, events.iloc[:0]), last), months, by_event.get(uid))
        for uid, months in panel.groupby("uid")
    ]


def test_every_life_is_told_in_whole_sentences(lives: list[tuple[Story, Any, Any]]) -> None:
    assert len(lives) > 1500
    for story, months, _ in lives:
        assert [month for month, _ in story.lines] == sorted(month for month, _ in story.lines)
        assert story.lines[0][0] == months.iloc[0]["month"]
        for _, text in story.lines:
            assert text.startswith(("She ", "He ", "Her pay ", "His pay "))
            assert text.endswith(".")
            for slip in ("nan", "None", "_", "  ", " a a", " the the ", "{"):
                assert slip not in text, text


def _reads_the_same(event: dict[str, Any]) -> bool:
    """Whether hours change by minutes alone."""
    before, after = (hours(event[f"contract_hours_{when}"], event[f"hours_{when}"]) for when in ("before", "after"))
    return before == after


def test_whatever_happens_is_told(lives: list[tuple[Story, Any, Any]]) -> None:
    """Each kind of event is told in its month, but those that what follows tells, and those of the first month."""
    unseen = {event.name.lower() for event in Event if event < Event.OPENS} - {"accepts_job", "settles"}
    for story, months, events in lives:
        first = months.iloc[0]["month"]
        for event in [] if events is None else events.to_dict("records"):
            if event["event"] == "accepts_job" or event["month"] == first:
                continue
            told = {month for month, _ in story.lines}
            if event["event"] == "contract_changes" and _reads_the_same(event):
                assert TOLD["contract_changes"](event) == ""
            elif event["event"] != "pay_changes":
                assert event["month"] in told, (story, event)
            unseen.discard(event["event"])
    assert unseen <= {"arrives", "goes_with_contract"}
    assert set(TOLD) | {"leaves_care", "pay_changes", "accepts_job"} == {
        event.name.lower() for event in Event if event < Event.OPENS
    }


def test_pay_in_a_story_is_that_of_the_log(lives: list[tuple[Story, Any, Any]]) -> None:
    moved = 0
    for story, months, events in lives:
        if events is None:
            continue
        for event in events[events["event"] == "changes_employer"].to_dict("records"):
            if event["month"] > months.iloc[0]["month"]:
                lines = [text for month, text in story.lines if month == event["month"]]
                assert any(f"\u00a3{event['pay_after']:.2f}" in text for text in lines)
                assert any(event["employer_after"] in text for text in lines)
                moved += 1
    assert moved > 100


def test_the_same_people_are_told_of_in_every_scenario(results: Results) -> None:
    one, other = stories(results, 5), stories(results, 5, "Raised")
    assert len(one) == 5
    assert len({story.uid for story in one} & {story.uid for story in other}) >= 4
    more = {story.uid for story in stories(results, 8)}
    assert {story.uid for story in one} < more


def test_a_text_of_stories_says_what_it_is(results: Results) -> None:
    text = tell_stories(results, 3)
    assert text.count(LABEL) == 2
    assert text.startswith("3 lives under 'Enacted law'")
    assert all(len(line) <= 100 for line in text.splitlines())


def test_story_command(tmp_path: Path) -> None:
    with private_store(tmp_path / "store"):
        asked = ["story", "baseline", "--people", "2", "--scale", str(SCALE), "--to", "2016-08"]
        done = CliRunner().invoke(app, asked)
        assert done.exit_code == 0, done.output
        assert "2 lives under 'Enacted law'" in done.stdout
        assert LABEL in done.stdout
        assert "April 2016: " in done.stdout
        assert CliRunner().invoke(app, asked).stdout == done.stdout
    wrong = CliRunner().invoke(app, ["story", "baseline", "--scale", "7"])
    assert wrong.exit_code == 2
    assert "scale" in wrong.stderr


def test_words() -> None:
    assert role_name("occupational_therapist") == "an occupational therapist"
    assert role_name("care_worker") == "a care worker"
    assert hours(0.0, 30.0) == "30 hours a week without guaranteed hours"
    assert hours(16.0, 30.0) == "30 hours a week, 16 of them guaranteed"
    assert hours(30.0, 30.0) == "30 hours a week"
