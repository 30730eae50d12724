"""What a trained model scores, and what it refuses to: time, position and other forms."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models.errors import ModelError
from models.trained import TrainedModel
from models.training import fit, key_only, prepare
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from scoring.simulation.company import simulate_on
from tests.unit.instruments import company, instrument_of

FORMS = """
sections:
  - {id: first, items: [q01, q02, q03, q04, q05, q06]}
  - {id: second, items: [q07, q08, q09, q10, q11, q12]}
forms:
  - {id: A, sections: [first]}
  - {id: B, sections: [second]}
"""


@cache
def trained() -> TrainedModel:
    simulation = company("strong", 60)
    return fit(prepare(instrument_of("strong", 60), simulation.staff_sheets(), simulation.rating_list()), {})


def two_forms() -> Questionnaire:
    return load_text(instrument_of("strong", 60).source + FORMS)


@cache
def trained_on_a() -> TrainedModel:
    simulation = simulate_on(two_forms(), "strong", 60, 20, 1)
    return fit(prepare(two_forms(), simulation.staff_sheets(), simulation.rating_list(), form_id="A"), {})


def given_otherwise(sheet: AnswerSheet, rng: np.random.Generator) -> AnswerSheet:
    """The same answers in another order, with the marks of another sitting beside them."""
    answers = {}
    for name in rng.permutation(list(sheet.answers)).tolist():
        fields = {field: sheet.answers[name][field] for field in rng.permutation(list(sheet.answers[name])).tolist()}
        answers[name] = {**fields, "positions": rng.permutation(list("abcd")).tolist(), "seconds": rng.exponential(9.0)}
    return AnswerSheet(sheet.person, answers, unit="another", job_family=sheet.job_family, language="lt")


@pytest.mark.parametrize("model", [trained, lambda: key_only(instrument_of("strong", 60))], ids=["trained", "key"])
def test_time_and_position_never_enter_the_score(model):
    rng = np.random.default_rng(4)
    sheets = company("strong", 60).applicant_sheets()[:40]
    for _ in range(3):
        assert model().score([given_otherwise(sheet, rng) for sheet in sheets]) == model().score(sheets)


def test_the_compiled_numbers_do_not_see_them_either():
    rng = np.random.default_rng(5)
    compiled = trained().compiled
    for sheet in company("strong", 60).applicant_sheets()[:40]:
        assert compiled.score(given_otherwise(sheet, rng).answers) == compiled.score(sheet.answers)


def answers_of(sheet: AnswerSheet, form: str) -> dict[str, dict[str, str]]:
    own = {item.id for item in two_forms().items_of(form)}
    return {name: answer for name, answer in sheet.answers.items() if name in own}


def people(form: str) -> list[AnswerSheet]:
    simulation = simulate_on(two_forms(), "strong", 60, 20, 1)
    return [AnswerSheet(sheet.person, answers_of(sheet, form)) for sheet in simulation.applicant_sheets()]


def test_a_model_for_one_form_refuses_sheets_of_another():
    with pytest.raises(ModelError, match="another form; this model was trained on form A") as error:
        trained_on_a().score([*people("A"), *people("B")])
    assert error.value.where == people("B")[0].person
    assert "by its key" in error.value.remedy
    assert "linked" in error.value.remedy


def test_until_it_is_linked_the_other_form_is_scored_by_its_key():
    scores = key_only(two_forms(), "B").score(people("B"))
    assert all(score.score is not None and score.p_top_third is None for score in scores)
    with pytest.raises(ModelError, match="trained on form B"):
        key_only(two_forms(), "B").score(people("A"))


def test_somebody_who_took_both_forms_is_scored_on_this_one():
    both = simulate_on(two_forms(), "strong", 60, 20, 1).applicant_sheets()
    assert trained_on_a().score(both) == trained_on_a().score(people("A"))


def test_half_an_answered_form_is_incomplete_and_not_another_form():
    half = [AnswerSheet(sheet.person, dict(list(sheet.answers.items())[:2])) for sheet in people("A")]
    assert {score.flags for score in trained_on_a().score(half)} == {("incomplete",)}
    assert trained_on_a().score([AnswerSheet("nobody", {})])[0].flags == ("incomplete",)


def test_contributions_are_measured_against_the_training_mean():
    from scoring.compiled.explaining import contributions

    model, simulation = trained(), company("strong", 60)
    staff = simulation.staff_sheets()
    split = contributions(model.compiled, staff[0].answers)
    assert split.reference_kind == "training_mean"
    assert split.reference == pytest.approx(np.mean([score.score for score in model.score(staff)]), rel=0, abs=1e-9)
    assert sum(split.items.values()) == pytest.approx(model.score(staff)[0].score - split.reference, rel=0, abs=1e-9)
    assert set(split.facets) == {item.facet for item in model.questionnaire.items}
