"""Score one sitting with one model: at the submit, and again when a vacancy moves or a question is set aside."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import training
from models.trained import Score as Result
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from webapp.records import Answer, Applicant, ResultReuse, Score, Sitting
from webapp.services.items.left_out import items_left_out
from webapp.services.shortlist.leave import before_rewriting

OTHER_FORM = "other_form"
REUSED = "reused"
FIGURES = ("score", "key_total", "p_top_third", "expected_rating", "lower_90", "upper_90")


def score_sitting(
    session: Session, sitting: Sitting, applicant: Applicant, model_version_id: uuid.UUID, model: TrainedModel
) -> Score:
    """Write what this model version makes of the saved answers; the same inputs give the same row again.

    The inputs are the answers and the questions that do not count; both are kept with the score.
    """
    answers = saved_answers(session, sitting)
    sheet = AnswerSheet(person=str(sitting.id), answers=answers, language=sitting.language or None)
    left_out = items_left_out(session, sitting)
    result = score_of(model, sheet, sitting.form, left_out)
    row = _row(session, sitting, model_version_id)
    if row is None:
        row = Score(organisation_id=sitting.organisation_id, sitting_id=sitting.id, model_version_id=model_version_id)
    else:
        before_rewriting(session, row.organisation_id, row.vacancy_id, [row.id])
    row.vacancy_id = applicant.vacancy_id
    row.applicant_id = applicant.id
    row.left_out = left_out
    for name in FIGURES:
        setattr(row, name, getattr(result, name))
    row.flags = [*result.flags, *_how_it_came(session, sitting)]
    row.answers_hash = answers_hash(answers)
    row.scoring_identity = model.questionnaire.scoring_identity
    row.texts_identity = model.questionnaire.texts_identity
    session.add(row)
    session.flush()
    return row


def score_of(model: TrainedModel, sheet: AnswerSheet, form: str, left_out: Collection[str] = ()) -> Result:
    """The result by this model, as if the questions left out had not been asked: a score replays from these four."""
    (result,) = scores_of(model, [sheet], form, left_out)
    return result


def scores_of(
    model: TrainedModel, sheets: Sequence[AnswerSheet], form: str, left_out: Collection[str] = ()
) -> list[Result]:
    """The results of several who answered one form; each is the same to the last bit as if scored alone.

    Another form has the key's points, which are those of a model by the key alone too; a trained model knows its own
    form only, and has no score for it.
    """
    if form == model.manifest.form:
        return model.without(left_out).score(sheets)
    return as_of_other_form(model, key_model(model.questionnaire, form).without(left_out).score(sheets))


def as_of_other_form(model: TrainedModel, by_key: Sequence[Result]) -> list[Result]:
    """Results by the key of people who answered another form than the model's."""
    if model.manifest.kind == "key_only":
        return [replace(each, flags=(*each.flags, OTHER_FORM)) for each in by_key]
    return [Result(each.person, None, key_total=each.key_total, flags=(*each.flags, OTHER_FORM)) for each in by_key]


_keys: dict[tuple[str, str], TrainedModel] = {}


def key_model(questionnaire: Questionnaire, form: str) -> TrainedModel:
    name = questionnaire.scoring_identity, form
    if name not in _keys:
        _keys[name] = training.key_only(questionnaire, form_id=form)
    return _keys[name]


def _how_it_came(session: Session, sitting: Sitting) -> list[str]:
    found = select(ResultReuse.id).where(
        ResultReuse.organisation_id == sitting.organisation_id, ResultReuse.sitting_id == sitting.id
    )
    return [REUSED] if session.scalars(found).first() is not None else []


def saved_answers(session: Session, sitting: Sitting) -> dict[str, dict[str, Any]]:
    """The answers that were given, by item id; what was skipped is not among them."""
    rows = session.scalars(
        select(Answer)
        .where(Answer.organisation_id == sitting.organisation_id, Answer.sitting_id == sitting.id)
        .order_by(Answer.item_id)
    )
    return {row.item_id: row.value for row in rows if row.value is not None}


def answers_hash(answers: dict[str, dict[str, Any]]) -> str:
    """SHA-256 of the answers in one fixed writing."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(session: Session, sitting: Sitting, model_version_id: uuid.UUID) -> Score | None:
    return session.scalar(
        select(Score).where(
            Score.organisation_id == sitting.organisation_id,
            Score.sitting_id == sitting.id,
            Score.model_version_id == model_version_id,
        )
    )
