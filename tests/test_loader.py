"""Strict YAML: what is read, as what, from which line; and no input at all may end in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.loader import plain, read_tree, tree_of
from sim.problems import Problem, ScenarioError, describe, nearest_name
from sim.scenario import load_scenario


def read(folder: Path, text: str | bytes) -> dict[str, object]:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    tree, problems = read_tree(path, "file.yaml")
    assert problems == []
    values = plain(tree)
    assert isinstance(values, dict)
    return values


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("1", 1),
        ("-3", -3),
        ("010", "010"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("2e3", 2000.0),
        ("2027-04", "2027-04"),
        ("2027-04-01", "2027-04-01"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("=", "="),
        ("[1, a]", [1, "a"]),
        ("{b: 2}", {"b": 2}),
    ],
)
def test_values_read_as_people_read_them(written: str, value: object, tmp_path: Path) -> None:
    found = read(tmp_path, f"a: {written}\n")["a"]
    assert found == value
    assert type(found) is type(value)


def test_byte_order_mark_and_aliases_are_accepted(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa: &x [1]\nb: *x\n") == {"a": [1], "b": [1]}


def test_places_are_those_of_the_keys(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("name: x\n\nlevers:\n  - a_lever:\n      from: 2027-04\n", encoding="utf-8")
    tree, _ = read_tree(path, "shown.yaml")
    assert isinstance(tree.value, dict)
    levers = tree.value["levers"].value
    assert isinstance(levers, list)
    assert isinstance(levers[0].value, dict)
    body = levers[0].value["a_lever"]
    assert isinstance(body.value, dict)
    start = body.value["from"]
    assert (body.line, body.field) == (4, "levers[0].a_lever")
    assert (start.line, start.field, start.file) == (5, "levers[0].a_lever.from", "shown.yaml")


def test_a_number_that_is_none_is_refused_as_such() -> None:
    with pytest.raises(ScenarioError, match="expected a finite number"):
        tree_of({"a": float("nan")})


@pytest.mark.parametrize("values", [{"a": object()}, {1: 2}, {"a": {2: 3}}, {"a": {1, 2}}])
def test_python_values_that_no_file_could_hold_are_refused(values: dict[object, object]) -> None:
    with pytest.raises(ScenarioError, match="expected text, a number"):
        tree_of(values)


def test_python_values_that_contain_themselves_are_refused() -> None:
    circle: dict[str, object] = {}
    circle["again"] = circle
    with pytest.raises(ScenarioError):
        tree_of(circle)


def test_problem_is_one_line_whatever_the_input() -> None:
    problem = Problem("a\nb.yaml", 3, "field", describe("x\n\x1b[31m" + "y" * 500), "something", "other")
    assert "\n" not in str(problem)
    assert "\x1b" not in str(problem)
    assert len(str(problem)) < 200
    assert str(problem).endswith("; expected something; did you mean 'other'?")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Leds", "Leeds"),
        ("north west", "North West"),
        ("real-living-wage", "real_living_wage"),
        ("zzz", None),
        (7, None),
    ],
)
def test_nearest_name(name: object, nearest: str | None) -> None:
    assert nearest_name(name, ["Leeds", "North West", "real_living_wage"]) == nearest


FRAGMENTS = st.sampled_from(
    [
        "name: x",
        "levers:",
        "  - ",
        "zero_hours_ban",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "from: 2027-04",
        "extends: ",
        "remove: ",
        "baseline",
        "\n",
        "\t",
        "&a ",
        "*a",
        "!!int ",
        "'",
        '"',
        "---\n",
        "...",
        "|\n",
        ">-\n",
        "? ",
        "<<: ",
        "%YAML 1.1\n",
        "scale: 0.1",
        "window: ",
        "path: {2027-04: 13.8}",
        "national_living_wage",
        "applies_to: ",
        "council: Leeds",
        "~",
        "9" * 20,
        ".inf",
        "\u2028",
        "\U0001f600",
        "\\",
        "#",
        ",",
        "1e400",
        "-0",
        "overseas_recruitment",
    ]
)


@settings(
    max_examples=300, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.lists(FRAGMENTS, max_size=25).map(lambda parts: "".join(parts).encode()), st.binary(max_size=80)))
def test_any_bytes_give_a_scenario_or_messages(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "fuzz.yaml"
    path.write_bytes(data)
    try:
        problems = [] if load_scenario(path).name else ["a scenario without a name"]
    except ScenarioError as error:
        problems = [str(each) for each in error.problems] or ["an error without a problem"]
    assert all(len(each.splitlines()) == 1 and "; expected " in each for each in problems)
