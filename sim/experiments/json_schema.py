"""JSON Schema of a study file, so that editors complete and check it."""

from __future__ import annotations

from typing import Any, get_args

from sim.baselines import BaselineName
from sim.experiments.schema import Study
from sim.experiments.uncertain_axes import ALL, BASELINE, EVIDENCE, IN_CASH, OFF, ON, PARAMETERS
from sim.outlook import LEVELS, known_assumptions
from sim.parameters import STRUCTURAL_SWITCHES, parameter_table, uncertain
from sim.scenario import json_schema as of_scenarios
from sim.scenario import shipped_scenarios

Schema = dict[str, Any]
VARYING = "Varying"
"""Definition of a field of a lever that varies."""


def json_schema() -> Schema:
    """JSON Schema of a study file."""
    schema, scenarios = Study.model_json_schema(), of_scenarios()
    definitions: Schema = schema.setdefault("$defs", {})
    for name, definition in scenarios["$defs"].items():
        definitions.setdefault(name, definition)
    properties: Schema = schema["properties"]
    properties["scenario"] = {"type": "string", "description": properties["scenario"]["description"]}
    properties["scenarios"] = {
        "type": "array", "items": {"type": "string"}, "uniqueItems": True,
        "description": properties["scenarios"]["description"],
    }  # fmt: skip
    for name in ("scale", "seed"):
        single = scenarios["properties"][name]
        properties[name] = {
            "anyOf": [_bare(single), _listed(_bare(single))],
            "description": properties[name]["description"],
        }
    any_value: Schema = {"type": ["string", "number", "boolean"]}
    definitions[VARYING] = {"anyOf": [_listed(any_value), _range({"type": "number"})]}
    properties["outcomes"]["items"] = {"anyOf": [{"type": "string"}, properties["outcomes"]["items"]]}
    properties["uncertainties"] = _uncertainties(properties["uncertainties"]["description"])
    entries = [_lever(entry, definitions) for entry in scenarios["properties"]["levers"]["items"]["oneOf"]]
    about = properties["levers"]["description"]
    properties["levers"] = {"type": "array", "items": {"anyOf": [*entries, _strength()]}, "description": about}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _bare(schema: Schema) -> Schema:
    """A schema without what it says of defaults and meaning."""
    return {name: value for name, value in schema.items() if name not in ("default", "description", "title")}


def _mapping(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _listed(item: Schema) -> Schema:
    """``{vary: [...]}``."""
    return _mapping({"vary": {"type": "array", "items": item, "minItems": 2}}, ["vary"])


def _range(number: Schema) -> Schema:
    """``{vary: {from: a, to: b, steps: n}}``."""
    steps = {"type": "integer", "minimum": 2, "maximum": 1000}
    return _mapping({"vary": _mapping({"from": number, "to": number, "steps": steps}, ["from", "to"])}, ["vary"])


def _uncertainties(description: str) -> Schema:
    properties: Schema = {PARAMETERS: {"anyOf": [{"const": ALL}, _parameters()]}}
    properties[BASELINE] = _listed({"enum": list(get_args(BaselineName))})
    for name, about in known_assumptions().items():
        level: Schema = {"enum": list(LEVELS)}
        number = {"type": "number", "minimum": about.least, "maximum": about.most}
        forms = (
            [_listed(level)]
            if about.unit.startswith(IN_CASH)
            else [_listed({"anyOf": [level, number]}), _range(number)]
        )
        properties[name] = {"anyOf": forms, "description": f"{about.meaning}, {about.unit}"}
    for name, switched in STRUCTURAL_SWITCHES.items():
        meaning = f"a mechanism that can be off: {', '.join(switched)} zero"
        properties[name] = {**_listed({"enum": [ON, OFF]}), "description": meaning}
    return {**_mapping(properties, []), "description": description}


def _parameters() -> Schema:
    """Each by name; that values lie in the evidence range is left to `caresim check`."""
    properties = {}
    for name in uncertain():
        row = parameter_table()[name]
        about = f"{row.meaning}, {row.unit}: {row.low:g} to {row.high:g}"
        properties[name] = {"anyOf": [{"const": EVIDENCE}, {"$ref": f"#/$defs/{VARYING}"}], "description": about}
    return {**_mapping(properties, []), "minProperties": 1}


def _lever(entry: Schema, definitions: Schema) -> Schema:
    """A lever any of whose fields may vary."""
    ((name, reference),) = entry["properties"].items()
    definition = reference["$ref"]
    body = definitions[definition.rsplit("/", 1)[1]]
    vary = {"$ref": f"#/$defs/{VARYING}"}
    fields: Schema = {
        field: {"anyOf": [{"$ref": f"{definition}/properties/{field}"}, vary]} for field in body["properties"]
    }
    fields["include"] = {
        "anyOf": [{"type": "boolean"}, _listed({"type": "boolean"})], "description": "whether it is there at all",
    }  # fmt: skip
    varying = {**_mapping(fields, body.get("required", [])), "description": body.get("description", "")}
    return {**entry, "properties": {name: varying}}


def _strength() -> Schema:
    """A shipped scenario at a strength."""
    number = {"type": "number", "minimum": 0}
    strength = _mapping({"strength": {"anyOf": [_listed(number), _range(number)]}}, ["strength"])
    return {
        "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": strength,
        "propertyNames": {"enum": list(shipped_scenarios())},
        "description": "levers of a shipped scenario in proportion: 0 nothing, 1 as its file has them",
    }  # fmt: skip
