"""Parts of ``docs/model.md`` that are written from the code; the rest of the page is written by hand.

A part stands between ``<!-- written: NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sim.agents.care_worker import CareWorker
from sim.agents.columns import ColumnarAgent
from sim.agents.local_authority import LocalAuthority
from sim.agents.nhs_employer import NHSEmployer
from sim.agents.provider import Provider
from sim.documentation.markdown import table
from sim.documentation.source import month_verbs, rule_modules
from sim.units import ASSESSOR_ROLES, PLAN_MEMORY, ClientGroup, Payer, Role, Service

INDEX = {
    len(Role): "role",
    len(Service): "service",
    len(Payer): "payer",
    len(ClientGroup): "client group",
    PLAN_MEMORY: "month",
}
TWO = {Provider: "experience of recruits", LocalAuthority: "role of assessors"}
"""What a column with several entries is indexed by, told from its size; of two entries, by whose column it is."""
MONEY = {"budget_parts": "source"}
"""Columns of as many entries as others, by something else."""
PART = re.compile(r"(<!-- written: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_parts(page: str) -> str:
    """The page with every part written anew. Raises KeyError for a part that nobody writes."""
    return PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n\n{found[3]}", page)


def _state(agent: type[ColumnarAgent]) -> str:
    rows = []
    for name, column in agent.columns().items():
        by = [
            f"by {MONEY.get(name) or (TWO[agent] if size == len(ASSESSOR_ROLES) else INDEX[size])}"
            for size in column.shape
        ]
        codes = ", ".join(code.name.lower() for code in column.codes) if column.codes else ""
        rows.append(
            [
                f"`{name}`",
                column.doc + (f": {codes}" if codes else ""),
                ", ".join([column.unit, *by] if column.unit else by),
            ]
        )
    return table(("column", "what it holds", "unit"), rows)


def _month() -> str:
    rows = [
        [str(place), f"`{name}`", does, ", ".join(f"`{file}`" for file in files)]
        for place, (name, does, files) in enumerate(month_verbs(), 1)
    ]
    return table(("", "verb", "what happens", "file"), rows)


def _rules() -> str:
    rows = []
    for module in rule_modules():
        names = ", ".join(f"[{rule.name}](rules.md#{rule.name})" for rule in module.rules)
        rows.append([f"`sim/rules/{module.name}.py`", module.docstring.splitlines()[0], names])
    return table(("file", "about", "rules"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "month": _month,
    "rules": _rules,
    "care_worker": lambda: _state(CareWorker),
    "provider": lambda: _state(Provider),
    "nhs_employer": lambda: _state(NHSEmployer),
    "local_authority": lambda: _state(LocalAuthority),
}
"""What each part is written by."""
