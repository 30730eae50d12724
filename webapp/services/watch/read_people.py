"""Whom one look is about: staff who answered the form, and applicants of the last weeks, a random part of many."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.watching import Seen
from questionnaires.answers import AnswerSheet
from webapp.records import (
    Adjustment,
    Answer,
    AnswerRevision,
    Applicant,
    Confirmation,
    ModelVersion,
    ResultReuse,
    Sitting,
    Vacancy,
)
from webapp.services.items.left_out import set_aside_now
from webapp.services.watch.weeks import LATELY, LOOKED_BACK, WEEK, end_of, week_of

MOST_APPLICANTS = 6000
MOST_STAFF = 4000
"""More would make no figure better that is shown here, and the machine slower."""
AT_ONCE = 500


class Sent(NamedTuple):
    """A sitting whose answers were sent."""

    id: uuid.UUID
    language: str
    seed: int
    applicant_id: uuid.UUID | None
    submitted_at: dt.datetime | None
    not_asked: list[Any]


class People(NamedTuple):
    """What one look compares. `found` counts all applicants, `applicants` are those taken."""

    staff: list[AnswerSheet]
    applicants: list[Seen]
    found: int
    answered: int
    confirmations: tuple[int, int]
    left_out: dict[str, frozenset[str]]
    """By sitting, the questions that do not count in it."""


def read_people(session: Session, version: ModelVersion, week: str, until: dt.datetime) -> People:
    """Read everybody of this model's form; the same week of the same model draws the same people."""
    lots = random.Random(f"{version.id}:{week}")  # noqa: S311 - which applicants are looked at is no secret
    begin = end_of(week) - LOOKED_BACK * WEEK
    sent = _applicants(session, version, begin, until)
    chosen = _some(sent, MOST_APPLICANTS, lots)
    staff = _staff(session, version)
    asked = _some(staff, MOST_STAFF, lots)
    return People(
        staff=sheets_of(session, version.organisation_id, asked),
        applicants=_seen(session, version.organisation_id, chosen, end_of(week) - LATELY * WEEK),
        found=len(sent),
        answered=len(staff),
        confirmations=_confirmations(session, version, begin, until),
        left_out=_left_out(session, version, [*chosen, *asked]),
    )


def _left_out(session: Session, version: ModelVersion, sent: Sequence[Sent]) -> dict[str, frozenset[str]]:
    """What each was not asked, and what is set aside in its language since, as it is for the score."""
    aside = set_aside_now(session, version.organisation_id, version.questionnaire_id)
    gone = {str(each.id): frozenset([*each.not_asked, *aside.get(each.language, ())]) for each in sent}
    return {sitting: items for sitting, items in gone.items() if items}


def _some(people: Sequence[Sent], most: int, lots: random.Random) -> list[Sent]:
    return list(people) if len(people) <= most else lots.sample(people, most)


def _of_form(version: ModelVersion) -> tuple[ColumnElement[bool], ...]:
    return (
        Sitting.organisation_id == version.organisation_id,
        Sitting.questionnaire_id == version.questionnaire_id,
        Sitting.form == version.form,
        Sitting.state == "submitted",
    )


_COLUMNS = (Sitting.id, Sitting.language, Sitting.seed, Sitting.applicant_id, Sitting.submitted_at, Sitting.not_asked)


def _applicants(session: Session, version: ModelVersion, begin: dt.datetime, until: dt.datetime) -> list[Sent]:
    """Who withdrew is left out, and so is a result taken over: its answers count where they were given."""
    reused = select(ResultReuse.sitting_id).where(ResultReuse.organisation_id == version.organisation_id)
    rows = session.execute(
        select(*_COLUMNS)
        .join(
            Applicant, (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id)
        )
        .where(
            *_of_form(version),
            Sitting.purpose == "selection",
            Sitting.submitted_at >= begin,
            Sitting.submitted_at < until,
            Applicant.state != "withdrawn",
            Sitting.id.not_in(reused),
        )
        .order_by(Sitting.id)
    )
    return [Sent(*row) for row in rows]


def _staff(session: Session, version: ModelVersion) -> list[Sent]:
    """Everybody's newest sitting as it is today; who was rated plays no part, so nothing here tells of ratings."""
    rows = session.execute(
        select(Sitting.staff_member_id, *_COLUMNS)
        .where(*_of_form(version), Sitting.staff_member_id.is_not(None))
        .order_by(Sitting.submitted_at, Sitting.id)
    )
    return sorted({row[0]: Sent(*row[1:]) for row in rows}.values(), key=lambda each: each.id)


