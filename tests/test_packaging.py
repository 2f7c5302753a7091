"""Lock files, versions and what an installation needs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")


def project() -> dict[str, object]:
    """The project table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(lock: str) -> list[str]:
    """Requirements of a lock file, each with its hashes on one line."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip()]


def name_of(requirement: str) -> str:
    """Normalised name of the package that a requirement names."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_every_package_by_hash_and_names_no_host(lock: str) -> None:
    lines = requirements(lock)
    assert len(lines) > 20
    for line in lines:
        assert re.match(r"[\w.-]+==[\w.]+( ;[^#]*?)?( +--hash=sha256:[0-9a-f]{64})+ *$", line), line
        assert "://" not in line


def test_locks_hold_what_the_project_asks_for() -> None:
    declared = project()
    extras = declared["optional-dependencies"]
    assert isinstance(extras, dict)
    core = {name_of(line) for line in requirements("requirements.lock")}
    dev = {name_of(line) for line in requirements("requirements-dev.lock")}
    assert {name_of(text) for text in declared["dependencies"]} | {"setuptools"} <= core  # type: ignore[attr-defined]
    assert {name_of(text) for text in extras["dev"]} <= dev


def test_development_lock_contains_the_core_lock() -> None:
    assert set(requirements("requirements.lock")) < set(requirements("requirements-dev.lock"))


def test_every_dependency_has_an_upper_bound() -> None:
    declared = project()
    extras = declared["optional-dependencies"]
    assert isinstance(extras, dict)
    for requirement in [*declared["dependencies"], *(text for texts in extras.values() for text in texts)]:  # type: ignore[misc]
        assert "<" in requirement or "==" in requirement, requirement


def test_citation_gives_the_version_and_licence() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == project()["version"]
    assert citation["license"] == project()["license"]
