"""Notes on the people at the top of the simulated vacancy, so that a visitor sees what they look like."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Organisation, Score, User, UserRole
from webapp.services.notes.write_notes import add_note

NOTES = (
    ("Called on Monday. Has led a counter of four; asked what the first month would look like. (simulated)",),
    (
        "Could start in two weeks. (simulated)",
        "Second talk, with the shop’s head: spoke openly about a complaint that went wrong. (simulated)",
    ),
)


def fill_demo_notes(session: Session, organisation: Organisation) -> None:
    recruiter = session.scalars(
        select(User.id)
        .join(UserRole, (UserRole.organisation_id == User.organisation_id) & (UserRole.user_id == User.id))
        .where(User.organisation_id == organisation.id, UserRole.role == "recruiter")
        .order_by(User.id)
        .limit(1)
    ).one()
    best = session.scalars(
        select(Score.applicant_id)
        .where(Score.organisation_id == organisation.id, Score.score.is_not(None))
        .order_by(Score.score.desc(), Score.id)
        .limit(len(NOTES))
    )
    for applicant, texts in zip(best, NOTES, strict=False):
        for text in texts:
            add_note(session, organisation.id, applicant, text, user_id=recruiter)
