"""The tables of Local Law 144 say where a ratio rests on too few people; the rule of the law stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from webapp.services.demographics.local_law_sections import local_law_sections


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def row(name: str, n: int, rate: float, ratio: float | None) -> dict[str, Any]:
    more = {"ties": 0, "ratio_ties_above": ratio, "left_out": ratio is None}
    return {"name": name, "n": n, "above": round(n * rate), "rate": rate, "ratio": ratio, **more}


def section(*rows: dict[str, Any]) -> Any:
    table = {"rows": list(rows), "unknown": 0, "some_hidden": False, "left_out": []}
    whole = {"n": sum(each["n"] for each in rows), "median": 2.5, "ties": 0, "notes": []}
    rates = {"scoring_rate": {"sex": table, "whole": whole}, "selection_rate": {"absent": "undecided"}}
    return local_law_sections({"local_law_144": {"race_asked": True, **rates}}, "US")[0]


def test_a_base_of_few_people_is_said_beside_the_ratios_of_the_law() -> None:
    small = section(row("female", 120, 0.5, 0.83), row("another", 14, 0.6, 1.0))
    assert [each[4] for each in small.tables[0].rows] == [0.83, 1.0], "the law's ratios stay"
    assert [each[-1] for each in small.tables[0].rows] == ["cannot tell", "cannot tell"]
    assert any("with 14 people" in line and "none of these ratios" in line for line in small.lines)


def test_with_a_base_of_enough_people_only_the_small_category_is_left_open() -> None:
    large = section(row("female", 120, 0.6, 1.0), row("male", 29, 0.5, 0.83), row("another", 30, 0.5, 0.83))
    assert [each[-1] for each in large.tables[0].rows] == ["yes", "cannot tell", "yes"]
    assert not any("none of these ratios" in line for line in large.lines)
