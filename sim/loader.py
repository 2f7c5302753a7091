"""Strict reading of a YAML file: a tree of plain values in which each one knows the line it came from.

Only what reads the same to a person and to every YAML program is accepted. Plain ``no``, ``1:30``, ``010`` and
``2027-04-01`` stay text (YAML 1.1 would make them false, 90, 8 and a date), so that the schema can say what it wanted.
The limits are those of a file written by hand, many times over: whatever exceeds them is an accident or an attack.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from sim.problems import COMMAND_LINE, Problem, ScenarioError, describe, printable

LARGEST_FILE = 256 * 1024
"""Bytes in a file."""
MOST_NODES = 5_000
"""Keys, values and lists in a file, counted again each time an alias repeats them."""
MOST_ALIASES = 100
DEEPEST_NESTING = 20
MOST_DIGITS = 15
"""Digits in a whole number: more cannot be told apart once they are decimals."""
WHOLE_FILE = "file"
"""Stands for the field where the file as a whole is at fault."""

_NOTHING = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True)
class Node:
    """A value and where it stands: ``field`` is the path of keys in ``file``, ``line`` that of its key."""

    value: dict[str, Node] | list[Node] | Scalar
    file: str
    line: int
    field: str

    def problem(self, found: str, expected: str, nearest: str | None = None) -> Problem:
        """Something wrong with this value."""
        return Problem(self.file, self.line, self.field or WHOLE_FILE, found, expected, nearest)


def read_tree(path: Path, file: str) -> tuple[Node, list[Problem]]:
    """Tree of a file and what is wrong with single values in it; ``file`` is the name to print.

    Raises ScenarioError if the file as a whole cannot be read as one YAML mapping.
    """
    loader = _StrictLoader(text_of(path, file))
    try:
        root = loader.get_single_node()
    except _Refused as refusal:
        raise _unreadable(file, refusal.line, refusal.found, refusal.expected) from None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(file, error) from None
    finally:
        loader.dispose()
    if root is None:
        raise _unreadable(file, 1, "the file is empty", "a scenario: name, levers and so on")
    builder = _TreeBuilder(file, loader.tagged)
    try:
        tree = builder.node(root, 1, "", 0)
    except _Refused as refusal:
        raise _unreadable(file, refusal.line, refusal.found, refusal.expected) from None
    if not isinstance(tree.value, dict):
        raise _unreadable(file, 1, describe(plain(tree)), "a mapping at the top: name, levers and so on")
    return tree, builder.problems


def tree_of(values: Any, file: str = COMMAND_LINE, field: str = "", depth: int = 0) -> Node:
    """Tree of values given in Python: options of the command line, or a scenario read back from a manifest."""
    problem = Problem(
        file, 0, field or WHOLE_FILE, describe(values), "text, a number, true, false, a list or a mapping"
    )
    if depth > DEEPEST_NESTING:
        raise ScenarioError([problem])
    if isinstance(values, Mapping):
        if not all(isinstance(key, str) for key in values):
            raise ScenarioError([problem])
        inside = {key: tree_of(value, file, _below(field, key), depth + 1) for key, value in values.items()}
        return Node(inside, file, 0, field)
    if isinstance(values, (list, tuple)):
        items = [tree_of(value, file, f"{field}[{index}]", depth + 1) for index, value in enumerate(values)]
        return Node(items, file, 0, field)
    if values is None or isinstance(values, (str, bool, int)) or (isinstance(values, float) and math.isfinite(values)):
        return Node(values, file, 0, field)
    if isinstance(values, float):
        raise ScenarioError([Problem(file, 0, field or WHOLE_FILE, describe(values), "a finite number")])
    raise ScenarioError([problem])


def plain(node: Node) -> Any:
    """Values of a tree without their places."""
    if isinstance(node.value, dict):
        return {key: plain(inside) for key, inside in node.value.items()}
    if isinstance(node.value, list):
        return [plain(inside) for inside in node.value]
    return node.value


def _below(field: str, key: str) -> str:
    return f"{field}.{printable(key)}" if field else printable(key)


def _unreadable(file: str, line: int, found: str, expected: str) -> ScenarioError:
    return ScenarioError([Problem(file, line, WHOLE_FILE, found, expected)])


def _syntax_error(file: str, error: Any) -> ScenarioError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    if error.context == "expected a single document in the stream":
        return _unreadable(file, line, "a second document after ---", "one scenario in a file")
    column = f" at column {mark.column + 1}" if mark else ""
    context = f" {error.context}" if error.context else ""
    return _unreadable(
        file, line, f"not readable as YAML: {error.problem}{context}{column}", "YAML, indented with spaces"
    )


def text_of(path: Path, file: str, kind: str = "YAML", largest: int = LARGEST_FILE) -> str:
    """Text of a file after the checks that need its bytes; ``file`` is the name to print, ``largest`` in bytes."""
    try:
        if not path.is_file():
            raise _unreadable(file, 0, "not a file", f"a {kind} file")
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        raise _unreadable(file, 0, f"cannot be read ({error.strerror})", f"a readable {kind} file") from None
    if len(data) > largest:
        size = f"{largest // 1024} KB" if largest < 1024 * 1024 else f"{largest // 1024 // 1024} MB"
        raise _unreadable(file, 0, f"more than {size}", f"a {kind} file of at most that size")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(file, 1, "UTF-16 text", "UTF-8 text: save the file again with that encoding")
    if b"\0" in data:
        raise _unreadable(file, _line_of(data, data.index(b"\0")), "a NUL byte", "UTF-8 text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise _unreadable(
            file, _line_of(data, error.start), found, "UTF-8 text: save the file again with that encoding"
        ) from None
    bad = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        raise _unreadable(file, line, f"the control character {bad.group()!r}", "printable text")
    return text


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


class _Refused(Exception):
    """The file breaks a limit, so reading stops here."""

    def __init__(self, line: int, found: str, expected: str) -> None:
        self.line, self.found, self.expected = line, found, expected
        super().__init__(found)


class _StrictLoader(yaml.SafeLoader):
    """Composes nodes within the limits and notes explicit tags. It never constructs an object."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tagged: dict[int, str] = {}
        self._depth = self._nodes = self._aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        self._nodes += 1
        self._aliases += isinstance(event, yaml.AliasEvent)
        if self._nodes > MOST_NODES:
            raise _Refused(line, f"more than {MOST_NODES} entries", "a scenario of at most that many")
        if self._aliases > MOST_ALIASES:
            raise _Refused(line, f"more than {MOST_ALIASES} aliases (*name)", "at most that many")
        if self._depth >= DEEPEST_NESTING:
            raise _Refused(line, f"nested more than {DEEPEST_NESTING} deep", "the shape that `caresim schema` prints")
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        if getattr(event, "tag", None) is not None:
            self.tagged[id(node)] = event.tag
        if isinstance(node, yaml.ScalarNode) and _HALF_CHARACTER.search(node.value):
            raise _Refused(line, "half a character (a lone surrogate)", "whole characters")
        return node


