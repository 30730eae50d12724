"""Hide the names of a vacancy, and show them again."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, BlindChange, Vacancy
from webapp.records.base import now
from webapp.services.blind.draw_codes import draw_codes, show_decided
from webapp.services.blind.face import is_blind
from webapp.services.decisions.stages import stages_of
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event

SHORTEST_REASON = 10
LONGEST_REASON = 2000


def hide_names(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    """A recruiter makes the vacancy blind; a second press changes nothing."""
    vacancy = lock_row(session, Vacancy, organisation_id, vacancy_id)
    if not is_blind(vacancy):
        note_change(session, vacancy, "on", user_id)
        _hide(session, vacancy)


def require_blind(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    """HR holds the vacancy blind: no recruiter shows the names of undecided people any more."""
    vacancy = lock_row(session, Vacancy, organisation_id, vacancy_id)
    if vacancy.blind_required:
        return
    note_change(session, vacancy, "required", user_id)
    if not is_blind(vacancy):
        _hide(session, vacancy)
    vacancy.blind_required = True
    session.flush()


def release_blind(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, reason: str, *, user_id: uuid.UUID
) -> None:
    """HR asks for it no longer. Names stay hidden until a recruiter shows them, who says why too."""
    reason = said_reason(reason)
    vacancy = lock_row(session, Vacancy, organisation_id, vacancy_id)
    if not vacancy.blind_required:
        return
    vacancy.blind, vacancy.blind_required = True, False
    note_change(session, vacancy, "released", user_id, reason)


def show_names(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, reason: str, *, user_id: uuid.UUID
) -> None:
    """A recruiter shows everybody's name before the decisions, and says why; never where HR asks for hidden ones."""
    reason = said_reason(reason)
    vacancy = lock_row(session, Vacancy, organisation_id, vacancy_id)
    if vacancy.blind_required:
        raise Conflict(_("HR asks for hidden names on this vacancy. Only HR can release it."))
    if vacancy.blind:
        vacancy.blind, vacancy.blinded_at = False, None
        note_change(session, vacancy, "off", user_id, reason)


def said_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid([_("Give the reason in a sentence, at most %(most)s characters.", most=LONGEST_REASON)])
    return reason


def begin_blind(session: Session, vacancy: Vacancy, *, required: bool, user_id: uuid.UUID) -> None:
    """A new vacancy that nobody has seen with names."""
    vacancy.blind, vacancy.blind_required, vacancy.blinded_at = True, required, now()
    note_change(session, vacancy, "required" if required else "on", user_id)


def _hide(session: Session, vacancy: Vacancy) -> None:
    stages = stages_of(session, vacancy.organisation_id)
    show_decided(session, vacancy, {each.number for each in stages if each.reveals})
    draw_codes(session, vacancy)
    vacancy.blind, vacancy.blinded_at = True, now()
    session.flush()


def results_seen(session: Session, vacancy: Vacancy) -> int:
    """How many undecided people have sent their answers already, so that results stand beside names."""
    query = select(func.count()).where(
        Applicant.organisation_id == vacancy.organisation_id,
        Applicant.vacancy_id == vacancy.id,
        Applicant.state == "done",
        Applicant.revealed_at.is_(None),
    )
    return session.scalar(query) or 0


def note_change(session: Session, vacancy: Vacancy, change: str, user_id: uuid.UUID, reason: str = "") -> None:
    """Keep who did it and why; the event says that it was done, without the words."""
    hides = change in ("on", "required") and not is_blind(vacancy)
    seen = results_seen(session, vacancy) if hides else 0
    session.add(
        BlindChange(
            organisation_id=vacancy.organisation_id,
            vacancy_id=vacancy.id,
            user_id=user_id,
            change=change,
            reason=reason,
            seen_before=seen,
        )
    )
    record_event(
        session,
        vacancy.organisation_id,
        f"blind.{change}",
        user_id=user_id,
        subject="vacancy",
        subject_id=vacancy.id,
        seen_before=seen,
    )
    session.flush()
