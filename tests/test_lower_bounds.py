"""In the environment of `make test-lowest`: what is tried there are the bounds themselves."""

import importlib.metadata
import os
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from checkouts import ROOT


def lower_bounds() -> dict[str, Version]:
    """The lower bounds of what studies and their tests need, by the names of the packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    return {
        requirement.name: Version(bound.version)
        for requirement in map(Requirement, lines)
        if not requirement.marker or requirement.marker.evaluate({"extra": "test"})
        for bound in requirement.specifier
        if bound.operator == ">="
    }


@pytest.mark.skipif("STYLEWALK_LOWEST" not in os.environ, reason="make test-lowest runs this")
def test_every_dependency_is_there_in_its_lowest_version():
    """Else another package asks for more, and the bound is one that nobody can have tried."""
    bounds = lower_bounds()
    assert len(bounds) > 30
    installed = {name: Version(importlib.metadata.version(name)) for name in bounds}
    assert installed == bounds
