"""England's care labour market, person by person.

``from sim import load_scenario, run, compare, CareLabourModel``. Heavy parts are imported only when used.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.comparison import compare
    from sim.model import CareLabourModel
    from sim.running import run
    from sim.scenario import load_scenario

# numba reads it when it is imported: Intel's mathematical functions would give other bits than plain Python's.
os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"

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
