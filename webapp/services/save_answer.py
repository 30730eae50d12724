"""Save one answer durably, as a new revision; nothing that was acknowledged is ever overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.answers import validate_answer
from webapp.errors import Conflict, Invalid, NotFound, Refused
from webapp.records import Answer, AnswerRevision, Sitting
from webapp.records.base import now
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.read_sitting import check_changeable, lock_sitting


class StaleAnswer(Conflict):
    """Another tab or device saved something else meanwhile; the page shows both and asks."""


@dataclass(frozen=True)
class GivenAnswer:
    """What the person sent. `value` None: skipped for now. `revision`: the one that their page showed (0: none)."""

    item_id: str
    value: Mapping[str, Any] | None
    revision: int
    positions: Sequence[str] = ()


def save_answer(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, given: GivenAnswer) -> int:
    """Save and return the revision. The same answer once more is no change; against an older page it is refused."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    check_changeable(session, sitting)
    if sitting.consented_at is None:
        raise Refused()
    _check_value(session, sitting, given)
    present = _present(session, sitting, given.item_id)
    if present is not None and _same(present, given):
        return present.revision
    if (present.revision if present else 0) != given.revision:
        raise StaleAnswer()
    return _write(session, sitting, present, given)


def _check_value(session: Session, sitting: Sitting, given: GivenAnswer) -> None:
    questionnaire = read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    asked = {item.id: item for item in questionnaire.items_of(sitting.form)}
    if given.item_id not in asked:
        raise NotFound()
    if given.value is not None and (faults := validate_answer(asked[given.item_id], given.value)):
        raise Invalid(faults)


def _present(session: Session, sitting: Sitting, item_id: str) -> Answer | None:
    return session.scalar(
        select(Answer)
        .where(
            Answer.organisation_id == sitting.organisation_id,
            Answer.sitting_id == sitting.id,
            Answer.item_id == item_id,
        )
        .execution_options(populate_existing=True)
    )


def _same(present: Answer, given: GivenAnswer) -> bool:
    return present.value == (None if given.value is None else dict(given.value))


def _write(session: Session, sitting: Sitting, present: Answer | None, given: GivenAnswer) -> int:
    answer = present or Answer(
        organisation_id=sitting.organisation_id, sitting_id=sitting.id, item_id=given.item_id, revision=0
    )
    answer.revision += 1
    answer.value = None if given.value is None else dict(given.value)
    answer.skipped = given.value is None
    answer.language = sitting.language
    answer.saved_at = now()
    session.add_all([answer, _history(answer, given)])
    session.flush()
    return answer.revision


def _history(answer: Answer, given: GivenAnswer) -> AnswerRevision:
    return AnswerRevision(
        organisation_id=answer.organisation_id,
        sitting_id=answer.sitting_id,
        item_id=answer.item_id,
        revision=answer.revision,
        value=answer.value,
        skipped=answer.skipped,
        language=answer.language,
        positions=list(given.positions),
        saved_at=answer.saved_at,
    )
