"""Everybody on a vacancy's list with answers and present score, in chunks, so that memory stays flat."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Text, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from webapp.records import Answer, Applicant, Score, Sitting, Vacancy
from webapp.services.items.left_out import left_out_of, set_aside_now

CHUNK = 2000
BETWEEN = "\n"


class Person(NamedTuple):
    """One applicant who is done."""

    applicant_id: uuid.UUID
    language: str
    form: str
    before: float | None
    left_out: tuple[str, ...]
    texts: Sequence[str]


def read_chunks(session: Session, vacancy: Vacancy, size: int = CHUNK) -> Iterator[list[Person]]:
    """Those who sent their answers and are done; nothing is written."""
    aside = set_aside_now(session, vacancy.organisation_id, vacancy.questionnaire_id)
    query, after = _people(vacancy), None
    while True:
        wanted = query.where(Applicant.id > after) if after else query
        rows = session.execute(wanted.order_by(Applicant.id).limit(size)).all()
        if not rows:
            return
        yield [_person(session, row, aside) for row in rows]
        after = rows[-1].applicant_id


def count_people(session: Session, vacancy: Vacancy) -> int:
    """How many `read_chunks` is about to give, nearly: people may come meanwhile."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Applicant)
            .where(
                Applicant.organisation_id == vacancy.organisation_id,
                Applicant.vacancy_id == vacancy.id,
                Applicant.state == "done",
            )
        )
        or 0
    )


def _people(vacancy: Vacancy) -> Select[Any]:
    owner = vacancy.organisation_id
    return (
        select(
            Applicant.id.label("applicant_id"),
            Sitting.organisation_id,
            Sitting.questionnaire_id,
            Sitting.language,
            Sitting.form,
            Sitting.not_asked,
            Score.score,
            _texts(owner).label("texts"),
        )
        .join(Sitting, (Sitting.organisation_id == owner) & (Sitting.applicant_id == Applicant.id))
        .outerjoin(
            Score,
            (Score.organisation_id == owner)
            & (Score.sitting_id == Sitting.id)
            & (Score.model_version_id == vacancy.model_version_id),
        )
        .where(
            Applicant.organisation_id == owner,
            Applicant.vacancy_id == vacancy.id,
            Applicant.state == "done",
            Sitting.state == "submitted",
            Sitting.purpose == "selection",
        )
    )


def _texts(owner: uuid.UUID) -> ScalarSelect[str]:
    """A person's answers as one text: to read millions of rows one by one would take longest."""
    each = Answer.item_id + "=" + cast(Answer.value, Text)
    return (
        select(func.aggregate_strings(each, BETWEEN))
        .where(Answer.organisation_id == owner, Answer.sitting_id == Sitting.id, Answer.value.is_not(None))
        .correlate(Sitting)
        .scalar_subquery()
    )


def _person(session: Session, row: Any, aside: Mapping[str, frozenset[str]]) -> Person:
    gone = tuple(left_out_of(session, row, aside)) if row.not_asked or aside else ()
    texts = row.texts.split(BETWEEN) if row.texts else ()
    return Person(row.applicant_id, row.language, row.form, row.score, gone, texts)


def read_answer(text: str) -> tuple[str, Mapping[str, Any]]:
    """The item and the answer of one text."""
    item, _sign, value = text.partition("=")
    return item, json.loads(value)
