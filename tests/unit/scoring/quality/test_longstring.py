"""Runs in one displayed position, against counting every sequence."""

from __future__ import annotations

from itertools import product

import pytest

from scoring.quality.longstring import longest_run, run_probability, shortest_suspicious_run


@pytest.mark.parametrize(
    ("positions", "longest"),
    [([], 0), ([2], 1), ([0, 0, 1, 1, 1, 0], 3), ([3, 3, 3, 3], 4), ([0, 1, 0, 1], 1)],
)
def test_longest_run(positions, longest):
    assert longest_run(positions) == longest


@pytest.mark.parametrize(("answers", "options"), [(1, 2), (4, 2), (6, 3), (5, 4)])
def test_probability_counts_every_sequence(answers, options):
    runs = [longest_run(sequence) for sequence in product(range(options), repeat=answers)]
    for length in range(answers + 2):
        counted = sum(run >= length for run in runs) / len(runs)
        assert run_probability(length, answers, options) == pytest.approx(counted, abs=1e-12)


def test_the_shortest_suspicious_run_is_the_first_below_the_rate():
    length = shortest_suspicious_run(24, 4, 0.005)
    assert run_probability(length, 24, 4) <= 0.005 < run_probability(length - 1, 24, 4)


def test_few_answers_are_never_suspicious():
    assert shortest_suspicious_run(3, 4, 0.001) == 4
