"""Which questions do not count in a sitting: those it was not asked, and those set aside in its language since."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.records import ItemSetAside, Sitting
from webapp.services.read_questionnaire import read_questionnaire


def set_aside_now(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID
) -> Mapping[str, frozenset[str]]:
    """By language, the questions of this questionnaire that are set aside at the moment."""
    rows = session.execute(
        select(ItemSetAside.language, ItemSetAside.item_id).where(
            ItemSetAside.organisation_id == organisation_id,
            ItemSetAside.questionnaire_id == questionnaire_id,
            ItemSetAside.back_at.is_(None),
        )
    )
    found: dict[str, set[str]] = defaultdict(set)
    for language, item_id in rows:
        found[language].add(item_id)
    return {language: frozenset(items) for language, items in found.items()}


def items_left_out(session: Session, sitting: Sitting) -> list[str]:
    """The questions of this sitting's form that do not count in its score, in order of their names."""
    aside = set_aside_now(session, sitting.organisation_id, sitting.questionnaire_id)
    return left_out_of(session, sitting, aside)


def left_out_of(session: Session, sitting: Sitting | Row[Any], aside: Mapping[str, frozenset[str]]) -> list[str]:
    """The same for many sittings of one questionnaire, when what is set aside was read before."""
    gone = {*sitting.not_asked, *aside.get(sitting.language, ())}
    if not gone:
        return []
    questionnaire = read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    return sorted(gone & {item.id for item in questionnaire.items_of(sitting.form)})


def not_to_be_asked(session: Session, sitting: Sitting) -> list[str]:
    """What a sitting that begins now, in this language, is not asked."""
    sitting.not_asked = []
    return items_left_out(session, sitting)


def missing_from(
    session: Session,
    paper: tuple[uuid.UUID, uuid.UUID, str],
    sitting: Sitting | None,
    language: str,
) -> frozenset[str]:
    """What somebody who comes by a link is not asked: as it was when they began, or as it would be now.

    `paper`: organisation, questionnaire and form.
    """
    owner, questionnaire_id, form = paper
    begun = sitting is not None and sitting.consented_at is not None
    gone = sitting.not_asked if sitting and begun else set_aside_now(session, owner, questionnaire_id).get(language, ())
    if not gone:
        return frozenset()
    asked = read_questionnaire(session, owner, questionnaire_id).items_of(form)
    return frozenset(item.id for item in asked if item.id in gone)
