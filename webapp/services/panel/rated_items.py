"""What a panel rates: the questionnaires that can be rated, and the situations of one of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.definition import Item, Purpose, Questionnaire
from questionnaires.panel_key import NothingToRate, items_to_rate
from webapp.records import ExpertPanel, QuestionnaireVersion
from webapp.services.read_questionnaire import read_questionnaire

Place = tuple[str, str]


def rateable_questionnaires(session: Session, organisation_id: uuid.UUID) -> list[QuestionnaireVersion]:
    """Those for selection whose options somebody can rate, the newest first. A key is not needed."""
    rows = session.scalars(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.organisation_id == organisation_id)
        .order_by(QuestionnaireVersion.created_at.desc(), QuestionnaireVersion.id.desc())
    )
    return [row for row in rows if _rateable(read_questionnaire(session, organisation_id, row.id))]


def _rateable(questionnaire: Questionnaire) -> bool:
    try:
        return questionnaire.purpose is Purpose.SELECTION and bool(items_of(questionnaire))
    except NothingToRate:
        return False


def questionnaire_of(session: Session, panel: ExpertPanel) -> Questionnaire:
    return read_questionnaire(session, panel.organisation_id, panel.questionnaire_id)


def rated_items(session: Session, panel: ExpertPanel) -> tuple[Item, ...]:
    return items_of(questionnaire_of(session, panel))


def items_of(questionnaire: Questionnaire) -> tuple[Item, ...]:
    """Each item with options, asked as a rating of each; made once for one text."""
    known = _kept.get(questionnaire.source)
    if known is None:
        known = _kept[questionnaire.source] = items_to_rate(questionnaire)
    return known


_kept: dict[str, tuple[Item, ...]] = {}


def places_of(items: Sequence[Item]) -> list[Place]:
    """Every option, as (item, option)."""
    return [(item.id, option) for item in items for option in item.option_ids]
