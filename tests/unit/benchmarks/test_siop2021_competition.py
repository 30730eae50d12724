"""The competition's score, on rows that are made up here: the real file is never copied."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import siop2021_competition as competition
from benchmarks.siop2021_competition import Outcome, Staff, choose, expected_ratio, front_line, hire, read_staff
from tests.unit.benchmarks.test_siop2021 import made_up, write


def staff(n=300, seed=0, gap=0.0):
    rng = np.random.default_rng(seed)
    group = rng.random(n) < 0.4
    X = rng.normal(size=(n, 6))
    X[:, 0] -= gap * group
    good = X[:, 0] + X[:, 1] + rng.normal(size=n)
    return Staff(X, good > 0.5, X[:, 2] + rng.normal(size=n) > 0, group, np.tile(good[:, None], 5))


def test_the_score_by_hand():
    people = staff(8)
    four = Staff(
        people.X,
        np.array([1, 1, 1, 1, 0, 0, 0, 0], dtype=bool),
        np.array([1, 1, 0, 0, 1, 1, 0, 0], dtype=bool),
        np.array([1, 0, 1, 0, 1, 0, 1, 0], dtype=bool),
        people.ratings,
    )
    found = hire(four, np.array([9, 8, 7, 0, 6, 1, 2, 3.0]))
    # Hired: 1, 2, 3, 5. Three of four high performers, three of four who stayed, both of two; groups 3/4 and 1/4.
    assert found.recall == pytest.approx(25 * 0.75 + 25 * 0.75 + 50)
    assert found.impact_ratio == pytest.approx(3.0)
    assert Outcome(60.0, 0.95).score == pytest.approx(55.0)


def test_chance_hires_half_of_everybody():
    people = staff(4000)
    runs = [hire(people, np.random.default_rng(seed).random(4000)) for seed in range(100, 120)]
    assert np.mean([run.recall for run in runs]) == pytest.approx(50, abs=0.6)
    assert np.mean([run.impact_ratio for run in runs]) == pytest.approx(1, abs=0.02)


def test_the_expected_ratio_is_about_the_counted_one():
    people = staff(6000, gap=0.4)
    scores = people.X[:, 0]
    assert expected_ratio(scores, people.group) == pytest.approx(hire(people, scores).impact_ratio, abs=0.03)


def test_the_line_takes_the_difference_away():
    learning, others = staff(2000, 1, gap=1.0), [staff(2000, seed, gap=1.0) for seed in range(2, 8)]
    runs = [[hire(each, front_line(learning, each).at(weight)) for weight in (0.0, 1.0)] for each in others]
    before, after = (np.mean([run[k].impact_ratio for run in runs]) for k in (0, 1))
    assert before < 0.7
    assert after == pytest.approx(1.0, abs=0.08)
    assert all(run[1].recall < run[0].recall for run in runs)


def test_a_difference_that_is_hardly_shown_is_hardly_corrected():
    assert choose(staff(1500, 1, gap=1.0), 0) > 0.7
    assert min(choose(staff(150, seed, gap=0.0), 0) for seed in range(4)) < 0.2


def test_the_choice_looks_at_the_learning_half_only(monkeypatch):
    seen = []
    monkeypatch.setattr(competition, "choose", lambda half, seed: seen.append(half) or 0.5)
    people = staff(200)
    competition.compare(people, 3)
    assert len(seen[0].group) == 100


def test_the_table_is_printed(tmp_path, capsys):
    rows = made_up(160, 1)
    for number, row in enumerate(rows):
        row |= {"Protected_Group": str(number % 2), "Retained": str(number % 3 % 2)}
    rows[0]["Retained"] = "NA"
    path = write(tmp_path / "train.csv", rows)
    assert competition.main(["--train", str(path), "--splits", "2"]) == 0
    printed = capsys.readouterr().out
    assert "159 staff with all criteria; 1 rows without were dropped." in printed
    for words in ("contrived by the organisers", "point of the front", "ridge on pay", "random", "chosen weights"):
        assert words in printed


def test_bad_files_are_refused(tmp_path, capsys):
    path = write(tmp_path / "train.csv", made_up(60, 1))
    assert competition.main(["--train", str(path)]) == 2
    assert "Protected_Group" in capsys.readouterr().err
    assert competition.main(["--train", str(tmp_path / "none.csv")]) == 2


def test_values_that_are_no_numbers_are_missing(tmp_path):
    rows = made_up(120, 1)
    for number, row in enumerate(rows):
        row |= {"Protected_Group": "" if number < 20 else str(number % 2)}
    people, dropped = read_staff(write(tmp_path / "train.csv", rows))
    assert (len(people.group), dropped) == (100, 20)
