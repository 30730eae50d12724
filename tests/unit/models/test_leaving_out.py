"""Items left out: nobody is the worse for what was not asked, errors never shrink, and a score replays."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import sqrt
from statistics import fmean, stdev

import pytest

from models.registry import pack, unpack
from models.trained import Score, TrainedModel
from models.training import fit, key_only, prepare
from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from scoring.compiled.coding import code_answers
from scoring.compiled.explaining import contributions
from scoring.compiled.leaving_out import half_range, without
from scoring.compiled.many import BatchScorer
from scoring.facets import TOO_LITTLE
from scoring.simulation.company import simulate
from tests.unit.instruments import every_format
from tests.unit.models.test_compiling import FIELDS, applicants, trained
from tests.unit.scoring.test_compiled import compiled_for, crowd


def some_items(model: TrainedModel, number: int = 2) -> set[str]:
    return {item.id for item in model.encoder.items[3 : 3 + number]}


def without_answers(sheet: AnswerSheet, items: set[str]) -> AnswerSheet:
    return replace(sheet, answers={key: value for key, value in sheet.answers.items() if key not in items})


@pytest.mark.parametrize("incomplete", [False, True])
@pytest.mark.parametrize("kind", ["trained", "binary", "key_only", "no_means"])
def test_estimator_compiled_and_batch_say_the_same(kind, incomplete):
    whole = trained(kind == "binary") if kind != "key_only" else key_only(trained().questionnaire)
    whole = replace(whole, reference=None) if kind == "no_means" else whole
    gone = some_items(whole)
    model = whole.without(gone)
    people = applicants()
    said = model.score(people, incomplete=incomplete)
    codes = code_answers(model.compiled, [sheet.answers for sheet in people])
    many = BatchScorer(model.compiled).score(codes, [sheet.job_family for sheet in people], incomplete=incomplete)
    for row, (sheet, score) in enumerate(zip(people, said, strict=True)):
        ours = model.compiled.score(sheet.answers, sheet.job_family, incomplete=incomplete)
        assert Score(sheet.person, *(getattr(score, field) for field in FIELDS), flags=ours.flags) == score
        for field in FIELDS:
            values = getattr(score, field), getattr(ours, field), getattr(many, field)[row]
            if values[0] is None:
                assert values[1] is None
                assert values[2] != values[2]
            else:
                assert values[1:] == pytest.approx(values[:1] * 2, rel=0, abs=1e-9), field


def test_answers_to_what_is_left_out_are_not_looked_at_and_replay_is_exact():
    model = trained()
    gone = some_items(model)
    people = applicants()
    thinned = [without_answers(sheet, gone) for sheet in people]
    scores = model.without(gone).score(people)
    assert model.without(gone).score(thinned) == scores
    again = unpack(pack(model)).without(gone)
    assert [again.score([sheet])[0] for sheet in people] == scores


def test_nothing_left_out_is_the_model_itself():
    model = trained()
    assert model.without([]) is model
    assert model.without(["an item of another questionnaire"]) is model
    assert model.without(some_items(model)).without([]) is model
    assert without(model.compiled, {"unknown"}) is model.compiled


def test_the_share_answered_counts_what_is_left():
    model = trained()
    items = [item.id for item in model.encoder.items]
    gone = set(items[:2])
    least = -(-(len(items) - 2) * 4 // 5)
    sheet = next(each for each in applicants() if len(each.answers) == len(items))
    kept = without_answers(sheet, {*gone, *items[2 + least :]})
    assert model.without(gone).score([kept])[0].score is not None
    fewer = without_answers(sheet, {*gone, *items[1 + least :]})
    assert model.without(gone).score([fewer])[0].flags == ("incomplete",)
    assert model.without(items).score([sheet])[0].score is None


def test_errors_never_shrink():
    model = trained()
    before = model.compiled.calibration
    items = [item.id for item in model.encoder.items]
    for number in range(1, 5):
        after = model.without(items[:number]).compiled.calibration
        assert after.spread > before.spread
        assert after.low < before.low
        assert after.high > before.high
        before = after
    logistic = trained(binary=True)
    assert 0 < logistic.without(items[:1]).compiled.calibration.slope < logistic.compiled.calibration.slope


@pytest.mark.parametrize("place", range(5))
def test_half_the_range_is_no_less_than_any_answer_can_move(place):
    """Every format: the spread of what random answers add stays below the bound."""
    model = compiled_for(every_format(), False)
    item, share = model.items[place], model.key_weight / model.keyed
    parts = [item.part(sheet.answers[item.id]) for sheet in crowd(every_format(), 400)]
    added = [part.weight + share * part.key for part in parts]
    assert stdev(added) <= half_range(item, share) + 1e-12
    assert (max(added) - min(added)) / 2 <= half_range(item, share) + 1e-12


def test_a_facet_without_one_of_its_items_gets_no_band():
    model = trained()
    item = model.encoder.items[0]
    sheet = applicants()[0]
    (bands,) = model.without([item.id]).facet_bands([sheet])
    assert next(band for band in bands if band.facet == item.facet).code == TOO_LITTLE
    (whole,) = model.facet_bands([sheet])
    assert [b for b in bands if b.facet != item.facet] == [b for b in whole if b.facet != item.facet]


def test_contributions_still_sum_to_the_prediction():
    model = trained().without(some_items(trained()))
    found = contributions(model.compiled, applicants()[0].answers)
    assert found.prediction - found.reference == pytest.approx(sum(found.items.values()), abs=1e-9)
    assert found.reference == pytest.approx(contributions(trained().compiled, applicants()[0].answers).reference)


@cache
def held_out() -> tuple[TrainedModel, list[AnswerSheet]]:
    """A simulated company: one half trains, the other was never seen."""
    simulation = simulate("typical", staff=900, applicants=0, seed=11)
    sheets = simulation.staff_sheets()
    known = {sheet.person for sheet in sheets[:450]}
    ratings = [rating for rating in simulation.rating_list() if rating.ratee in known]
    return fit(prepare(load_text(simulation.questionnaire_text()), sheets[:450], ratings), {}), sheets[450:]


def test_people_are_not_punished_for_what_they_were_not_asked():
    """Over people like the training staff nothing changes on average, for easy, hard and several items alike.

    Both halves have errors of their own, so that the tolerance is three standard errors of their difference.
    """
    model, people = held_out()
    whole = [score.score for score in model.score(people)]
    by_ease = sorted(model.encoder.items, key=lambda item: model.compiled.means[item.id])
    for gone in ([by_ease[0]], [by_ease[-1]], by_ease[:3], by_ease[-3:]):
        lean = [score.score for score in model.without({item.id for item in gone}).score(people)]
        moved = [after - before for before, after in zip(whole, lean, strict=True)]
        assert abs(fmean(moved)) < 3.0 * stdev(moved) * sqrt(2.0 / len(moved)), [item.id for item in gone]
        bound = sqrt(
            sum(
                half_range(i, model.compiled.key_weight / model.compiled.keyed) ** 2
                for i in model.compiled.items
                if i.id in {item.id for item in gone}
            )
        )
        assert stdev(moved) < bound
