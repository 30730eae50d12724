"""Look at the people of a sample, one by one, and write down what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Invalid, NotFound
from webapp.records import Applicant, ModelVersion, ReviewSample, SampledPerson, User, Vacancy
from webapp.records.base import now
from webapp.services.blind.face import Face, face_of, may_tell
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event

AGREE, AGAIN, CHANGED = VERDICTS = ("agree", "again", "changed")
LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Sampled:
    """One person of the sample, and what was found."""

    face: Face
    stage: int
    place: int
    verdict: str
    note: str
    """Empty where names are hidden and it was written before they were."""
    who: str
    at: dt.datetime | None
    withdrew: bool


@dataclass(frozen=True)
class Sample:
    """What was drawn, from how many, and how far the review has come."""

    row: ReviewSample
    model_number: int
    who: str
    people: tuple[Sampled, ...]

    @property
    def drawn(self) -> int:
        """How many were drawn; people who had their data erased since are counted here and listed nowhere."""
        return int(self.row.rule.get("drawn", len(self.people)))

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(each.verdict for each in self.people if each.verdict)

    @property
    def looked_at(self) -> int:
        return sum(self.verdicts.values())

    @property
    def waiting(self) -> int:
        return sum(not each.verdict and not each.withdrew for each in self.people)


def samples_of(session: Session, vacancy: Vacancy) -> list[Sample]:
    """All that were drawn on this vacancy, the newest first."""
    rows = session.execute(
        select(ReviewSample, ModelVersion.number, User.name)
        .join(
            ModelVersion,
            (ModelVersion.organisation_id == ReviewSample.organisation_id)
            & (ModelVersion.id == ReviewSample.model_version_id),
        )
        .outerjoin(User, (User.organisation_id == ReviewSample.organisation_id) & (User.id == ReviewSample.drawn_by))
        .where(ReviewSample.organisation_id == vacancy.organisation_id, ReviewSample.vacancy_id == vacancy.id)
        .order_by(ReviewSample.created_at.desc(), ReviewSample.id.desc())
        .limit(20)
    )
    return [Sample(row, number, who or "", _people(session, vacancy, row)) for row, number, who in rows]


def _people(session: Session, vacancy: Vacancy, sample: ReviewSample) -> tuple[Sampled, ...]:
    rows = session.execute(
        select(SampledPerson, Applicant, User.name)
        .join(
            Applicant,
            (Applicant.organisation_id == SampledPerson.organisation_id) & (Applicant.id == SampledPerson.applicant_id),
        )
        .outerjoin(
            User, (User.organisation_id == SampledPerson.organisation_id) & (User.id == SampledPerson.reviewed_by)
        )
        .where(SampledPerson.organisation_id == sample.organisation_id, SampledPerson.sample_id == sample.id)
        .order_by(SampledPerson.number)
    )
    return tuple(_sampled(vacancy, *row) for row in rows)


def _sampled(vacancy: Vacancy, row: SampledPerson, applicant: Applicant, who: str | None) -> Sampled:
    tells = row.reviewed_at is not None and may_tell(vacancy, applicant, row.reviewed_at)
    return Sampled(
        face=face_of(vacancy, applicant),
        stage=applicant.stage,
        place=row.place,
        verdict=row.verdict or "",
        note=row.note if tells else "",
        who=who or "",
        at=row.reviewed_at,
        withdrew=applicant.state == "withdrawn",
    )


def review_person(
    session: Session, applicant: Applicant, sample_id: uuid.UUID, verdict: str, note: str, *, user_id: uuid.UUID
) -> None:
    """Keep what somebody found. It decides nothing: whoever is to go on is moved by a decision, with a reason."""
    note = note.strip()
    if verdict not in VERDICTS:
        raise Invalid([_("Say what you found.")])
    if len(note) > LONGEST_NOTE or (verdict != AGREE and not note):
        raise Invalid([_("Write a sentence on why, of at most %(most)s letters.", most=LONGEST_NOTE)])
    row = _row(session, applicant, sample_id)
    before = row.verdict
    row.verdict, row.note, row.reviewed_by, row.reviewed_at = verdict, note, user_id, now()
    detail: dict[str, Any] = {"verdict": verdict} | ({"before": before} if before else {})
    record_event(
        session,
        applicant.organisation_id,
        "sample.reviewed",
        user_id=user_id,
        subject="applicant",
        subject_id=applicant.id,
        **detail,
    )
    session.flush()


def _row(session: Session, applicant: Applicant, sample_id: uuid.UUID) -> SampledPerson:
    sample = session.get(ReviewSample, (applicant.organisation_id, sample_id))
    found = session.scalar(
        select(SampledPerson.id).where(
            SampledPerson.organisation_id == applicant.organisation_id,
            SampledPerson.sample_id == sample_id,
            SampledPerson.applicant_id == applicant.id,
        )
    )
    if sample is None or found is None or sample.vacancy_id != applicant.vacancy_id:
        raise NotFound
    return lock_row(session, SampledPerson, applicant.organisation_id, found)


def find_sampled(session: Session, vacancy: Vacancy, sample_id: uuid.UUID, applicant_id: uuid.UUID) -> Sampled:
    """One person of a sample of this vacancy."""
    sample = session.get(ReviewSample, (vacancy.organisation_id, sample_id))
    applicant = session.get(Applicant, (vacancy.organisation_id, applicant_id))
    if sample is None or applicant is None or sample.vacancy_id != vacancy.id:
        raise NotFound
    code = face_of(vacancy, applicant).code
    found = next((each for each in _people(session, vacancy, sample) if each.face.code == code), None)
    if found is None:
        raise NotFound
    return found