def sheets_of(session: Session, owner: uuid.UUID, sent: Sequence[Sent]) -> list[AnswerSheet]:
    answers = _answers(session, owner, sent)
    return [AnswerSheet(str(each.id), answers[each.id][0], language=each.language or None) for each in sent]


def _parts(sent: Sequence[Sent]) -> Iterator[list[uuid.UUID]]:
    ids = [each.id for each in sent]
    yield from (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _answers(session: Session, owner: uuid.UUID, sent: Sequence[Sent]) -> dict[uuid.UUID, tuple[dict[str, Any], int]]:
    """Of each sitting what was answered, and how many questions were left out."""
    given: dict[uuid.UUID, dict[str, Any]] = {each.id: {} for each in sent}
    skipped: dict[uuid.UUID, int] = defaultdict(int)
    for part in _parts(sent):
        rows = session.execute(
            select(Answer.sitting_id, Answer.item_id, Answer.value).where(
                Answer.organisation_id == owner, Answer.sitting_id.in_(part)
            )
        )
        for sitting, item, value in rows:
            if value is None:
                skipped[sitting] += 1
            else:
                given[sitting][item] = value
    return {sitting: (answers, skipped[sitting]) for sitting, answers in given.items()}


def _seen(session: Session, owner: uuid.UUID, sent: Sequence[Sent], lately: dt.datetime) -> list[Seen]:
    answers, seconds, adjusted = (
        _answers(session, owner, sent),
        _seconds(session, owner, sent),
        _adjusted(session, owner),
    )
    return [
        Seen(
            sheet=AnswerSheet(str(each.id), answers[each.id][0], language=each.language or None),
            week=week_of(day_of(each)),
            lately=day_of(each) >= lately,
            skipped=answers[each.id][1],
            order_seed=each.seed,
            seconds=seconds[each.id],
            adjusted=each.applicant_id in adjusted,
        )
        for each in sent
    ]


def day_of(sent: Sent) -> dt.datetime:
    assert sent.submitted_at is not None, "a constraint of the table holds it"
    return sent.submitted_at


def _seconds(session: Session, owner: uuid.UUID, sent: Sequence[Sent]) -> dict[uuid.UUID, dict[str, float]]:
    """Time on each screen, over all looks at it: for quality alone."""
    found: dict[uuid.UUID, dict[str, float]] = defaultdict(dict)
    for part in _parts(sent):
        rows = session.execute(
            select(AnswerRevision.sitting_id, AnswerRevision.item_id, func.sum(AnswerRevision.seconds))
            .where(
                AnswerRevision.organisation_id == owner,
                AnswerRevision.sitting_id.in_(part),
                AnswerRevision.seconds.is_not(None),
            )
            .group_by(AnswerRevision.sitting_id, AnswerRevision.item_id)
        )
        for sitting, item, spent in rows:
            found[sitting][item] = float(spent or 0.0)
    return found


def _adjusted(session: Session, owner: uuid.UUID) -> set[uuid.UUID]:
    rows = session.scalars(
        select(Adjustment.applicant_id).where(Adjustment.organisation_id == owner, Adjustment.revoked_at.is_(None))
    )
    return set(rows)


def _confirmations(session: Session, version: ModelVersion, begin: dt.datetime, until: dt.datetime) -> tuple[int, int]:
    """How many supervised confirmations of this questionnaire were compared, and how many dropped."""
    rows: Iterable[Any] = session.scalars(
        select(Confirmation.finding)
        .join(
            Sitting, (Sitting.organisation_id == Confirmation.organisation_id) & (Sitting.id == Confirmation.sitting_id)
        )
        .join(
            Applicant,
            (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Confirmation.applicant_id),
        )
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .where(
            Confirmation.organisation_id == version.organisation_id,
            Confirmation.state == "done",
            Vacancy.questionnaire_id == version.questionnaire_id,
            Vacancy.form == version.form,
            Sitting.submitted_at >= begin,
            Sitting.submitted_at < until,
            Applicant.state != "withdrawn",
        )
    )
    told = [bool(each["significant"]) for each in rows if each and each.get("told")]
    return len(told), sum(told)
