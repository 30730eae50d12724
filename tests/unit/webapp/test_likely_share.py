"""The interval around a probability, from the groups of staff on whom it was tried."""

from __future__ import annotations

import pytest

from webapp.services.likely_share import likely_share

GROUPS = [
    {"predicted": 0.2, "observed": 0.25, "n": 50, "low": 0.1, "high": 0.3},
    {"predicted": 0.6, "observed": 0.5, "n": 50, "low": 0.4, "high": 0.7},
    {"predicted": 0.4, "observed": 0.4, "n": 9, "low": None, "high": None},
]
FIGURES = {"reliability_diagram": GROUPS}


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.2, (0.1, 0.3)), (0.4, (0.25, 0.5)), (0.6, (0.4, 0.7)), (0.05, (0.05, 0.3)), (0.9, (0.4, 0.9))],
)
def test_between_groups_it_lies_between_theirs_and_always_holds_the_probability(
    probability: float, expected: tuple[float, float]
) -> None:
    assert likely_share(FIGURES, probability) == pytest.approx(expected)


def test_without_groups_nothing_is_claimed() -> None:
    assert likely_share({}, 0.5) is None
    assert likely_share({"reliability_diagram": GROUPS[2:]}, 0.5) is None


def test_two_groups_with_the_same_probability_are_no_hindrance() -> None:
    assert likely_share({"reliability_diagram": [GROUPS[0], GROUPS[0] | {"high": 0.5}]}, 0.2) == (0.1, 0.3)