class _TreeBuilder:
    """Turns YAML nodes into a tree of `Node`, collecting what is wrong with single keys and values."""

    def __init__(self, file: str, tagged: Mapping[int, str]) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._tagged = tagged
        self._nodes = 0
        self._entry_line = 1

    def node(self, source: Any, line: int, field: str, depth: int) -> Node:
        self._nodes += 1
        if depth == 1:
            self._entry_line = line
        if self._nodes > MOST_NODES:
            raise _Refused(
                self._entry_line,
                f"aliases that expand to more than {MOST_NODES} entries",
                "a scenario of at most that many",
            )
        if depth > DEEPEST_NESTING:
            raise _Refused(self._entry_line, "an alias that contains itself", "values that end")
        if id(source) in self._tagged:
            self._report(line, field, f"the tag {printable(self._tagged[id(source)])}", "a plain value without a tag")
            return Node(None, self._file, line, field)
        if isinstance(source, yaml.MappingNode):
            return Node(self._mapping(source.value, field, depth), self._file, line, field)
        if isinstance(source, yaml.SequenceNode):
            return Node(self._list(source.value, field, depth), self._file, line, field)
        return Node(self._scalar(source, line, field), self._file, line, field)

    def _mapping(self, pairs: Sequence[tuple[Any, Any]], field: str, depth: int) -> dict[str, Node]:
        inside: dict[str, Node] = {}
        first_line: dict[str, int] = {}
        for key, value in pairs:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._report(line, field, "a list or a mapping as a key", "text as a key")
            elif isinstance(self._scalar_value(key), str) and id(key) not in self._tagged:
                path = _below(field, key.value)
                if key.value in inside:
                    self._report(
                        line, path, f"the key a second time (first on line {first_line[key.value]})", "each key once"
                    )
                elif key.value == "<<":
                    self._report(line, path, "a merge key", "the values written out, or `extends`")
                else:
                    first_line[key.value] = line
                    inside[key.value] = self.node(value, line, path, depth + 1)
            else:
                self._report(
                    line, _below(field, key.value), f"{printable(key.value) or 'nothing'} as a key", "text as a key"
                )
        return inside

    def _list(self, items: Sequence[Any], field: str, depth: int) -> list[Node]:
        return [
            self.node(item, item.start_mark.line + 1, f"{field}[{index}]", depth + 1)
            for index, item in enumerate(items)
        ]

    def _scalar(self, source: Any, line: int, field: str) -> Scalar:
        value = self._scalar_value(source)
        if value is None:
            if field:
                self._report(line, field, "nothing after it", "a value, or the line left out")
        elif isinstance(value, float) and not math.isfinite(value):
            self._report(line, field, printable(source.value), "a finite number")
            return None
        elif isinstance(value, int) and len(source.value) > MOST_DIGITS:
            self._report(line, field, printable(source.value), f"a whole number of at most {MOST_DIGITS} digits")
            return None
        return value

    @staticmethod
    def _scalar_value(source: Any) -> Scalar:
        text: str = source.value
        if source.style is not None:
            return text
        if text in _NOTHING:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        if _WHOLE.fullmatch(text):
            return int(text[: MOST_DIGITS + 1])
        if _DECIMAL.fullmatch(text):
            return float(text)
        return math.inf if _NOT_FINITE.fullmatch(text) else text

    def _report(self, line: int, field: str, found: str, expected: str) -> None:
        self.problems.append(Problem(self._file, line, field or WHOLE_FILE, found, expected))
