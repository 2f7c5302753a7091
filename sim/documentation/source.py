"""What the source says of itself, read without running it: rules, who calls them, and which parameters are used."""

from __future__ import annotations

import ast
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sim.shipped import PACKAGE

NOT_READ = ("reference", "documentation")
"""Folders that repeat what the model does, or only describe it."""


class Rule(NamedTuple):
    """One scalar function of ``sim/rules``."""

    module: str
    name: str
    arguments: tuple[str, ...]
    docstring: str
    parameters: tuple[str, ...]
    """Behavioural parameters it reads, in the order of the source."""


class Module(NamedTuple):
    """One file of rules."""

    name: str
    docstring: str
    rules: tuple[Rule, ...]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def rule_modules() -> list[Module]:
    """Every file of rules, by name."""
    files = sorted((PACKAGE / "rules").glob("*.py"))
    return [_module(file) for file in files if file.name != "__init__.py"]


def _module(file: Path) -> Module:
    tree = _tree(file)
    rules = [_rule(file.stem, node) for node in tree.body if isinstance(node, ast.FunctionDef) and _is_rule(node)]
    return Module(file.stem, ast.get_docstring(tree) or "", tuple(rules))


def _is_rule(node: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "rule" for mark in node.decorator_list)


def _rule(module: str, node: ast.FunctionDef) -> Rule:
    arguments = tuple(argument.arg for argument in node.args.args if argument.arg != "p")
    return Rule(module, node.name, arguments, ast.get_docstring(node) or "", tuple(_read_from(node)))


def _read_from(tree: ast.AST) -> dict[str, None]:
    """Names read off ``p`` or ``behaviour``, each once."""
    found = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("p", "behaviour")
    ]
    return dict.fromkeys(name for name in found if not name.startswith("_"))


@cache
def model_files() -> tuple[Path, ...]:
    """Source files of the model itself."""
    files = sorted(PACKAGE.rglob("*.py"))
    return tuple(file for file in files if file.relative_to(PACKAGE).parts[0] not in NOT_READ)


@cache
def parameter_uses() -> dict[str, tuple[str, ...]]:
    """Files that read each behavioural parameter, by name of the parameter."""
    uses: dict[str, list[str]] = {}
    for file in model_files():
        for name in _read_from(_tree(file)):
            uses.setdefault(name, []).append(file.relative_to(PACKAGE).as_posix())
    return {name: tuple(files) for name, files in uses.items()}


@cache
def rule_callers() -> dict[tuple[str, str], tuple[str, ...]]:
    """Files that import each rule, by module and name of the rule."""
    callers: dict[tuple[str, str], list[str]] = {}
    for file in model_files():
        for node in ast.walk(_tree(file)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim.rules."):
                module = str(node.module).rsplit(".", 1)[-1]
                for name in node.names:
                    callers.setdefault((module, name.name), []).append(file.relative_to(PACKAGE).as_posix())
    return {rule: tuple(files) for rule, files in callers.items()}


def field_meanings(file: str, class_name: str) -> dict[str, str]:
    """Docstrings that follow the fields of a class, by name of the field."""
    for node in _tree(PACKAGE / file).body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            return dict(_documented(node.body))
    raise LookupError(class_name)


def _documented(body: list[ast.stmt]) -> list[tuple[str, str]]:
    return [
        (field.target.id, text.value.value)
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    ]


def month_verbs() -> list[tuple[str, str, list[str]]]:
    """Verbs of the month in order: name, what happens, and the files of its kernels."""
    model = _tree(PACKAGE / "model.py")
    drivers = [_tree(file) for file in sorted((PACKAGE / "month").glob("drive*.py"))]
    verbs = next(
        node.value
        for node in model.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "VERBS"
    )
    assert isinstance(verbs, ast.Tuple)
    functions = {node.name: node for one in drivers for node in one.body if isinstance(node, ast.FunctionDef)}
    files = {name: file for one in drivers for name, file in _kernel_modules(one).items()}
    names = [verb.attr for verb in verbs.elts if isinstance(verb, ast.Attribute)]
    return [(name, ast.get_docstring(functions[name]) or "", _kernel_files(functions[name], files)) for name in names]


def _kernel_modules(driver: ast.Module) -> dict[str, str]:
    """Names under which the driver imports files of ``sim/month``."""
    imports = [node for node in driver.body if isinstance(node, ast.ImportFrom) and node.module == "sim.month"]
    return {name.asname or name.name: name.name for node in imports for name in node.names}


def _kernel_files(function: ast.FunctionDef, files: dict[str, str]) -> list[str]:
    used = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and node.id in files]
    return list(dict.fromkeys(f"sim/month/{files[name]}.py" for name in used))
