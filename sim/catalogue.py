"""The levers described for people: what each does, what it may be told, and how strong the evidence is."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from sim.levers.base import Lever, all_levers
from sim.problems import COMMAND_LINE, Problem, ScenarioError, nearest_name, one_of
from sim.returns import SAID, published_returns


def describe_lever(name: str) -> str:
    """Everything about one lever, as plain text."""
    known = all_levers()
    if name not in known:
        found = f"unknown lever {name!r}"
        raise ScenarioError(
            [Problem(COMMAND_LINE, 0, "levers", found, one_of(known, "levers"), nearest_name(name, known))]
        )
    lever = known[name]
    narrowed = ", ".join(lever.covers) or "nothing: it holds for the whole country"
    lines = [
        lever.name,
        "",
        inspect.getdoc(lever) or "",
        "",
        f"Family:     {lever.family}",
        f"Evidence:   {lever.grade}",
        f"Real case:  {lever.case}",
        f"Off at:     {lever.dose} = 0",
        f"applies_to: {narrowed}",
        "",
        "Fields:",
        *(f"  {line}" for line in _fields(lever)),
        *_returns(name),
    ]
    return "\n".join(lines)


def _returns(name: str) -> Iterator[str]:
    """Lines on what others published of a lever's returns, if anybody did."""
    found = published_returns(name)
    if found:
        yield from ("", SAID)
        yield from (f"  {each.technology}: {each.value} ({each.to})" for each in found)
        yield f"  Source: {found[0].source} ({found[0].status})."


def _fields(lever: type[Lever]) -> Iterator[str]:
    schema = lever.model_json_schema()
    required = set(schema.get("required", []))
    for name, field in schema["properties"].items():
        if (name == "applies_to" and not lever.covers) or (name == "phase_in_months" and not lever.phases_in):
            continue
        yield f"{name}: {field.get('description', '')}{_may_be(field, name in required)}"
        block = schema["$defs"].get(str(field.get("$ref", "")).rsplit("/", 1)[-1]) if name == "funding" else None
        for inner in _block(block or {}, schema["$defs"]):
            yield f"  {inner}"


def _block(block: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    """Lines of a block within a lever, one level after another."""
    for name, field in block.get("properties", {}).items():
        yield f"{name}: {field.get('description', '')}{_may_be(field, name in block.get('required', []))}"
        inner = definitions.get(str(field.get("$ref", "")).rsplit("/", 1)[-1], {})
        for line in _block(inner, definitions):
            yield f"  {line}"


def kind_of(field: dict[str, Any], mark: str = "") -> str:
    """What a field of a schema may hold, with its bounds; names stand between marks."""
    parts = [_one_kind(part, mark) for part in field.get("anyOf", [field]) if part.get("type") != "null"]
    return " or ".join(dict.fromkeys(parts))


def _one_kind(field: dict[str, Any], mark: str) -> str:
    if "enum" in field:
        return "one of " + ", ".join(f"{mark}{name}{mark}" for name in field["enum"])
    if field.get("type") == "array":
        return "a list of these"
    if field.get("type") == "object":
        return "months, each with a value"
    words = {"number": "number", "integer": "whole number", "boolean": "true or false", "string": "text"}
    text = words.get(str(field.get("type")), "text")
    least, most = field.get("minimum", field.get("ge")), field.get("maximum", field.get("le"))
    return text if least is None or most is None else f"{text}, {least:g} to {most:g}"


def _may_be(field: dict[str, Any], required: bool) -> str:
    """Kind, bounds and default of a field, for a line of text; a block has lines of its own."""
    kind = "" if "$ref" in field or "allOf" in field else f" [{kind_of(field)}]"
    return kind + _default(field, required)


def _default(field: dict[str, Any], required: bool) -> str:
    default = field.get("default")
    if required:
        return " (required)"
    if default is None or isinstance(default, dict) or default == []:
        return ""
    shown = ", ".join(str(each) for each in default) if isinstance(default, (list, tuple)) else str(default).lower()
    return f" (default {shown})"
