"""Set a question aside in one language, or bring it back; whoever it concerns in open vacancies is scored again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import ItemSetAside, Job, Vacancy
from webapp.records.base import now
from webapp.services.items.consequences import consequences
from webapp.services.items.reasons import LONGEST_NOTE, REASONS
from webapp.services.job_progress import OPEN
from webapp.services.lock_row import lock_organisation, lock_row
from webapp.services.record_event import record_event
from webapp.services.start_training import queue_job

RESCORING = "items_rescore"
SET_ASIDE, BROUGHT_BACK = "set_aside", "brought_back"


@dataclass(frozen=True)
class Why:
    """Who does it and for which reason. `sure`: having read that a facet is left without questions."""

    user_id: uuid.UUID
    reason: str
    note: str = ""
    sure: bool = False


class NotSure(Conflict):
    """It can be done, but what it does has to be read first."""


def set_aside(
    session: Session,
    organisation_id: uuid.UUID,
    questionnaire_id: uuid.UUID,
    item_id: str,
    language: str,
    why: Why,
) -> ItemSetAside:
    """From now on the question is not asked in this language, and does not count where it was answered."""
    lock_organisation(session, organisation_id)
    found = consequences(session, organisation_id, questionnaire_id, item_id, language)
    check_words(why)
    if standing(session, organisation_id, questionnaire_id, item_id, language) is not None:
        raise Conflict(_("This question is set aside in this language already."))
    check_nothing_runs(session, organisation_id)
    if found.too_many:
        raise Conflict(_too_many())
    if found.empties_facet and not why.sure:
        raise NotSure(_("This is the last question of its subject in this language. Tick the box that says so."))
    hold_open_vacancies(session, organisation_id, questionnaire_id)
    row = ItemSetAside(
        organisation_id=organisation_id,
        questionnaire_id=questionnaire_id,
        item_id=item_id,
        language=language,
        reason=why.reason,
        note=why.note.strip(),
        set_by=why.user_id,
        set_at=now(),
    )
    session.add(row)
    session.flush()
    _told(session, row, "item.set_aside", why.user_id, reason=why.reason)
    queue_rescoring(session, row, SET_ASIDE, why.user_id)
    return row


def bring_back(
    session: Session, organisation_id: uuid.UUID, set_aside_id: uuid.UUID, user_id: uuid.UUID, note: str = ""
) -> ItemSetAside:
    """From now on the question is asked and counts again, for those too who were scored without it.

    Who was not asked it stays without: the mean of the training staff stands in for it.
    """
    lock_organisation(session, organisation_id)
    row = lock_row(session, ItemSetAside, organisation_id, set_aside_id)
    if row.back_at is not None:
        raise Conflict(_("This question was brought back before."))
    check_nothing_runs(session, organisation_id)
    check_note(note)
    hold_open_vacancies(session, organisation_id, row.questionnaire_id)
    row.back_at, row.back_by, row.back_note = now(), user_id, note.strip()
    session.flush()
    _told(session, row, "item.brought_back", user_id)
    queue_rescoring(session, row, BROUGHT_BACK, user_id)
    return row


def score_again(session: Session, organisation_id: uuid.UUID, set_aside_id: uuid.UUID, user_id: uuid.UUID) -> Job:
    """Go on with a scoring that was cancelled or broke: who was done already is passed over."""
    lock_organisation(session, organisation_id)
    row = session.get(ItemSetAside, (organisation_id, set_aside_id))
    if row is None:
        raise NotFound
    check_nothing_runs(session, organisation_id)
    return queue_rescoring(session, row, SET_ASIDE if row.back_at is None else BROUGHT_BACK, user_id)


def catch_up(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, user_id: uuid.UUID | None
) -> None:
    """A vacancy was opened again: whatever was set aside or brought back meanwhile counts there too."""
    rows = session.scalars(
        select(ItemSetAside)
        .where(ItemSetAside.organisation_id == organisation_id, ItemSetAside.questionnaire_id == questionnaire_id)
        .order_by(ItemSetAside.set_at, ItemSetAside.id)
    )
    # One run a language looks at everything that is set aside in it.
    for row in {row.language: row for row in rows}.values():
        queue_rescoring(session, row, SET_ASIDE if row.back_at is None else BROUGHT_BACK, user_id)


def queue_rescoring(session: Session, row: ItemSetAside, direction: str, user_id: uuid.UUID | None) -> Job:
    return queue_job(session, row.organisation_id, RESCORING, user_id, set_aside_id=str(row.id), direction=direction)


def standing(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, item_id: str, language: str
) -> ItemSetAside | None:
    return session.scalar(
        select(ItemSetAside).where(
            ItemSetAside.organisation_id == organisation_id,
            ItemSetAside.questionnaire_id == questionnaire_id,
            ItemSetAside.item_id == item_id,
            ItemSetAside.language == language,
            ItemSetAside.back_at.is_(None),
        )
    )


def check_words(why: Why) -> None:
    if why.reason not in REASONS:
        raise Invalid([_("Choose a reason from the list.")])
    if why.reason == "other" and len(why.note.strip()) < 10:
        raise Invalid([_("Tell the reason in a sentence, as none of the list fits.")])
    check_note(why.note)


def check_note(note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise Invalid([_("Write at most %(most)s characters.", most=LONGEST_NOTE)])


def check_nothing_runs(session: Session, organisation_id: uuid.UUID) -> None:
    """One scoring at a time, so that what changed a score can always be told."""
    running = session.scalar(
        select(Job.id)
        .where(Job.organisation_id == organisation_id, Job.kind.in_((RESCORING, "rescore")), Job.state.in_(OPEN))
        .limit(1)
    )
    if running is not None:
        raise Conflict(_("Applicants are being scored again just now. Wait until that has ended, then try again."))


def hold_open_vacancies(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID) -> None:
    """Who sends answers at this very moment is scored before this or after it, and never beside it."""
    session.execute(
        select(Vacancy.id)
        .where(
            Vacancy.organisation_id == organisation_id,
            Vacancy.questionnaire_id == questionnaire_id,
            Vacancy.state == "open",
        )
        .order_by(Vacancy.id)
        .with_for_update()
    ).all()


def _too_many() -> str:
    return _(
        "With this question gone, fewer than 80 % of the questions would count in this language, and a score would "
        "no longer mean what the model learned. Bring another one back, or make a new version of the questionnaire."
    )


def _told(session: Session, row: ItemSetAside, action: str, user_id: uuid.UUID, **more: Any) -> None:
    record_event(
        session,
        row.organisation_id,
        action,
        user_id=user_id,
        subject="item_set_aside",
        subject_id=row.id,
        item=row.item_id,
        language=row.language,
        **more,
    )
