"""Very many people are scored to the same last bit as one by one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ModelError
from models.many import ManyScorer
from models.trained import Score, TrainedModel
from models.training import key_only
from questionnaires.answers import AnswerSheet
from scoring.encoding import AnswerEncoder
from scoring.encoding_many import ManyEncoder
from tests.unit.instruments import every_format
from tests.unit.models.test_compiling import applicants, trained
from tests.unit.models.test_leaving_out import some_items
from tests.unit.scoring.test_compiled import answers_to, crowd


def scored_at_once(model: TrainedModel, sheets: Sequence[AnswerSheet]) -> list[Score]:
    scorer = ManyScorer(model)
    known: dict[str, int] = {}
    people = []
    for sheet in sheets:
        codes = []
        for item, answer in sheet.answers.items():
            name = json.dumps([item, answer])
            if name not in known:
                known[name] = scorer.code(item, answer)
            codes.append(known[name])
        people.append(codes)
    return scorer.score([sheet.person for sheet in sheets], people)


@pytest.mark.parametrize("kind", ["trained", "binary", "key_only"])
@pytest.mark.parametrize("leave_out", [False, True])
def test_the_same_to_the_last_bit(kind: str, leave_out: bool) -> None:
    model = key_only(trained().questionnaire) if kind == "key_only" else trained(kind == "binary")
    if leave_out:
        model = model.without(some_items(model))
    sheets = [replace(sheet, job_family=None) for sheet in applicants()]
    alone = [model.score([sheet])[0] for sheet in sheets]
    at_once = scored_at_once(model, sheets)
    assert at_once == alone
    assert {score.score is None for score in at_once} == {True, False}


def test_every_format_with_gaps_and_answers_to_nothing_known() -> None:
    model = key_only(every_format())
    sheets = crowd(every_format(), 300, thin=0.2)
    sheets = [replace(sheet, answers={"not asked": {"value": 1}, **sheet.answers}) for sheet in sheets]
    assert scored_at_once(model, sheets) == [model.score([sheet])[0] for sheet in sheets]
    assert scored_at_once(model, []) == []
    assert ManyScorer(model).score(["nobody"], [[]]) == model.score([AnswerSheet("nobody")])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_half_answers_are_the_same_numbers(data: st.DataObject) -> None:
    encoder = AnswerEncoder(every_format())
    answers = {item.id: data.draw(answers_to(item)) for item in encoder.items}
    many = ManyEncoder(encoder)
    codes = [many.code(item, answer) for item, answer in answers.items()]
    ours, theirs = many.encode([codes, []]), encoder.encode([AnswerSheet("", answers), AnswerSheet("")])
    assert ours.X.tobytes() == theirs.X.tobytes()
    assert ours.key_scores.tobytes() == theirs.key_scores.tobytes()
    assert ours.answered.tolist() == theirs.answered.tolist()


def test_another_form_is_refused_alike() -> None:
    model = trained()
    items = [item.id for item in model.encoder.items]
    other = replace(model, questionnaire=model.questionnaire)
    vars(other)["_elsewhere"] = frozenset(items[8:])
    sheets = [AnswerSheet("elsewhere", {item: {"best": "x"} for item in items[8:]})]
    with pytest.raises(ModelError):
        other.score(sheets)
    with pytest.raises(ModelError):
        scored_at_once(other, sheets)
