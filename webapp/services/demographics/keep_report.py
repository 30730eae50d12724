"""Keep a report about groups, unless another one was kept, or somebody was erased, while it was computed."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import GroupBlock, GroupReport, Job
from webapp.services.demographics.group_report import Figures, Material
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event


class Overtaken(Exception):
    """What this report was judged against has changed: compute it again."""


def state_of(session: Session, organisation_id: uuid.UUID) -> str:
    """A mark of all that a report is judged against."""
    rows = session.execute(
        select(GroupBlock.unit, GroupBlock.attribute, GroupBlock.sealed)
        .where(GroupBlock.organisation_id == organisation_id)
        .order_by(GroupBlock.attribute, GroupBlock.unit)
    )
    digest = hashlib.sha256()
    for unit, attribute, sealed in rows:
        digest.update(f"{unit}:{attribute}:".encode() + sealed)
    kept = select(func.count()).select_from(GroupReport).where(GroupReport.organisation_id == organisation_id)
    return f"{session.scalar(kept)}:{digest.hexdigest()}"


def keep_report(session: Session, job: Job, material: Material, figures: Figures, state: str) -> GroupReport:
    """Write it down with what it told of; asked twice by the same job, it is there already."""
    there = session.scalar(
        select(GroupReport).where(GroupReport.organisation_id == job.organisation_id, GroupReport.job_id == job.id)
    )
    if there is not None:
        return there
    lock_organisation(session, job.organisation_id)
    if state_of(session, job.organisation_id) != state:
        raise Overtaken
    for counted in material.counted.values():
        counted.keep(session)
    row = GroupReport(
        organisation_id=job.organisation_id,
        scope=material.scope.kind,
        vacancy_id=material.scope.vacancy_id,
        year=material.scope.year,
        job_id=job.id,
        made_by=job.user_id,
        figures=figures,
    )
    session.add(row)
    session.flush()
    record_event(
        session,
        job.organisation_id,
        "group_report.made",
        user_id=job.user_id,
        subject="group_report",
        subject_id=row.id,
        scope=row.scope,
    )
    return row
