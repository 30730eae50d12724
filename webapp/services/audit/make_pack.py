"""Write an audit pack: gather, put into words, print, pack; and keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import AuditPack, Job
from webapp.services.audit import chapters_evidence as evidence
from webapp.services.audit import chapters_purpose as purpose
from webapp.services.audit import chapters_use as use
from webapp.services.audit.blocks import Chapter
from webapp.services.audit.data_files import data_files, tables_of
from webapp.services.audit.gather_pack import Subject, gather_subject
from webapp.services.audit.print_pack import contents_of, print_pack
from webapp.services.demographics.make_report import Computed
from webapp.services.demographics.scope import scope_of
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event
from webapp.services.reports.reader import Reader
from webapp.services.reports.reading import album_of


@dataclass(frozen=True)
class Written:
    """A pack that has not been kept yet."""

    pdf: bytes
    files: bytes
    language: str
    summary: dict[str, Any]


def write_pack(
    session: Session, job: Job, computed: Computed, settings: Settings, progress: Callable[[float], None]
) -> Written:
    """In the language that was asked for; nothing is written to the database."""
    language = str(job.parameters["language"])
    subject = gather_subject(session, job.organisation_id, scope_of(job.parameters), computed.figures)
    with force_locale(language):
        reader = Reader(language, subject.organisation.simulated, album_of(settings), subject.questionnaire.facet_names)
        chapters = chapters_of(subject, reader)
        progress(0.4)
        pdf = print_pack(contents_of(subject, chapters, language))
        progress(0.8)
        files = data_files(subject, chapters, language)
    return Written(pdf, files, language, summary_of(subject, chapters))


def chapters_of(subject: Subject, reader: Reader) -> list[Chapter]:
    """The manual, the tables of the law and the card, in this order."""
    return [
        purpose.about(subject, reader.language),
        purpose.purpose(subject, reader.language),
        purpose.instrument(subject, reader.language),
        evidence.data(subject, reader),
        evidence.method(subject, reader),
        evidence.validation(subject, reader),
        evidence.staff(subject, reader),
        *evidence.applicants(subject, reader),
        use.limits(subject),
        use.oversight(subject),
        use.privacy(subject),
        use.versions(subject),
        use.card(subject),
    ]


def summary_of(subject: Subject, chapters: list[Chapter]) -> dict[str, Any]:
    first, last = subject.first_answer, subject.last_answer
    return {
        "chapters": len(chapters),
        "tables": len(tables_of(chapters)),
        "counted": subject.report["counted"],
        "first_answers": first.date().isoformat() if first else None,
        "last_answers": last.date().isoformat() if last else None,
        "simulated": subject.organisation.simulated,
    }


def keep_pack(session: Session, job: Job, pack: Written) -> AuditPack:
    """Keep both files together; asked twice by the same job, they are there already."""
    there = session.scalar(
        select(AuditPack).where(AuditPack.organisation_id == job.organisation_id, AuditPack.job_id == job.id)
    )
    if there is not None:
        return there
    lock_organisation(session, job.organisation_id)
    scope = scope_of(job.parameters)
    row = AuditPack(
        organisation_id=job.organisation_id,
        number=_next_number(session, job),
        model_version_id=scope.model_version_id,
        language=pack.language,
        scope=scope.kind,
        vacancy_id=scope.vacancy_id,
        year=scope.year,
        job_id=job.id,
        made_by=job.user_id,
        pdf=pack.pdf,
        pdf_sha256=hashlib.sha256(pack.pdf).hexdigest(),
        files=pack.files,
        files_sha256=hashlib.sha256(pack.files).hexdigest(),
        summary={**pack.summary, "pdf_bytes": len(pack.pdf), "files_bytes": len(pack.files)},
    )
    session.add(row)
    session.flush()
    record_event(
        session,
        job.organisation_id,
        "audit_pack.made",
        user_id=job.user_id,
        subject="audit_pack",
        subject_id=row.id,
        pdf_sha256=row.pdf_sha256,
        files_sha256=row.files_sha256,
    )
    return row


def _next_number(session: Session, job: Job) -> int:
    most = session.scalar(select(func.max(AuditPack.number)).where(AuditPack.organisation_id == job.organisation_id))
    return (most or 0) + 1
