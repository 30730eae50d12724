"""Two models side by side: what chance explains is never called a difference."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from tests.factories.reports import figures
from webapp.services.reports import album
from webapp.services.reports.as_file import as_csv
from webapp.services.reports.compare import (
    Pair,
    comparison_chart,
    comparison_file,
    comparison_table,
    in_short,
    pairs_of,
)
from webapp.services.reports.reader import Reader
from webapp.services.reports.single_figures import single_figures


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def words_of(mine: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    return {row[0]: row[5] for row in comparison_table(pairs_of(mine, other), (3, 2)).rows}


def test_a_difference_inside_its_interval_is_chance() -> None:
    told = words_of(figures(), figures(r=0.30, r_low=0.18, r_high=0.42))
    assert told["Agreement with the ratings"] == "no: chance could explain it"
    assert told["Reliability of the ratings"] == "cannot be told"
    assert "do not show that either model is better" in in_short(pairs_of(figures(), figures()))


def test_a_difference_beyond_its_interval_has_a_direction_and_no_praise() -> None:
    other = figures(r=0.05, r_low=0.0, r_high=0.10, brier=0.10, brier_low=0.09, brier_high=0.11)
    told = words_of(figures(), other)
    assert told["Agreement with the ratings"] == "yes: higher"
    assert told["Brier score"] == "yes: higher"
    assert "one may differ so much by chance alone" in in_short(pairs_of(figures(), other))
    assert not any("better" in word for word in told.values())


def test_ratings_in_confidence_leave_room_for_rounding() -> None:
    mine, other = ({"r": r, "r_low": r - 0.001, "r_high": r + 0.001} for r in (0.34, 0.331))
    assert pairs_of(mine, other)[0].beyond_chance is True
    assert pairs_of({**mine, "in_confidence": True}, other)[0].beyond_chance is False


def test_the_interval_of_a_difference_holds_the_truth() -> None:
    chance, held, single = random.Random(4), 0, single_figures()[0]
    for _ in range(2000):
        ends = []
        for truth, error in ((0.4, 0.05), (0.3, 0.03)):
            seen = chance.gauss(truth, error)
            ends += [seen, (seen - 1.645 * error, seen + 1.645 * error)]
        low, high = Pair(single, *ends).likely  # type: ignore[arg-type]
        held += low is not None and high is not None and low <= 0.1 <= high
    assert 0.88 <= held / 2000 <= 0.92


def test_a_model_by_the_key_alone_is_not_compared_figure_by_figure() -> None:
    pairs = pairs_of(figures(), {"r": None})
    assert "by the key alone" in in_short(pairs)
    assert comparison_chart(pairs, (2, 1), Reader("en")) is None


def test_the_file_has_each_number_in_a_cell_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album, "svg_of", lambda *_given: "<svg></svg>")
    pairs = pairs_of(figures(), figures())
    text = as_csv(comparison_file(pairs, (3, 2))).decode("utf-8-sig").splitlines()
    assert text[0].split(",")[:4] == ["figure", "model_3", "model_3_low", "model_3_high"]
    assert text[1].startswith("r,0.34,0.21,0.46,0.34,0.21,0.46,0.0,")
    assert comparison_chart(pairs, (3, 2), Reader("en"))
