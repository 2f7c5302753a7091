"""Checking a tree against a pydantic model, with each error said as a `Problem` at its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.fields import REFUSED
from sim.loader import Node, plain
from sim.problems import Problem, describe, nearest_name, one_of

Model = TypeVar("Model", bound=BaseModel)

_PLAIN_WORDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text (in quotes if it looks like a number)",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping of keys and values",
    "model_attributes_type": "a mapping of keys and values",
    "string_too_short": "some text",
    "string_pattern_mismatch": "letters, digits and underscores, a letter first",
    "too_short": "at least one entry",
    "finite_number": "a finite number",
}
_TRUTH_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def validated(model: type[Model], tree: Node) -> tuple[Model | None, list[Problem]]:
    """The model's instance, or everything that is wrong with the tree."""
    try:
        return model.model_validate(plain(tree)), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        return None, [_problem(model, tree, each) for each in errors if not _follows(each, errors)]


def keys_of(model: type[BaseModel]) -> list[str]:
    """Keys that a file may use for the fields of a model."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _follows(error: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a list is called short only since the entries that it has are wrong: they are told themselves."""
    place = error["loc"]
    return error["type"] == "too_short" and any(
        each["loc"][: len(place)] == place and len(each["loc"]) > len(place) for each in errors
    )


def _problem(model: type[BaseModel], tree: Node, error: Mapping[str, Any]) -> Problem:
    context = error.get("ctx", {})
    location = [part for part in error["loc"] if part != "[key]"]
    if context.get("below"):
        location.append(context["below"])
    node, missing = _find(tree, location)
    if error["type"] == "extra_forbidden":
        keys = keys_of(_model_at(model, location[:-1]))
        return node.problem("unknown key", one_of(keys, "keys"), nearest_name(location[-1], keys))
    about = _description(model, location)
    if missing and error["type"] == "missing":
        place = Node(None, node.file, node.line, f"{node.field}.{missing}" if node.field else missing)
        return place.problem("missing", about or "a value")
    expected, nearest = _expectation(error, node)
    if about and error["type"] != REFUSED:
        expected = f"{expected} ({about})"
    found = location[-1] if "[key]" in error["loc"] else plain(node)
    return node.problem(describe(found), expected, nearest)


def _expectation(error: Mapping[str, Any], node: Node) -> tuple[str, str | None]:
    """What was expected, and the nearest valid value."""
    context, kind = error.get("ctx", {}), error["type"]
    if kind == REFUSED:
        return context["expected"], context["nearest"]
    if kind == "bool_type":
        return _PLAIN_WORDS[kind], _TRUTH_WORDS.get(str(node.value).lower())
    if kind == "string_too_long":
        return f"at most {context['max_length']} characters", None
    if kind == "literal_error":
        return context["expected"], nearest_name(node.value, re.findall(r"'([^']*)'", context["expected"]))
    words = error["msg"].removeprefix("Input should be ")
    words = words.replace("greater than or equal to", "at least").replace("less than or equal to", "at most")
    return _PLAIN_WORDS.get(kind, words), None


def _find(tree: Node, location: Sequence[Any]) -> tuple[Node, str]:
    """The node at a place, or the deepest one on the way there and the key that it lacks."""
    node = tree
    for part in location:
        if isinstance(node.value, dict):
            if part not in node.value:
                return node, str(part)
            node = node.value[part]
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
    return node, ""


def _model_at(model: type[BaseModel], location: Sequence[Any]) -> type[BaseModel]:
    """The model that checks the mapping at a place."""
    for part in location:
        field = _field(model, part)
        kinds = _kinds(field.annotation) if field else []
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return model


def _description(model: type[BaseModel], location: Sequence[Any]) -> str:
    """What the schema says about the field at a place, or about the nearest field that holds it."""
    for depth in range(len(location), 0, -1):
        field = _field(_model_at(model, location[: depth - 1]), location[depth - 1])
        if field is not None:
            return field.description or ""
    return ""


def _field(model: type[BaseModel], key: Any) -> Any:
    return next((field for name, field in model.model_fields.items() if key == (field.alias or name)), None)


def _kinds(annotation: Any) -> list[Any]:
    """An annotation and what it is made of: ``A | None`` gives A and None."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    return [annotation, *(inner for part in get_args(annotation) for inner in _kinds(part))]
