"""Scenarios: what a YAML file may say, and where each value came from.

``load_scenario("real_living_wage")`` reads a shipped scenario, ``load_scenario("mine.yaml")`` a file,
``scenario_from({...})`` values given in Python. Each returns a `Scenario`, or raises `ScenarioError` with everything
that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    Field,
    PrivateAttr,
    SerializeAsAny,
    SkipValidation,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from sim.assumptions import Assumptions
from sim.baselines import ENACTED, BaselineName
from sim.fields import Block, Month, printable, refuse
from sim.inheritance import find_scenario, lay_over, read_with_parents, shipped_scenarios
from sim.levers.base import Lever, all_levers
from sim.loader import Node, plain, tree_of
from sim.local_data import SUFFIX as CSV
from sim.local_data import LocalData, conflicts, read_local_data
from sim.outlook import ENACTED_CENTRAL, Outlook, outlook_of
from sim.problems import COMMAND_LINE, Problem, ScenarioError, describe, nearest_name, one_of
from sim.units import MONTHS_PER_YEAR, month_name
from sim.validation import validated

__all__ = [
    "Assumptions",
    "Scenario",
    "ScenarioError",
    "Window",
    "json_schema",
    "load_scenario",
    "scenario_from",
    "shipped_scenarios",
]

LARGEST_SEED = 2**32 - 1
LARGE_FROM = 0.05
"""Share of England from which samples hold establishments of 250 posts: nine of them there, none in a fiftieth."""


class Window(Block):
    """The months that results report. Every run starts in April 2016, whatever the window."""

    start: Month = Field(
        default="2016-04", alias="from", validate_default=True, description="first month reported, YYYY-MM"
    )
    end: Month = Field(
        default="2031-03", alias="to", validate_default=True, description="last month simulated and reported, YYYY-MM"
    )

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: int, others: ValidationInfo) -> int:
        start = others.data.get("start")
        if start is not None and end < start:
            refuse(f"a month not before `from` ({month_name(start)})")
        return end


class Scenario(Block):
    """One policy or package, the window it is looked at in, and how it is simulated."""

    name: str = Field(min_length=1, max_length=100, description="short title for charts and tables")
    description: str = Field(default="", max_length=2000, description="what it is and what it stands for")
    baseline: BaselineName = Field(
        default=ENACTED,
        description="law that holds without any lever; enacted: what is on the statute book; announced: what is "
        "announced or expected as well",
    )
    window: Window = Field(default=Window.model_validate({}), description="months reported")
    scale: float = Field(
        default=0.1, ge=0.001, le=1, description="share of England simulated, 0.001 to 1; each agent stands for 1/scale"
    )
    seed: int = Field(
        default=1, ge=0, le=LARGEST_SEED, description="seed of the first replicate; the next ones count on from it"
    )
    replicates: int = Field(default=5, ge=1, le=1000, description="runs that differ only in luck, 1 to 1000")
    assumptions: Assumptions = Field(default=Assumptions(), description="what the future outside care is taken to be")
    local_data: Annotated[LocalData | None, WithJsonSchema({"type": "string"})] = Field(
        default=None,
        description="name of a CSV file in the same folder with a council's or care system's own figures",
    )
    extends: str | None = Field(
        default=None,
        description="name of a shipped scenario or of a file in the same folder, over which this one is laid",
    )
    remove: tuple[str, ...] = Field(default=(), strict=False, description="levers of the parent to leave out")
    levers: tuple[SkipValidation[SerializeAsAny[Lever]], ...] = Field(
        default=(), description="policies of this scenario"
    )

    @field_validator("name", "description")
    @classmethod
    def _can_be_printed(cls, text: str, field: ValidationInfo) -> str:
        return printable(text, str(field.field_name))

    @property
    def outlook(self) -> Outlook:
        """Baseline and assumptions, as the law of a month takes them."""
        return outlook_of(self.baseline, self.assumptions.chosen())

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)
    _files: tuple[str, ...] = PrivateAttr(default=())

    def resolved(self) -> dict[str, Any]:
        """Every value in force, defaults included, and where each came from; `scenario_from` reads ``scenario`` back.

        Returns:
            ``scenario``: values as a file would write them. ``origins``: by path of keys, ``default``, ``this file``,
            ``parent file NAME`` or ``command line``. ``files``: names of the files read, the scenario's own first.
        """
        values = self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"extends", "remove"})
        values["levers"] = [{lever.name: body} for lever, body in zip(self.levers, values["levers"], strict=True)]
        origins = {path: self._origin(path) for path in _leaves(values)}
        return {"scenario": values, "origins": origins, "files": list(self._files)}

    def remarks(self) -> list[str]:
        """What is allowed but probably not meant."""
        window = f"{month_name(self.window.start)} to {month_name(self.window.end)}"
        after = f"after the window ({window}), and changes nothing in it"
        late = [
            f"{lever.name} starts in {month_name(lever.start)}, {after}"
            for lever in self.levers
            if lever.start > self.window.end
        ]
        parts = {"baseline": outlook_of(self.baseline)}
        parts |= {name: outlook_of(assumptions={name: choice}) for name, choice in self.assumptions.chosen().items()}
        for name, outlook in parts.items():
            begins = outlook.differs_from(ENACTED_CENTRAL)
            if begins is not None and begins > self.window.end:
                late.append(f"{name} departs from what is central or enacted in {month_name(begins)}, {after}")
        of_levers = [lever.remark(self.window.end) for lever in self.levers]
        said = [remark for remark in of_levers if remark is not None]
        return late + said + self._large_ones_that_are_not_there() + self._rates_that_stand_still()

    def _large_ones_that_are_not_there(self) -> list[str]:
        """Sizes are those of simulated establishments, and a small sample has no large ones."""
        named = [lever.name for lever in self.levers if "large" in lever.applies_to.size]
        if self.scale >= LARGE_FROM:
            return []
        return [
            f"{name} names large establishments, and a share of {self.scale:g} of England has none" for name in named
        ]

    def _rates_that_stand_still(self) -> list[str]:
        """Wage floors given by month hold in cash from the last one on."""
        found = []
        for name in ("nlw_path", "rlw_path"):
            choice = self.outlook.choice(name)
            if not isinstance(choice, str) and self.window.end - choice[-1][0] >= MONTHS_PER_YEAR:
                last = month_name(choice[-1][0])
                found.append(
                    f"{name} stands still at {choice[-1][1]:g} pounds from {last} to {month_name(self.window.end)}"
                )
        return found

    def summary(self) -> str:
        """Levers, and whatever else sets the scenario apart, in a few words."""
        words = [", ".join(lever.name for lever in self.levers) or "no levers"]
        if self.baseline != ENACTED:
            words.append(f"baseline {self.baseline}")
        words += [f"{name} {choice if isinstance(choice, str) else 'by month'}" for name, choice in self.outlook.chosen]
        if self.local_data is not None:
            words.append(f"{len(self.local_data.rows)} figures from {self.local_data.file}")
        return "; ".join(words)

    def _origin(self, path: str) -> str:
        """Origin of a value, or of the value in the file that it was made from."""
        while path:
            if path in self._origins:
                return self._origins[path]
            path = path[: path.rindex("[")] if path.endswith("]") else ""
        return "default"


def load_scenario(name_or_path: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Read a scenario file or a shipped scenario.

    Args:
        name_or_path: a path, or the name of a shipped scenario.
        overrides: values that win over the file's, as a file would write them; levers are added to the file's.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    try:
        tree, problems, files = read_with_parents(find_scenario(name_or_path))
        tree, found, more = _with_local_data(tree)
        return _build(tree, problems + found, files + more, overrides)
    except ScenarioError:
        _refuse_study(str(name_or_path))
        raise


def _refuse_study(name_or_path: str) -> None:
    """Say of a study that it is one, in place of all that makes it no scenario."""
    from sim.experiments.finding import surely_study

    if surely_study(name_or_path):
        expected = "a scenario; `caresim sweep` runs a study, and `caresim check` tells what it does"
        raise ScenarioError([Problem(name_or_path, 0, "file", "a study", expected)])


def scenario_from(values: Mapping[str, Any], overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Scenario from values as a file would write them, such as ``resolved()["scenario"]`` of a manifest."""
    tree = tree_of(values, file="values")
    return _build(tree, _without_parent(tree, ("extends", "remove")), [], overrides)


