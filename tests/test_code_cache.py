"""Compiled code between runs: never stale, and nothing is compiled anew that has not changed.

Each test works on a copy of the package with a few functions of its own, run in processes of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim import code_cache
from sim.jit import COMPILED

pytestmark = pytest.mark.skipif(not COMPILED, reason="nothing is compiled")

RULES = '''
from sim.jit import rule
from sim.units import NOBODY


@rule
def income(minutes: int) -> int:
    """Pence."""
    return minutes * 2


@rule
def absence(minutes: int) -> int:
    """Minutes."""
    return minutes + NOBODY
'''
ROWS = """
from typing import NamedTuple

import numpy as np


class Rows(NamedTuple):
    first: np.ndarray
    second: np.ndarray
"""
KERNELS = """
from sim.jit import kernel, part
from sim.rules.toy_rules import absence, income


@part
def income_of(rows, i):
    return income(rows.first[i])


@kernel
def total_income(rows):
    total = 0
    for i in range(rows.first.size):
        total += income_of(rows, i)
    return total


@kernel
def total_absence(rows):
    total = 0
    for i in range(rows.second.size):
        total += absence(rows.second[i])
    return total
"""
RUN = """
import numpy as np
from sim import warming
warming._get_help = lambda: None
warming.announce()
from sim.month.toy import total_absence, total_income
from sim.toy_rows import Rows
rows = Rows(first=np.array([1, 2]), second=np.array([10, 20]))
print(total_income(rows), total_absence(rows))
"""


class Copy:
    """A copy of the package with toy rules and kernels, and a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cache = folder, folder / "cache"
        shutil.copytree(Path(sim.__file__).parent, folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
        self.write("rules/toy_rules.py", RULES)
        self.write("toy_rows.py", ROWS)
        self.write("month/toy.py", KERNELS)

    def write(self, name: str, text: str) -> None:
        (self.folder / "sim" / name).write_text(text, encoding="utf-8")

    def start(self) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CARESIM_CACHE": str(self.cache),
        }
        command = [sys.executable, "-c", RUN]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, cwd=self.folder, text=True, stdout=pipe, stderr=pipe)

    def run(self) -> tuple[str, str]:
        """What the kernels return, and what was said."""
        process = self.start()
        out, err = process.communicate()
        assert process.returncode == 0, err
        return out.strip(), err

    def kept(self) -> set[str]:
        return {path.name for path in (self.cache / "compiled").iterdir()}

    def new(self, before: set[str]) -> set[str]:
        """Functions compiled since."""
        return {name.partition("-")[0].rpartition(".")[2] for name in self.kept() - before}


@pytest.fixture
def package(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_a_changed_rule_changes_what_reaches_it_and_nothing_else(package: Copy) -> None:
    out, said = package.run()
    assert out == "6 28"
    assert said == "Compiling (first run, about half a minute)...\n"
    before = package.kept()
    assert package.new(set()) >= {"income", "absence", "income_of", "total_income", "total_absence"}

    package.write("rules/toy_rules.py", RULES.replace("minutes * 2", "minutes * 3"))
    out, said = package.run()
    assert out == "9 28"
    assert said == "Compiling what has changed...\n"
    assert package.new(before) == {"income", "income_of", "total_income"}

    package.write("rules/toy_rules.py", RULES)
    before = package.kept()
    assert package.run() == ("6 28", "")
    assert package.kept() == before


def test_words_and_lines_change_nothing_that_is_compiled(package: Copy) -> None:
    package.run()
    before = package.kept()
    package.write("rules/toy_rules.py", RULES.replace("Pence.", "Whole pence.").replace("\n@rule", "\n# Why.\n\n@rule"))
    package.write("month/toy.py", KERNELS + "\n\n@part\ndef another(rows):\n    return rows.first\n")
    assert package.run() == ("6 28", "")
    assert package.kept() == before


def test_a_changed_constant_reaches_kernels_through_rules(package: Copy) -> None:
    package.run()
    before = package.kept()
    units = (package.folder / "sim" / "units.py").read_text(encoding="utf-8")
    package.write("units.py", units.replace("NOBODY = -1", "NOBODY = -5"))
    assert package.run()[0] == "6 20"
    assert package.new(before) == {"absence", "total_absence"}


def test_a_changed_type_of_a_rule_reaches_its_kernel(package: Copy) -> None:
    package.run()
    before = package.kept()
    package.write("rules/toy_rules.py", RULES.replace("income(minutes: int) -> int", "income(minutes: int) -> float"))
    assert package.run()[0] == "6.0 28"
    assert package.new(before) == {"income", "income_of", "total_income"}


def test_columns_in_another_order_are_not_taken_for_each_other(package: Copy) -> None:
    package.run()
    package.write("toy_rows.py", ROWS.replace("first", "x").replace("second", "first").replace("x:", "second:"))
    assert package.run()[0] == "6 28"


def test_two_processes_may_compile_at_once(package: Copy) -> None:
    processes = [package.start(), package.start()]
    said = [process.communicate() for process in processes]
    assert [out.strip() for out, _ in said] == ["6 28", "6 28"], said
    assert all(name.endswith(code_cache.ENDING) for name in package.kept())
    assert package.run() == ("6 28", "")


def test_damaged_code_is_compiled_anew(package: Copy) -> None:
    package.run()
    for path in (package.cache / "compiled").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    out, said = package.run()
    assert out == "6 28"
    assert "compiling anew" in said
    assert package.run() == ("6 28", "")


def test_without_a_place_to_write_code_is_compiled_in_memory(package: Copy) -> None:
    package.cache.write_text("a file where the folder should be", encoding="utf-8")
    out, said = package.run()
    assert out == "6 28"
    assert said.startswith("caresim: cannot keep compiled code in")


def test_code_longest_unused_makes_room_and_files_of_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_cache, "setting", lambda name: 250 / code_cache.BYTES_PER_GB)
    for age in range(4):
        path = tmp_path / f"sim.rule-{'a' * 16}-{age:016x}{code_cache.ENDING}"
        path.write_bytes(bytes(100))
        os.utime(path, (1000.0 - age, 1000.0 - age))
    theirs = tmp_path / "notes.txt"
    theirs.write_bytes(bytes(1000))
    os.utime(theirs, (1.0, 1.0))
    code_cache._make_room(tmp_path)
    assert sorted(path.stem[-1] for path in tmp_path.glob("sim*")) == ["0", "1"]
    assert theirs.is_file()
