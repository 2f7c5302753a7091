"""Templates of pages: text is escaped, and nothing may be missing."""

from __future__ import annotations

from typing import Any

from sim.shipped import PACKAGE


def template(name: str, filters: dict[str, Any] | None = None, tests: dict[str, Any] | None = None) -> Any:
    """A template below ``sim/``, in which text is escaped and nothing may be missing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters or {})
    environment.tests.update(tests or {})
    return environment.get_template(name)
