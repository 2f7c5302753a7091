"""England's care labour market, person by person.

``from sim import load_scenario, run, compare, CareLabourModel``. Heavy parts are imported only when used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.comparison import compare
    from sim.model import CareLabourModel
    from sim.running import run
    from sim.scenario import load_scenario

__all__ = ["CareLabourModel", "compare", "load_scenario", "run"]

_HOMES = {
    "CareLabourModel": "sim.model",
    "compare": "sim.comparison",
    "load_scenario": "sim.scenario",
    "run": "sim.running",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
