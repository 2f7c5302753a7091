"""``docs/rules.md``: every rule with its equation and source, from its docstring."""

from __future__ import annotations

from sim.documentation.markdown import prose
from sim.documentation.source import Module, Rule, rule_callers, rule_modules

OPENING = """# Rules

Written by `python -m sim.documentation` from the docstrings of `sim/rules/`; do not edit by hand.

A rule is a scalar function over one agent's state: what one person or one employer does, in one month. The kernels of
`sim/month/` loop over agents and call it. `p.NAME` in the source is a behavioural parameter; its value, source and
grade stand in [parameters.md](parameters.md). Values of jobs are in *log pay*: a difference of 0.10 is worth a tenth
of pay. Money is in pence, hours in minutes a week, months count from April 2016.
"""


def rules_page() -> str:
    """The page."""
    modules = rule_modules()
    contents = "\n".join(f"- [{module.name}](#{module.name}): {len(module.rules)} rules" for module in modules)
    return "\n".join([OPENING, contents, "", *(_module(module) for module in modules)])


def _module(module: Module) -> str:
    return "\n".join([f"## {module.name}\n", prose(module.docstring) + "\n", *(_rule(rule) for rule in module.rules)])


def _rule(rule: Rule) -> str:
    lines = [f"### {rule.name}\n", prose(rule.docstring), "", f"- Of: {', '.join(rule.arguments) or 'nothing'}."]
    if rule.parameters:
        lines.append(f"- Parameters: {', '.join(f'[{name}](parameters.md#{name})' for name in rule.parameters)}.")
    callers = [file for file in rule_callers().get((rule.module, rule.name), ()) if file != f"rules/{rule.module}.py"]
    if callers:
        lines.append(f"- Called in: {', '.join(f'`sim/{file}`' for file in callers)}.")
    return "\n".join([*lines, ""])
