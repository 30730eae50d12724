"""A published questionnaire as values, read from its row and kept: the row never changes."""

from __future__ import annotations

import threading
import uuid
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from webapp.errors import NotFound
from webapp.records import QuestionnaireVersion


def can_be_asked(questionnaire: Questionnaire, form_id: str) -> bool:
    """Whether the site can give this form to people: it asks every format, so only a withheld text keeps one out."""
    return not any(item.withheld for item in questionnaire.items_of(form_id))


def read_questionnaire(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID) -> Questionnaire:
    """The questionnaire with this id, parsed once a process."""
    known = _kept.get((organisation_id, questionnaire_id))
    if known is None:
        row = session.scalar(
            select(QuestionnaireVersion).where(
                QuestionnaireVersion.organisation_id == organisation_id, QuestionnaireVersion.id == questionnaire_id
            )
        )
        if row is None:
            raise NotFound()
        with _parsing:
            known = _parsed(row.definition, f"{row.name} {row.version}")
        _kept[organisation_id, questionnaire_id] = known
    return known


# Companies share the library's questionnaires: one text is parsed once, whoever owns the row.
_kept: dict[tuple[uuid.UUID, uuid.UUID], Questionnaire] = {}
_parsed = lru_cache(maxsize=256)(load_text)
# Many who come at once after a start wait for the one that parses.
_parsing = threading.Lock()
