"""Replay a stored score from questions, language, model and answers: equal to the last bit, or why not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.trained import Score as Result
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from webapp.errors import NotFound
from webapp.records import AnswerRevision, Event, ModelVersion, Score, ScoreChange, Sitting
from webapp.services.items.left_out import items_left_out
from webapp.services.promotion.check_artefact import is_unchanged
from webapp.services.record_event import record_event
from webapp.services.score_sitting import FIGURES, REUSED, answers_hash, saved_answers, score_of
from webapp.services.serving_model import serving_model

SAME = "same"
# What keeps a score from being replayed at all.
ARTEFACT_CHANGED, ARTEFACT_REPLACED, ANSWERS_CHANGED = "artefact_changed", "artefact_replaced", "answers_changed"
OTHER_QUESTIONS, OTHER_TEXTS = "other_questions", "other_texts"
# What came out where it was replayed.
LAST_DIGITS, DIFFERS = "last_digits", "differs"
OUTCOMES = (
    SAME,
    LAST_DIGITS,
    DIFFERS,
    ANSWERS_CHANGED,
    ARTEFACT_CHANGED,
    ARTEFACT_REPLACED,
    OTHER_QUESTIONS,
    OTHER_TEXTS,
)
CLOSE = 1e-9
Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Compared:
    """One stored result beside what came out now; `again` is None where it could not be replayed."""

    stored: Mapping[str, Any]
    again: Mapping[str, Any] | None
    left_out: tuple[str, ...]
    outcome: str


@dataclass(frozen=True)
class Replay:
    """What a replay found.

    `notes`: answers_later, where an answer was changed after the score and the score replays from what was
    acknowledged before; set_aside, where other questions count by now. `changed`: questions answered otherwise since.
    `earlier`: the results before a question was set aside or brought back.
    """

    score: Score
    version: ModelVersion
    now: Compared
    earlier: tuple[Compared, ...] = ()
    notes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """The worst of all."""
        return max((self.now.outcome, *(each.outcome for each in self.earlier)), key=OUTCOMES.index)


def replay_score(
    session: Session, organisation_id: uuid.UUID, score_id: uuid.UUID, *, user_id: uuid.UUID | None = None
) -> Replay:
    """Compute it again from what is stored, and write down that this was done; the score stays as it is."""
    found = look_again(session, organisation_id, score_id)
    record_event(
        session,
        organisation_id,
        "score.replayed",
        user_id=user_id,
        subject="score",
        subject_id=found.score.id,
        finding={"outcome": found.outcome, "notes": list(found.notes)},
        model=found.version.number,
    )
    return found


def look_again(session: Session, organisation_id: uuid.UUID, score_id: uuid.UUID) -> Replay:
    """The same, without a trace."""
    score = session.get(Score, (organisation_id, score_id))
    if score is None:
        raise NotFound
    version = session.get_one(ModelVersion, (organisation_id, score.model_version_id))
    sitting = session.get_one(Sitting, (organisation_id, score.sitting_id))
    model, fault = _model(session, version, score)
    if model is None:
        return Replay(score, version, _not_replayed(_stored(score), fault))
    answers, changed = _answers(session, sitting, score)
    if answers is None:
        return Replay(score, version, _not_replayed(_stored(score), ANSWERS_CHANGED), changed=changed)
    notes = (*(["answers_later"] if changed else []), *_set_aside_since(session, sitting, score))
    now, *earlier = (_compare(model, sitting, answers, each) for each in (_stored(score), *_before(session, score)))
    return Replay(score, version, now, tuple(earlier), notes, changed)


def _stored(score: Score) -> dict[str, Any]:
    figures = {name: getattr(score, name) for name in FIGURES}
    return figures | {"flags": list(score.flags), "left_out": list(score.left_out)}


def _not_replayed(stored: Mapping[str, Any], outcome: str) -> Compared:
    return Compared(stored, None, tuple(stored["left_out"]), outcome)


def _model(session: Session, version: ModelVersion, score: Score) -> tuple[TrainedModel | None, str]:
    """The model as it was stored, or what is wrong with it."""
    if not is_unchanged(session, version):
        return None, ARTEFACT_CHANGED
    if _first_seal(session, version) not in (None, version.artefact_sha256):
        return None, ARTEFACT_REPLACED
    try:
        model = serving_model(session, version.organisation_id, version.id)
    except ModelError:
        return None, ARTEFACT_CHANGED
    if model.questionnaire.scoring_identity != score.scoring_identity:
        return None, OTHER_QUESTIONS
    return (model, "") if model.questionnaire.texts_identity == score.texts_identity else (None, OTHER_TEXTS)


def _first_seal(session: Session, version: ModelVersion) -> str | None:
    """The hash that was written into the event log when the model was kept; older events have none."""
    event = session.scalars(
        select(Event)
        .where(
            Event.organisation_id == version.organisation_id,
            Event.subject_id == version.id,
            Event.action == "model.added",
        )
        .order_by(Event.at)
        .limit(1)
    ).first()
    return event.detail.get("sha256") if event else None


def _answers(session: Session, sitting: Sitting, score: Score) -> tuple[Answers | None, tuple[str, ...]]:
    """The answers that were scored, and which of them are others by now.

    Every answer that was ever acknowledged is kept, so that what was changed afterwards can be told.
    """
    saved = saved_answers(session, sitting)
    if answers_hash(saved) == score.answers_hash:
        return saved, ()
    acknowledged = _acknowledged(session, sitting)
    changed = tuple(sorted(item for item in {*saved, *acknowledged} if saved.get(item) != acknowledged.get(item)))
    return (acknowledged if answers_hash(acknowledged) == score.answers_hash else None), changed


def _acknowledged(session: Session, sitting: Sitting) -> Answers:
    """The last answer to each question that was acknowledged before the answers were sent."""
    query = select(AnswerRevision).where(
        AnswerRevision.organisation_id == sitting.organisation_id, AnswerRevision.sitting_id == sitting.id
    )
    if sitting.submitted_at is not None:
        query = query.where(AnswerRevision.saved_at <= sitting.submitted_at)
    last = {row.item_id: row.value for row in session.scalars(query.order_by(AnswerRevision.revision))}
    return {item: value for item, value in last.items() if value is not None}


def _set_aside_since(session: Session, sitting: Sitting, score: Score) -> list[str]:
    return ["set_aside"] if items_left_out(session, sitting) != list(score.left_out) else []


def _before(session: Session, score: Score) -> Sequence[Mapping[str, Any]]:
    """What the score was before questions were set aside or brought back, the newest first."""
    rows = session.scalars(
        select(ScoreChange)
        .where(
            ScoreChange.organisation_id == score.organisation_id,
            ScoreChange.score_id == score.id,
            ScoreChange.applied_at.is_not(None),
        )
        .order_by(ScoreChange.created_at.desc(), ScoreChange.id.desc())
    )
    return [{"flags": [], "left_out": [], **row.before} for row in rows]


def _compare(model: TrainedModel, sitting: Sitting, answers: Answers, stored: Mapping[str, Any]) -> Compared:
    sheet = AnswerSheet(person=str(sitting.id), answers=answers, language=sitting.language or None)
    again = _plain(score_of(model, sheet, sitting.form, stored["left_out"]))
    was = {name: stored.get(name) for name in FIGURES} | {"flags": [f for f in stored["flags"] if f != REUSED]}
    return Compared(was, again, tuple(stored["left_out"]), _outcome(was, again))


def _plain(result: Result) -> dict[str, Any]:
    return {name: getattr(result, name) for name in FIGURES} | {"flags": list(result.flags)}


def _outcome(was: Mapping[str, Any], again: Mapping[str, Any]) -> str:
    if was == again:
        return SAME
    near = was["flags"] == again["flags"] and all(_near(was[name], again[name]) for name in FIGURES)
    return LAST_DIGITS if near else DIFFERS


def _near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)


def scores_beside(session: Session, score: Score) -> list[tuple[Score, int]]:
    """All scores of this sitting with the numbers of their models, the newest model first."""
    rows = session.execute(
        select(Score, ModelVersion.number)
        .join(
            ModelVersion,
            (ModelVersion.organisation_id == Score.organisation_id) & (ModelVersion.id == Score.model_version_id),
        )
        .where(Score.organisation_id == score.organisation_id, Score.sitting_id == score.sitting_id)
        .order_by(ModelVersion.number.desc())
    )
    return [(row, number) for row, number in rows]
