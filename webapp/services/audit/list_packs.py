"""Ask for an audit pack, list those that were made, hand one out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import Invalid, NotFound
from webapp.records import AuditPack, Job, ModelVersion, User, Vacancy
from webapp.services.audit.pack_sizes import Size
from webapp.services.demographics.scope import Scope, scope_name
from webapp.services.demographics.start_report import refuse_second
from webapp.services.promotion.stop_scores import check_shown
from webapp.services.record_event import record_event
from webapp.services.start_training import queue_job

KIND = "audit"
MOST_LISTED = 100


def model_choices(session: Session, organisation_id: uuid.UUID, sizes: Sequence[Size]) -> list[tuple[str, str]]:
    """Every model and whom its vacancies hold, the one with most people first: a form proposes what is first."""
    people = {each.model_id: each.people for each in sizes if each.scope == "all"}
    rows = session.scalars(
        select(ModelVersion).where(ModelVersion.organisation_id == organisation_id).order_by(ModelVersion.number.desc())
    )
    serving = {"serving": _("serving"), "candidate": _("not promoted"), "retired": _("retired")}
    return [
        (str(row.id), f"{_('Model %(number)s', number=row.number)} ({state}), {people_word(people.get(row.id, 0))}")
        for row in sorted(rows, key=lambda row: (-people.get(row.id, 0), row.state != "serving"))
        if (state := serving.get(row.state, row.state))
    ]


def people_word(people: int) -> str:
    return ngettext("%(num)s applicant", "%(num)s applicants", people)


def start_pack(
    session: Session, organisation_id: uuid.UUID, model_id: uuid.UUID, scope: Scope, language: str, user_id: uuid.UUID
) -> Job:
    """Queue the pack of one model, unless one is being made."""
    if session.get(ModelVersion, (organisation_id, model_id)) is None:
        raise NotFound()
    if language not in LANGUAGES:
        raise Invalid([_("Choose one of the languages of this site.")])
    check_shown(session, organisation_id)
    refuse_second(session, organisation_id, KIND)
    whole = replace(scope, model_version_id=model_id)
    return queue_job(session, organisation_id, KIND, user_id, language=language, **whole.parameters())


@dataclass(frozen=True)
class Listed:
    """A pack with the names that its row has not; the files stay where they are."""

    pack: AuditPack
    model: int
    scope: str
    maker: str


def list_packs(session: Session, organisation_id: uuid.UUID) -> Sequence[Listed]:
    rows = session.execute(
        select(AuditPack, ModelVersion.number, Vacancy.title, User.name)
        .join(
            ModelVersion,
            (ModelVersion.organisation_id == AuditPack.organisation_id)
            & (ModelVersion.id == AuditPack.model_version_id),
        )
        .outerjoin(
            Vacancy, (Vacancy.organisation_id == AuditPack.organisation_id) & (Vacancy.id == AuditPack.vacancy_id)
        )
        .outerjoin(User, (User.organisation_id == AuditPack.organisation_id) & (User.id == AuditPack.made_by))
        .where(AuditPack.organisation_id == organisation_id)
        .order_by(AuditPack.number.desc())
        .limit(MOST_LISTED)
    )
    return [
        Listed(pack, number, scope_name(pack.scope, pack.year, title), maker or "")
        for pack, number, title, maker in rows
    ]


def hand_out(
    session: Session, organisation_id: uuid.UUID, pack_id: uuid.UUID, part: str, user_id: uuid.UUID
) -> tuple[AuditPack, bytes]:
    """One of the two files; that somebody took it is written down. It waits while scores are stopped."""
    pack = session.get(AuditPack, (organisation_id, pack_id))
    if pack is None:
        raise NotFound()
    check_shown(session, organisation_id)
    record_event(
        session,
        organisation_id,
        "audit_pack.downloaded",
        user_id=user_id,
        subject="audit_pack",
        subject_id=pack.id,
        part=part,
    )
    return pack, pack.pdf if part == "pdf" else pack.files
