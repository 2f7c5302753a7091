"""Files of studies as they are read back: one that is missing or damaged is named, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from sim.problems import Problem, ScenarioError

EXPECTED = "the file as it was written; begin anew with another --output, or put it back"


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever is wrong with a file that is read into one message; libraries differ in what they raise."""
    try:
        yield
    except FileNotFoundError:
        raise ScenarioError([Problem(str(path), 0, "file", "missing", EXPECTED)]) from None
    # What Arrow says of a damaged file is a ValueError.
    except (OSError, ValueError, yaml.YAMLError):
        raise ScenarioError([Problem(str(path), 0, "file", "damaged, or not readable", EXPECTED)]) from None


def read_yaml(path: Path) -> Any:
    """What a YAML file of a study holds."""
    with readable(path):
        return yaml.safe_load(path.read_text(encoding="utf-8"))
