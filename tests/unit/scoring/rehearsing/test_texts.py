"""People scored from texts get what the compiled model gives them, whatever they answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from models import training
from models.trained import TrainedModel
from questionnaires import shelf
from scoring.compiled.leaving_out import without
from scoring.errors import ScoringError
from scoring.rehearsing.texts import TextScorer
from scoring.simulation.company import simulate_on

QUESTIONNAIRE = shelf.get("customer-orientation")


@pytest.fixture(scope="module")
def company() -> tuple[TrainedModel, list[dict[str, Any]]]:
    simulation = simulate_on(QUESTIONNAIRE, "strong", 60, 30, 3, form_id="A", unit_size=10, rating_scale=(1, 5))
    prepared = training.prepare(QUESTIONNAIRE, simulation.staff_sheets(), simulation.rating_list(), form_id="A")
    people = [dict(sheet.answers) for sheet in simulation.applicant_sheets()]
    for number, person in enumerate(people):
        for item in list(person)[len(person) - number % 8 :]:
            del person[item]
    return training.fit(prepared, dict(training.NO_FIGURES)), people


def read(text: str) -> tuple[str, Mapping[str, Any]]:
    item, _sign, value = text.partition("=")
    return item, json.loads(value)


def texts(person: Mapping[str, Any]) -> list[str]:
    return [f"{item}={json.dumps(answer)}" for item, answer in person.items()]


@pytest.mark.parametrize("gone", [0, 3])
def test_scores_are_those_of_single_people(company: tuple[TrainedModel, list[dict[str, Any]]], gone: int) -> None:
    model, people = company
    left_out = {item.id for item in model.compiled.items[:gone]}
    scorer, lean = TextScorer(model.compiled, read), without(model.compiled, left_out)
    expected = [lean.score(person).score for person in people]
    assert None in expected
    for _again in range(2):
        for known, score in zip(scorer.score([texts(each) for each in people], left_out), expected, strict=True):
            assert known == (None if score is None else pytest.approx(score, abs=1e-9))


def test_each_text_is_read_once_and_other_forms_do_not_count(
    company: tuple[TrainedModel, list[dict[str, Any]]],
) -> None:
    model, people = company
    asked: list[str] = []

    def counting(text: str) -> tuple[str, Mapping[str, Any]]:
        asked.append(text)
        return read(text)

    scorer = TextScorer(model.compiled, counting)
    elsewhere = ['of-another-form={"best": "a", "worst": "b"}']
    with_others = scorer.score([[*texts(person), *elsewhere] for person in people])
    assert with_others == scorer.score([texts(person) for person in people])
    assert len(asked) == len(set(asked))


def test_by_the_key_alone_the_score_is_the_key_total() -> None:
    model = training.key_only(QUESTIONNAIRE, form_id="A").compiled
    best = {item.id: {"best": item.options[0], "worst": item.options[1]} for item in model.items}
    assert TextScorer(model, read).score([texts(best), []]) == [pytest.approx(model.score(best).score), None]


def test_everything_left_out_leaves_no_score(company: tuple[TrainedModel, list[dict[str, Any]]]) -> None:
    model, people = company
    scorer = TextScorer(model.compiled, read)
    assert scorer.score([texts(people[0])], {item.id for item in model.compiled.items}) == [None]
    assert scorer.score([]) == []


def test_what_is_not_an_answer_is_refused(company: tuple[TrainedModel, list[dict[str, Any]]]) -> None:
    model, _people = company
    scorer = TextScorer(model.compiled, lambda _text: (model.compiled.items[0].id, {"best": 3}))
    assert scorer.score([["anything"]]) == [None]
    with pytest.raises((ScoringError, ValueError)):
        TextScorer(model.compiled, read).score([["composure-queue=no json"]])
