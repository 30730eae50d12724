"""The sites, the wire and the browser of these tests, and the table at their end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.ledger import TALLIES
from tests.faults.sites import cluster, make_site, shared_sites, site
from tests.faults.small_site import candidate, small_site, whole_wire, windows

__all__ = ["candidate", "cluster", "make_site", "shared_sites", "site", "small_site", "whole_wire", "windows"]
HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make faults` asks for the mark: everything in this folder is part of the matrix, also what `make test` runs."""
    if config.option.markexpr == "faults":
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.faults)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Fault, database and how many answers were acknowledged, found, lost, there twice, taken after the close."""
    if not TALLIES:
        return
    terminalreporter.section("faults")
    names = ("acknowledged", "found", "lost", "twice", "late")
    terminalreporter.line(f"{'fault':58}{'database':10}" + "".join(f"{name:>13}" for name in names))
    for fault, kind, each in TALLIES:
        numbers = (each.acknowledged, each.found, each.lost, each.twice + each.gaps, each.after_close)
        terminalreporter.line(f"{fault:58}{kind:10}" + "".join(f"{number:13}" for number in numbers))
