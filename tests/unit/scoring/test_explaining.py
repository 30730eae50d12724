"""What is told after the close: exact, summing to the result, in words that follow stated shares."""

from __future__ import annotations

import pytest

from questionnaires import shelf
from questionnaires.loading import load
from scoring.comparison import Measurement
from scoring.compiled.building import compile_key
from scoring.compiled.explaining import contributions
from scoring.compiled.model import CompiledModel
from scoring.encoding import AnswerEncoder
from scoring.explaining.influence import influences, reaches
from scoring.explaining.overall import overall_band
from scoring.explaining.publication import MUCH, SLIGHT, group_level, level_of, publish
from scoring.facets import ABOVE, AROUND, BELOW, TOO_LITTLE
from tests.factories.submitted import answers_by_key, trained_model
from tests.unit.questionnaires.samples_folder import SAMPLES


def by_key() -> CompiledModel:
    return compile_key(AnswerEncoder(shelf.get("customer-orientation"), "A"), scoring_identity="", form="A")


def by_training() -> CompiledModel:
    return trained_model().compiled


def facets(model: CompiledModel) -> dict[str, str]:
    return {item.id: item.facet or "" for item in model.items}


@pytest.mark.parametrize("make", [by_key, by_training])
@pytest.mark.parametrize("best", [True, False])
def test_groups_sum_exactly_to_the_difference_from_the_reference(make, best: bool) -> None:
    model, answers = make(), answers_by_key(best=best)
    told = publish(model, answers, facets(model), closed=True)
    found = contributions(model, answers)
    assert told.difference == pytest.approx(found.prediction - found.reference, abs=1e-12)
    assert sum(group.moved or 0.0 for group in told.groups) == pytest.approx(told.difference, abs=1e-9)
    assert model.predict(answers) == pytest.approx(found.reference + (told.difference or 0.0), abs=1e-12)
    assert set(told.levels) == {item.id for item in model.items}


def test_the_keys_favourite_answers_help_everywhere_and_their_opposite_hold_back() -> None:
    model = by_key()
    for best, level in ((True, "helped_much"), (False, "held_back_much")):
        told = publish(model, answers_by_key(best=best), facets(model), closed=True)
        assert {group.level for group in told.groups} == {level}
        assert set(told.levels.values()) == {level.removesuffix("_much")}


def test_before_the_close_only_counts_and_shares_are_told() -> None:
    model = by_key()
    few = dict(list(answers_by_key(best=True).items())[:5])
    told = publish(model, few, facets(model), closed=False)
    assert sum(group.share for group in told.groups) == pytest.approx(1.0)
    assert sum(group.answered for group in told.groups) == 5
    assert {(group.level, group.moved) for group in told.groups} == {(None, None)}
    assert (told.levels, told.difference, told.reference_kind) == ({}, None, None)


def test_words_follow_the_stated_shares() -> None:
    assert level_of(SLIGHT * 0.99, 1.0) == level_of(-SLIGHT, 1.0) == "neither"
    assert (level_of(SLIGHT * 1.01, 1.0), level_of(-0.2, 1.0)) == ("helped", "held_back")
    assert (group_level(MUCH, 1.0), group_level(MUCH * 0.99, 1.0)) == ("helped_much", "helped")
    assert group_level(-MUCH, 1.0) == "held_back_much"
    assert group_level(0.0, 0.0) == "neither"


def test_every_kind_of_answer_has_a_reach_that_no_answer_exceeds() -> None:
    questionnaire = load(SAMPLES / "all-six.yaml")
    form = questionnaire.forms[0].id
    model = compile_key(AnswerEncoder(questionnaire, form), scoring_identity="", form=form)
    reach = reaches(model)
    assert set(reach) == {item.id for item in model.items}
    assert all(value >= 0.0 for value in reach.values())
    assert all(reach[item.id] == pytest.approx(1.0 / model.keyed, rel=0.35) for item in model.items if item.keyed)
    assert sum(each.share for each in influences(model, {})) == pytest.approx(1.0)


@pytest.mark.parametrize(("score", "band"), [(0.9, ABOVE), (0.5, AROUND), (0.1, BELOW), (None, TOO_LITTLE)])
def test_the_whole_result_has_a_band_where_chance_would_seldom_lead_to_it(score: float | None, band: str) -> None:
    assert overall_band(Measurement(0.5, 0.1, 0.7), score) == band
    assert overall_band(None, score) == TOO_LITTLE
