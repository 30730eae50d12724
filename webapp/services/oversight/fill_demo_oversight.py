"""Oversight in the simulated company: a notice in time, and a sample of which some were looked at."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Organisation, SampledPerson, User, Vacancy
from webapp.records.base import now
from webapp.services.oversight.draw_sample import draw_sample
from webapp.services.oversight.notices import NewNotice, record_notice
from webapp.services.oversight.review_sample import AGAIN, AGREE, review_person

SEED = 2026
DAYS_AGO = 30
FOUND = (
    (AGREE, "Simulated: little of what the work asks for."),
    (AGAIN, "Simulated: years at a help desk, which the questionnaire does not ask about."),
)


def fill_demo_oversight(session: Session, organisation: Organisation) -> None:
    """On the company's first vacancy, by its recruiter."""
    vacancy = session.scalars(
        select(Vacancy).where(Vacancy.organisation_id == organisation.id).order_by(Vacancy.created_at)
    ).first()
    user = session.scalars(
        select(User).where(User.organisation_id == organisation.id, User.email.like("recruiter%"))
    ).first()
    if vacancy is None or user is None:
        return
    told = now().date() - dt.timedelta(days=DAYS_AGO)
    notice = NewNotice(told, "advertisement", "Simulated notice 1", note="Simulated")
    record_notice(session, organisation.id, vacancy.id, notice, user_id=user.id)
    sample = draw_sample(session, organisation.id, vacancy.id, user_id=user.id, seed=SEED)
    drawn = session.scalars(
        select(SampledPerson)
        .where(SampledPerson.organisation_id == organisation.id, SampledPerson.sample_id == sample.id)
        .order_by(SampledPerson.number)
    )
    for row, (verdict, note) in zip(drawn, FOUND, strict=False):
        review_person(session, row.applicant, sample.id, verdict, note, user_id=user.id)
