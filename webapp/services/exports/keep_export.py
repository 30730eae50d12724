"""Files that were made in the background: kept in parts for a day, handed out, forgotten.

They stand in the database and not in a folder, so that any web process of any machine can hand them out, and so that
they go in the transaction that erases somebody who is in them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from webapp.errors import NotFound, Refused
from webapp.records import Decision, Job, ListExport, ListExportPart, Vacancy
from webapp.records.base import now
from webapp.services.blind.face import is_blind
from webapp.services.exports.view import View
from webapp.services.job_progress import hold_job
from webapp.services.promotion.stop_scores import check_shown
from webapp.services.record_event import record_event
from webapp.services.shortlist.leave import held_lists

KEPT_FOR = dt.timedelta(hours=24)
PART = 1 << 20
PARTS_AT_ONCE = 8
DECISIONS_AT_ONCE = 500


def begin_export(session: Session, job: Job, view: View, file_name: str) -> ListExport:
    """A file to be filled; what an earlier try of the same job left is thrown away.

    Who is being erased at this moment holds the lists: we wait, and then read a list without that person. Who is
    erased later finds this row and deletes it.
    """
    held_lists(session, job.organisation_id, [view.vacancy.id])
    session.execute(
        delete(ListExport).where(ListExport.organisation_id == job.organisation_id, ListExport.job_id == job.id)
    )
    row = ListExport(
        organisation_id=job.organisation_id,
        job_id=job.id,
        vacancy_id=view.vacancy.id,
        kind=view.wish.kind,
        file_name=file_name,
        names_hidden=view.blind,
        with_scores=not view.stopped,
        expires_at=now() + KEPT_FOR,
    )
    session.add(row)
    session.flush()
    return row


def parts_of(file: Path) -> Iterator[list[bytes]]:
    """Some megabytes at a time."""
    with file.open("rb") as stream:
        while some := [part for _n in range(PARTS_AT_ONCE) if (part := stream.read(PART))]:
            yield some


def add_parts(session: Session, export: ListExport, first: int, parts: Sequence[bytes]) -> None:
    """Add some parts, unless the run was cancelled or the file deleted, since somebody in it was erased."""
    hold_job(session, export.organisation_id, export.job_id)
    check_there(session, export)
    session.add_all(
        ListExportPart(organisation_id=export.organisation_id, export_id=export.id, number=number, content=content)
        for number, content in enumerate(parts, first)
    )


class Erased(Exception):
    """Somebody who is in the file was erased while it was written: it is written again."""


def check_there(session: Session, export: ListExport) -> ListExport:
    row = session.get(ListExport, (export.organisation_id, export.id), populate_existing=True, with_for_update=True)
    if row is None:
        raise Erased
    return row


def end_export(session: Session, export: ListExport, view: View, people: int, size: int) -> None:
    """It is whole: from now on it can be fetched."""
    row = check_there(session, export)
    row.names_hidden, row.with_scores = view.blind, not view.stopped
    row.people, row.size, row.ready_at = people, size, now()
    row.expires_at = row.ready_at + KEPT_FOR


def read_parts(session: Session, organisation_id: uuid.UUID, export_id: uuid.UUID) -> Iterator[bytes]:
    """The file from its beginning, one part in memory at a time. Closes the session."""
    mine = (ListExportPart.organisation_id == organisation_id, ListExportPart.export_id == export_id)
    try:
        number = -1
        while part := session.execute(
            select(ListExportPart.number, ListExportPart.content)
            .where(*mine, ListExportPart.number > number)
            .order_by(ListExportPart.number)
            .limit(1)
        ).first():
            number = part.number
            yield part.content
    finally:
        session.close()


def find_export(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, export_id: uuid.UUID
) -> ListExport:
    """A file that is whole and not too old."""
    row = session.get(ListExport, (organisation_id, export_id))
    if row is None or row.vacancy_id != vacancy_id or row.ready_at is None or row.expires_at <= now():
        raise NotFound
    return row


def hand_out(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, export_id: uuid.UUID, user_id: uuid.UUID
) -> ListExport:
    """The file, written down as fetched; refused where it shows what is hidden by now."""
    row = find_export(session, organisation_id, vacancy_id, export_id)
    if row.with_scores:
        check_shown(session, organisation_id)
    if not row.names_hidden and is_blind(session.get_one(Vacancy, (organisation_id, vacancy_id))):
        raise Refused(_("Names are hidden by now, and this file holds them. Write it again."))
    record_event(
        session,
        organisation_id,
        "export.fetched",
        user_id=user_id,
        subject="vacancy",
        subject_id=vacancy_id,
        form=row.kind,
        people=row.people,
    )
    return row


def exports_of(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> Sequence[ListExport]:
    """The files of this vacancy that can be had now, the newest first."""
    return session.scalars(
        select(ListExport)
        .where(
            ListExport.organisation_id == organisation_id,
            ListExport.vacancy_id == vacancy_id,
            ListExport.ready_at.is_not(None),
            ListExport.expires_at > now(),
        )
        .order_by(ListExport.ready_at.desc())
    ).all()


def forget_old_exports(session: Session) -> int:
    """Of every organisation: files that were kept long enough; how many."""
    return _forget(session, session.scalars(select(ListExport).where(ListExport.expires_at <= now()).limit(20)).all())


def forget_exports(session: Session, organisation_id: uuid.UUID, vacancies: Sequence[uuid.UUID]) -> int:
    """Every file of these vacancies, whole or not: somebody who is in it is being erased."""
    return _forget(
        session,
        session.scalars(
            select(ListExport).where(
                ListExport.organisation_id == organisation_id, ListExport.vacancy_id.in_(vacancies)
            )
        ).all(),
    )


def forget_after_undo(session: Session, organisation_id: uuid.UUID, decisions: Sequence[uuid.UUID]) -> None:
    """Files of blind vacancies that were made while a name was shown which is hidden again, whole or not."""
    blind: set[uuid.UUID] = set()
    for start in range(0, len(decisions), DECISIONS_AT_ONCE):
        some = decisions[start : start + DECISIONS_AT_ONCE]
        blind.update(
            session.scalars(
                select(Vacancy.id)
                .join(
                    Decision,
                    (Decision.organisation_id == Vacancy.organisation_id) & (Decision.vacancy_id == Vacancy.id),
                )
                .where(
                    Decision.organisation_id == organisation_id,
                    Decision.id.in_(some),
                    Decision.revealed,
                    or_(Vacancy.blind, Vacancy.blind_required),
                )
                .distinct()
            )
        )
    # Whoever undoes holds these lists already, so that no file begins before the names are hidden.
    forget_exports(session, organisation_id, sorted(blind))


def forget_unfinished(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> None:
    """What a run that was cancelled or failed leaves behind."""
    session.execute(
        delete(ListExport).where(
            ListExport.organisation_id == organisation_id, ListExport.job_id == job_id, ListExport.ready_at.is_(None)
        )
    )


def _forget(session: Session, rows: Sequence[ListExport]) -> int:
    for row in rows:
        session.execute(
            delete(ListExport).where(ListExport.organisation_id == row.organisation_id, ListExport.id == row.id)
        )
        session.expunge(row)
    return len(rows)
