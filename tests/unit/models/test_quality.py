"""Response quality from a kept model: the reference travels with it and judges nobody alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import registry
from models.quality import QUALITY, assess_quality
from models.training import fit, key_only, prepare
from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from scoring.errors import ScoringError
from scoring.simulation.company import simulate
from tests.unit.instruments import every_format


@pytest.fixture(scope="module")
def simulation():
    return simulate("typical", 200, 200, 11)


@pytest.fixture(scope="module")
def model(simulation):
    questionnaire = load_text(simulation.questionnaire_text())
    return fit(prepare(questionnaire, simulation.staff_sheets(), simulation.rating_list()), {})


def at_random(model, people: int) -> list[AnswerSheet]:
    rng = np.random.default_rng(5)
    answers = []
    for person in range(people):
        picks = {item.id: rng.permutation(item.option_ids)[:2] for item in model.encoder.items}
        chosen = {item: {"best": str(best), "worst": str(worst)} for item, (best, worst) in picks.items()}
        answers.append(AnswerSheet(f"R{person}", chosen))
    return answers


def test_honest_applicants_are_seldom_to_be_reviewed_and_random_answers_often(simulation, model):
    honest = assess_quality(model, simulation.applicant_sheets())
    random = assess_quality(model, at_random(model, 200))
    assert np.mean([each.review for each in honest]) < 0.04
    assert np.mean(["person_fit" in each.flags for each in random]) > 0.5


def test_the_reference_is_kept_with_the_model(simulation, model):
    kept = registry.unpack(registry.pack(model))
    sheets = simulation.applicant_sheets()[:20]
    assert assess_quality(kept, sheets) == assess_quality(model, sheets)


def test_quality_never_enters_the_score(simulation, model):
    bare = replace(model, reference={name: value for name, value in model.reference.items() if name != QUALITY})
    sheets = simulation.applicant_sheets()[:20]
    assert bare.score(sheets) == model.score(sheets)
    assert assess_quality(bare, sheets) is None


def test_a_key_alone_knows_no_staff_to_compare_with():
    assert assess_quality(key_only(every_format()), [AnswerSheet("P1", {})]) is None


def test_nobody_has_no_quality(model):
    assert assess_quality(model, []) == []


def test_a_damaged_reference_is_refused(simulation, model):
    torn = {**model.reference, QUALITY: {**model.reference[QUALITY], "profiles": 7}}
    with pytest.raises(ScoringError, match="damaged"):
        assess_quality(replace(model, reference=torn), simulation.applicant_sheets()[:2])


def test_two_people_are_compared_by_the_error_of_the_score(simulation, model):
    kept = registry.unpack(registry.pack(model))
    low, *_, high = sorted(kept.score(simulation.applicant_sheets()), key=lambda each: each.score)
    assert kept.measurement == model.measurement
    assert kept.manifest.sed == pytest.approx(kept.measurement.error_of_difference)
    assert kept.probability_exceeds(high, low) > 0.95
    assert kept.probability_exceeds(high, high) == 0.5
    assert kept.probability_exceeds(high, low) + kept.probability_exceeds(low, high) == pytest.approx(1.0)
    assert kept.probability_exceeds(high, replace(low, score=None)) is None