def _build(tree: Node, problems: list[Problem], files: list[Path], overrides: Mapping[str, Any] | None) -> Scenario:
    """Check the merged tree in all its parts, then make the scenario."""
    if overrides:
        options = tree_of(overrides)
        tree, found = lay_over(tree, options)
        problems = problems + found + _without_parent(options, ("extends", "local_data"))
    levers, in_levers = _levers(tree)
    scenario, in_head = validated(Scenario, _without_levers(tree))
    # What could not even be read is not reported a second time as the wrong type.
    already = {(each.file, each.line, each.field) for each in problems}
    found = in_levers + overlaps(levers) + in_head
    if scenario is not None and scenario.local_data is not None:
        found += conflicts(tree, scenario.local_data)
    problems = problems + [each for each in found if (each.file, each.line, each.field) not in already]
    if problems or scenario is None:
        raise ScenarioError(problems)
    scenario = scenario.model_copy(update={"levers": tuple(lever for _, lever in levers)})
    own_file = str(files[0]) if files else tree.file
    scenario._origins = {path: _origin_name(node, own_file) for path, node in _nodes(tree)}
    scenario._files = tuple(path.name for path in files)
    return scenario


def _with_local_data(tree: Node) -> tuple[Node, list[Problem], list[Path]]:
    """The tree with the rows of the file that it names in the place of the name, what is wrong, and the file."""
    inside = dict(tree.value) if isinstance(tree.value, dict) else {}
    named = inside.pop("local_data", None)
    if named is None or named.value is None:
        return tree, [], []
    rows, problems, path = read_local_data(named)
    if rows is not None:
        inside["local_data"] = rows
    return Node(inside, tree.file, tree.line, tree.field), problems, [path] if path else []


