"""Packages of the wheel; everything else is declared in pyproject.toml.

The shipped scenarios and experiments stand at the top of the repository, where people look for them, and travel inside
the wheel as ``sim/_shipped/<folder>``, where the installed program finds them.
"""

from pathlib import Path

from setuptools import find_namespace_packages, setup

SHIPPED_FOLDERS = ("scenarios", "experiments")

shipped = {f"sim._shipped.{folder}": folder for folder in SHIPPED_FOLDERS if Path(folder).is_dir()}
setup(
    packages=[
        *find_namespace_packages(include=["sim", "sim.*"], exclude=["*.__pycache__", "*.__pycache__.*"]),
        *shipped,
    ],
    package_dir=shipped,
)
