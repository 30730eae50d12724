"""The audit tables by the rule's own example, and where it leaves room."""

from __future__ import annotations

import json

import numpy as np
import pytest

from scoring.errors import ScoringError
from scoring.groups.local_law_144 import audit_scores, audit_selection


def spread(**cells):
    """Decisions, sexes and races from cells named sex__race: (selected, n)."""
    selected, sex, race = [], [], []
    for name, (hits, n) in cells.items():
        a, b = name.split("__")
        selected += [1] * hits + [0] * (n - hits)
        sex += [a] * n
        race += [b] * n
    return np.array(selected), sex, race


def table(audit, by):
    return {row.name: row for row in next(each for each in audit.tables if each.by == by).rows}


def test_the_example_of_the_rule_for_scores():
    # 92 men of whom 54.3 % score above the median, 76 women of whom 44.7 %: ratio .82.
    above, sex, race = spread(male__x=(25, 46), male__y=(25, 46), female__x=(17, 38), female__y=(17, 38))
    rng = np.random.default_rng(0)
    scores = np.where(above == 1, 100, 0) + rng.random(len(above))
    assert (scores > np.median(scores)).sum() == 84
    found = audit_scores(scores, sex, race)
    rows = table(found, "sex")
    assert (round(rows["male"].rate, 3), round(rows["female"].rate, 3)) == (0.543, 0.447)
    assert round(rows["female"].ratio, 2) == 0.82
    assert rows["male"].ratio == 1.0
    assert (found.kind, found.ties) == ("scoring_rate", 0)


def test_decisions_and_intersections():
    found = audit_selection(*spread(f__a=(10, 40), f__b=(30, 60), m__a=(36, 60), m__b=(20, 40)))
    assert table(found, "sex")["f"].ratio == pytest.approx((40 / 100) / (56 / 100))
    assert table(found, "race_ethnicity")["a"].ratio == pytest.approx(0.46 / 0.5)
    cells = table(found, "intersection")
    assert cells["f / a"].ratio == pytest.approx(0.25 / 0.6)
    assert sum(row.above for row in cells.values()) == 96
    assert found.label.startswith("Self-computed, not independent")


def test_under_two_percent_keeps_number_and_rate():
    cells = {"f__a": (50, 100), "m__a": (40, 98), "m__b": (2, 2)}
    found = audit_selection(*spread(**cells))
    row = table(found, "race_ethnicity")["b"]
    assert (row.n, row.rate, row.left_out) == (2, 1.0, True)
    assert np.isnan(row.ratio)
    assert table(found, "race_ethnicity")["a"].ratio == 1.0
    assert "b" in next(each for each in found.tables if each.by == "race_ethnicity").notes[0]
    kept = audit_selection(*spread(**cells), leave_out_small=False)
    assert table(kept, "race_ethnicity")["b"].ratio == 1.0
    assert table(kept, "race_ethnicity")["a"].ratio == pytest.approx(90 / 198)


def test_exactly_two_percent_is_not_left_out():
    found = audit_selection(*spread(f__a=(50, 100), m__a=(40, 96), m__b=(1, 4)))
    assert not table(found, "race_ethnicity")["b"].left_out


def test_ties_at_the_median_and_what_they_change():
    scores = [1, 2, 2, 2, 3, 1, 2, 3, 3, 3]
    sex = ["f"] * 5 + ["m"] * 5
    found = audit_scores(scores, sex, ["x", "y"] * 5)
    assert (found.median, found.ties) == (2.0, 4)
    f = table(found, "sex")["f"]
    assert f.rate == 0.2
    assert f.ratio == pytest.approx(0.2 / 0.6)
    assert f.ratio_ties_above == pytest.approx(0.8 / 0.8)
    assert found.tables[0].tie_sensitivity == pytest.approx(1 - 1 / 3)
    assert "exactly at the median: 4" in found.notes[0]


def test_the_unknown_are_counted_but_shape_the_median():
    scores = np.array([1.0, 2, 3, 4, 10, 11])
    found = audit_scores(scores, ["f", "f", "m", "m", None, None], ["x", "y", "x", "y", "x", None])
    assert found.median == 3.5
    by_sex, by_race, both = found.tables
    assert (by_sex.unknown, by_race.unknown, both.unknown) == (2, 1, 2)
    assert [row.n for row in by_sex.rows] == [2, 2]
    assert "without people of unknown category it would be 2.5" in found.notes[-1]


def test_categories_are_the_callers():
    cells = spread(f__a=(10, 40), m__b=(20, 40))
    found = audit_selection(*cells, sexes=["m", "f", "x"])
    rows = found.tables[0].rows
    assert [row.name for row in rows] == ["m", "f", "x"]
    assert rows[2].n == 0
    assert np.isnan(rows[2].rate)
    assert json.loads(json.dumps(found.to_plain(), allow_nan=False))["tables"][0]["rows"][2]["rate"] is None
    with pytest.raises(ScoringError, match="not among the categories: f"):
        audit_selection(*cells, sexes=["m"])


def test_nobody_above_has_no_ratio():
    found = audit_scores(np.ones(40), ["f", "m"] * 20, ["a", "a", "b", "b"] * 10)
    assert all(np.isnan(row.ratio) for each in found.tables for row in each.rows)
    assert found.ties == 40


@pytest.mark.parametrize(
    ("scores", "sex", "race", "told"),
    [
        ([1.0, np.inf], ["f", "m"], ["a", "b"], "person 2 is missing or infinite"),
        ([1.0, 2.0], ["f"], ["a", "b"], "1 group labels for 2 people"),
        ([1.0, 2.0], ["f", "f"], ["a", "b"], "Only one group"),
        ([], [], [], "no values"),
    ],
)
def test_bad_input_is_refused(scores, sex, race, told):
    with pytest.raises(ScoringError, match=told):
        audit_scores(scores, sex, race)
