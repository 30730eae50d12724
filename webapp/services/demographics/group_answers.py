"""What the questions and the flags do to groups: from the answers of at most some thousand people of one model."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.applicant_groups import applicant_groups
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from webapp.records import Answer, Sitting
from webapp.services.demographics.group_report import BOTH, Material
from webapp.services.demographics.people import Person
from webapp.services.plain_sentences import packed_all

MOST = 4000
"""Enough to show a difference of .17 standard deviations; more would only take longer."""

CHUNK = 500
Progress = Callable[[float], None]


def most_used_model(material: Material) -> uuid.UUID | None:
    """The model that scores most of these applicants."""
    of = {each.id: each.model_version_id for each in material.vacancies}
    counts = Counter(of[each.vacancy_id] for each in material.applicants if each.counted and each.sitting_id)
    return counts.most_common(1)[0][0] if counts else None


def answers_by_group(
    session: Session, organisation_id: uuid.UUID, material: Material, model: TrainedModel, version_id: uuid.UUID,
    progress: Progress,
) -> dict[str, Any]:  # fmt: skip
    """By attribute: items and options that work differently, and flags that fall unevenly."""
    of = {each.id: each.model_version_id for each in material.vacancies}
    people = [each for each in material.applicants if each.counted and of[each.vacancy_id] == version_id]
    attributes = [each for each in material.counted if each != BOTH]
    found: dict[str, Any] = {"model": material.numbers[version_id]}
    for place, attribute in enumerate(attributes):
        labels = material.labels(attribute)
        # The seal's numbers lie in no order that anybody could choose, and always in the same one.
        number = material.counted[attribute].seal.number
        some = sorted((each for each in people if each.id in labels), key=lambda each: number(each.id))[:MOST]
        found[attribute] = _of_some(session, organisation_id, model, some, [labels[each.id] for each in some])
        progress((place + 1) / (len(attributes) + 1))
    spoken = sorted((each for each in people if each.language), key=lambda each: each.id)[:MOST]
    found["language"] = _of_some(session, organisation_id, model, spoken, [each.language for each in spoken])
    return found


def _of_some(
    session: Session, organisation_id: uuid.UUID, model: TrainedModel, people: Sequence[Person], labels: Sequence[str]
) -> Any:
    sheets = sheets_of(session, organisation_id, people, model.manifest.form)
    rows = [(sheets[each.id], label) for each, label in zip(people, labels, strict=True) if each.id in sheets]
    return packed_all(applicant_groups(model, [sheet for sheet, _ in rows], [label for _, label in rows]))


def sheets_of(
    session: Session, organisation_id: uuid.UUID, people: Sequence[Person], form: str
) -> dict[uuid.UUID, AnswerSheet]:
    """The answers to this form, by person."""
    of = {each.sitting_id: each for each in people if each.sitting_id}
    answers: dict[uuid.UUID, dict[str, Any]] = {}
    ids = list(of)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(Answer.sitting_id, Answer.item_id, Answer.value)
            .join(Sitting, (Sitting.organisation_id == Answer.organisation_id) & (Sitting.id == Answer.sitting_id))
            .where(
                Answer.organisation_id == organisation_id,
                Answer.sitting_id.in_(ids[start : start + CHUNK]),
                Sitting.form == form,
            )
            .order_by(Answer.sitting_id, Answer.item_id)
        )
        for sitting_id, item_id, value in rows:
            if value is not None:
                answers.setdefault(sitting_id, {})[item_id] = value
    return {
        of[sitting_id].id: AnswerSheet(person=str(sitting_id), answers=given, language=of[sitting_id].language or None)
        for sitting_id, given in answers.items()
    }