def _without_parent(tree: Node, keys: tuple[str, ...]) -> list[Problem]:
    """Problems of values given in Python or as options, which cannot extend a file."""
    there = tree.value if isinstance(tree.value, dict) else {}
    return [there[key].problem("a key that only files have", "the values themselves") for key in keys if key in there]


def _without_levers(tree: Node) -> Node:
    inside = tree.value if isinstance(tree.value, dict) else {}
    return Node({key: value for key, value in inside.items() if key != "levers"}, tree.file, tree.line, tree.field)


def _levers(tree: Node) -> tuple[list[tuple[Node, Lever]], list[Problem]]:
    """The levers that can be read, each with its place, and what is wrong with the others."""
    entries = tree.value.get("levers") if isinstance(tree.value, dict) else None
    if entries is None or entries.value is None:
        return [], []
    if not isinstance(entries.value, list):
        return [], [entries.problem(describe(plain(entries)), "a list: each lever on a line of its own after a dash")]
    levers: list[tuple[Node, Lever]] = []
    problems: list[Problem] = []
    known = all_levers()
    for entry in entries.value:
        if not isinstance(entry.value, dict) or len(entry.value) != 1:
            problems.append(
                entry.problem(describe(plain(entry)), "one lever by name, as in `- zero_hours_ban: {from: 2027-04}`")
            )
            continue
        ((name, body),) = entry.value.items()
        if name not in known:
            problems.append(body.problem("unknown lever", one_of(known, "levers"), nearest_name(name, known)))
            continue
        lever, found = validated(known[name], body)
        problems += found
        if lever is not None:
            levers.append((body, lever))
    return levers, problems


def overlaps(levers: list[tuple[Node, Lever]]) -> list[Problem]:
    """The same lever twice is an error only where dates and coverage overlap."""
    problems = []
    for place, (node, lever) in enumerate(levers):
        for earlier_node, earlier in levers[:place]:
            if earlier.name == lever.name and lever.overlaps(earlier):
                found = f"overlaps with the {lever.name} on line {earlier_node.line} of {earlier_node.file}"
                problems.append(node.problem(found, "dates or coverage of their own, or one of the two left out"))
                break
    return problems


def _nodes(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Single values of a tree by their path in the merged scenario."""
    if isinstance(node.value, dict):
        for key, inside in node.value.items():
            yield from _nodes(inside, f"{path}.{key}" if path else key)
    elif isinstance(node.value, list):
        for index, inside in enumerate(node.value):
            yield from _nodes(inside, f"{path}[{index}]")
    else:
        yield path, node


def _leaves(values: Any, path: str = "") -> Iterator[str]:
    """Paths of the single values of a resolved scenario."""
    return (name for name, _ in _nodes(tree_of(values, field=path)))


def _origin_name(node: Node, own_file: str) -> str:
    if node.file == COMMAND_LINE:
        return COMMAND_LINE
    if node.file == own_file:
        return "this file"
    kind = "local data" if node.file.endswith(CSV) else "parent file"
    return f"{kind} {Path(node.file).name}"


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, so that editors complete and check it."""
    schema = Scenario.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    definitions.pop("Lever", None)
    entries = []
    for name, lever in all_levers().items():
        body = lever.model_json_schema()
        definitions.update(body.pop("$defs", {}))
        if not lever.covers:
            del body["properties"]["applies_to"]
        if not lever.phases_in:
            del body["properties"]["phase_in_months"]
        definitions[lever.__name__] = body
        entry = {"properties": {name: {"$ref": f"#/$defs/{lever.__name__}"}}, "required": [name]}
        entries.append({"type": "object", "description": lever.sentence, **entry, "additionalProperties": False})
    schema["properties"]["levers"] = {
        "type": "array",
        "items": {"oneOf": entries},
        "description": "policies of this scenario",
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
