"""One person's key score on one form and its absolute error."""

from __future__ import annotations

import numpy as np
import pytest

from questionnaires import shelf
from scoring.quality.confirmation import Link, confirm
from scoring.quality.form_score import form_score

ITEMS = shelf.get("customer-orientation").items_of("A")


def answers(well: int, badly: int) -> dict[str, dict[str, str]]:
    found = {}
    for number, item in enumerate(ITEMS[: well + badly]):
        ranked = sorted(item.options, key=lambda option: option.key.mean)
        ends = (ranked[-1].id, ranked[0].id)
        best, worst = ends if number < well else ends[::-1]
        found[item.id] = {"best": best, "worst": worst}
    return found


def test_worked_by_hand():
    # Eighteen ones and six noughts: mean .75, variance 24 * .75 * .25 / 23, error sqrt(variance / 24).
    found = form_score(ITEMS, answers(18, 6))
    assert found.score == pytest.approx(0.75)
    assert found.error == pytest.approx(np.sqrt(0.75 * 0.25 / 23))
    assert (found.answered, found.asked, found.enough) == (24, 24, True)


def test_a_perfect_score_is_not_known_without_error():
    """Who was given the key gets one; a supervised second score must be able to contradict it."""
    perfect, poor = form_score(ITEMS, answers(24, 0)), form_score(ITEMS, answers(12, 12))
    assert (perfect.score, perfect.error) == (1.0, pytest.approx(np.sqrt(1 / 25 / 24)))
    assert confirm(perfect.score, poor.score, perfect.error, poor.error, Link()).significant


def test_what_tells_nothing():
    assert form_score(ITEMS, answers(3, 1)) is None
    assert not form_score(ITEMS, answers(10, 5)).enough


def test_honest_people_on_two_forms_drawn_from_one_bank_are_rarely_suspected():
    """Simulated: persons and questions are both drawn, so that the forms differ in difficulty too."""
    rng = np.random.default_rng(5)
    people, items = 4000, 24
    person = rng.normal(0.6, 0.08, (people, 1, 1))
    scores = person + rng.normal(0, 0.12, (people, 2, items)) + rng.normal(0, 0.2, (people, 2, items))
    means, errors = scores.mean(axis=2), scores.std(axis=2, ddof=1) / np.sqrt(items)
    found = [confirm(*mean, *error, Link()) for mean, error in zip(means, errors, strict=True)]
    assert np.mean([each.significant for each in found]) == pytest.approx(0.05, abs=0.012)
